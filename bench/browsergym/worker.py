"""Runs BrowserGym for the side-by-side bench: one request a line on standard input, one answer a line on standard output.

{"open": {"kind": "miniwob" | "page", "page"?, "url"?, "delays": bool, "executable", "flags": [..], "context": {..}}}
{"reset": seed}   {"step": "click('12')"}   {"close": true}

Answers give the seconds that BrowserGym itself took, and its accessibility tree as a list of nodes.
"""

import importlib
import json
import sys
import time

import numpy
import playwright.sync_api

answers, sys.stdout = sys.stdout, sys.stderr


def launch_with(executable, flags):
    """BrowserGym starts two browsers, the second one for its chat, and offers no way to name the program for that one."""
    launch = playwright.sync_api.BrowserType.launch

    def launch_here(self, **options):
        options["executable_path"] = executable
        options["args"] = [*(options.get("args") or []), *flags]
        return launch(self, **options)

    playwright.sync_api.BrowserType.launch = launch_here


def open_env(options):
    from browsergym.core.env import BrowserEnv
    from browsergym.core.task import OpenEndedTask

    delays = {} if options["delays"] else {"slow_mo": 0, "pre_observation_delay": 0}
    if options["kind"] == "page":
        return BrowserEnv(
            OpenEndedTask,
            {"start_url": options["url"], "goal": "Walk."},
            pw_context_kwargs=options["context"],
            **delays,
        )
    module = importlib.import_module("browsergym.miniwob.all")
    tasks = {
        task.subdomain: task
        for task in vars(module).values()
        if isinstance(task, type) and getattr(task, "subdomain", None)
    }
    return BrowserEnv(tasks[options["page"]], {"base_url": options["url"]}, **delays)


def nodes_of(observation):
    nodes = []
    for node in observation["axtree_object"]["nodes"]:
        if node.get("ignored"):
            continue
        properties = {
            each["name"]: each["value"].get("value")
            for each in node.get("properties", [])
            if "value" in each
        }
        nodes.append(
            {
                "bid": node.get("browsergym_id"),
                "role": node.get("role", {}).get("value", ""),
                "name": node.get("name", {}).get("value", ""),
                "value": node.get("value", {}).get("value"),
                "url": properties.get("url"),
                "checked": properties.get("checked"),
            }
        )
    return nodes


def main():
    env = None
    for line in sys.stdin:
        request = json.loads(line)
        answer = {}
        if "open" in request:
            options = request["open"]
            if env is None:
                launch_with(options["executable"], options["flags"])
            else:
                env.close()
            env = open_env(options)
        elif "reset" in request:
            seed = request["reset"]
            began = time.perf_counter()
            observation, _ = env.reset(seed=seed)
            answer["seconds"] = time.perf_counter() - began
            # What its tasks give to the page, see `AbstractMiniwobTask.setup`.
            answer["pageSeed"] = int(numpy.random.RandomState(seed).randint(0, 1000000))
            answer["goal"] = observation["goal"]
            answer["url"] = observation["url"]
            answer["nodes"] = nodes_of(observation)
        elif "step" in request:
            began = time.perf_counter()
            observation, reward, terminated, _, _ = env.step(request["step"])
            answer["seconds"] = time.perf_counter() - began
            answer["reward"] = float(reward)
            answer["terminated"] = bool(terminated)
            answer["error"] = observation["last_action_error"]
            answer["url"] = observation["url"]
            answer["nodes"] = nodes_of(observation)
        else:
            if env is not None:
                env.close()
            answers.write("{}\n")
            answers.flush()
            return
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
