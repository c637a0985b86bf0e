"""Plays episodes with OpenEnv's own Python client, several at a time, and prints what it saw as one JSON line each."""

import json
import re
import sys
import threading

from openenv import GenericEnvClient


def play(url: str, index: int, barrier: threading.Barrier) -> dict:
    with GenericEnvClient(base_url=url).sync() as env:
        start = env.reset(split="train", index=index)
        barrier.wait(timeout=60)
        goal = start.observation["goal"]
        line = next(
            line for line in start.observation["axtree_txt"].splitlines()
            if (name := re.search(r"link '([^']+)'", line)) and name[1] in goal
        )
        page = env.step({"action_str": f"click({re.search(r'[0-9]+', line)[0]!r})"})
        answer = ""
        if "price" in goal:
            answer = re.search(r"\$[0-9.]+", page.observation["text"])[0]
        else:
            env.step({"action_str": "click('999')"})
        end = env.step({"action_str": f"send_msg_to_user({answer!r})"})
        state = env.state()
        return {
            "goal": goal,
            "reward": end.reward,
            "done": end.done,
            "steps": state["step_count"],
            "error": page.observation["last_action_error"],
        }


def main() -> None:
    url, sessions = sys.argv[1], int(sys.argv[2])
    barrier = threading.Barrier(sessions)
    results: list = [None] * sessions

    def run(index: int) -> None:
        try:
            results[index] = play(url, index, barrier)
        except Exception as error:  # the test reads it
            results[index] = {"failed": repr(error)}

    threads = [threading.Thread(target=run, args=(index,)) for index in range(sessions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        print(json.dumps(result))


main()
