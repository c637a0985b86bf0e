"""Trains a language model with TRL's GRPO in an environment that `dreamgym serve` offers, in a dream or in real browsers.

    dreamgym serve --env dream --from runs/first --max-sessions 16
    pip install trl openenv
    python examples/train-with-trl.py --url http://127.0.0.1:8000 --model Qwen/Qwen3-0.6B

One environment holds one session, so `--max-sessions` must be at least the generation batch.
"""

import argparse

import torch
from datasets import Dataset
from openenv import GenericEnvClient
from trl import GRPOConfig, GRPOTrainer

INSTRUCTIONS = (
    "You use a web browser to reach a goal. Call the tool `act` with one action at a time, such as click('12'), "
    "fill('5', 'text') or goto('http://site.test/'). The number is the one in front of the element. "
    "When the goal is reached, call act with send_msg_to_user('answer'); the answer is empty if none is asked for."
)


class WebEnvironment:
    """What TRL calls: `reset` before each rollout, `act` as a tool of the model, `get_reward` after it."""

    url = "http://127.0.0.1:8000"

    def __init__(self) -> None:
        self._client = GenericEnvClient(base_url=self.url).sync()
        self._reward = 0.0
        self._done = False

    def reset(self, task_name: str | None = None, **_row: object) -> str:
        self._reward, self._done = 0.0, False
        start = self._client.reset(task_name=task_name)
        return f"Goal: {start.observation['goal']}\n\n{start.observation['text']}"

    def act(self, action: str) -> str:
        """
        Performs one action in the browser and returns the page after it.

        Args:
            action: One BrowserGym action, such as click('12') or send_msg_to_user('answer').

        Returns:
            The accessibility tree of the page, or why the action failed.
        """
        if self._done:
            return "The episode has ended."
        result = self._client.step({"action_str": action})
        self._done = result.done
        # None: no check could score the episode.
        self._reward = result.reward or 0.0
        if result.done:
            return "The episode has ended."
        error = result.observation["error"]
        return f"Error: {error}\n\n{result.observation['text']}" if error else result.observation["text"]

    def get_reward(self) -> float:
        return self._reward


def read_tasks(url: str, split: str) -> list[str]:
    import requests

    name = requests.get(f"{url}/list_environments", timeout=10).json()[0]
    tasks = requests.post(f"{url}/{name}/tasks", json={"split": split}, timeout=10).json()["tasks"]
    return [task["task_name"] for task in tasks]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default=WebEnvironment.url)
    parser.add_argument("--model", required=True)
    parser.add_argument("--split", default="train")
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--generations", type=int, default=4)
    parser.add_argument("--max-completion-length", type=int, default=2048)
    parser.add_argument("--out", default="runs/trl")
    flags = parser.parse_args()
    WebEnvironment.url = flags.url

    rows = [
        {"prompt": [{"role": "user", "content": INSTRUCTIONS}], "task_name": name}
        for name in read_tasks(flags.url, flags.split)
    ]
    trainer = GRPOTrainer(
        model=flags.model,
        train_dataset=Dataset.from_list(rows),
        environment_factory=WebEnvironment,
        args=GRPOConfig(
            output_dir=flags.out,
            max_steps=flags.steps,
            num_generations=flags.generations,
            per_device_train_batch_size=flags.generations,
            max_completion_length=flags.max_completion_length,
            use_cpu=not torch.cuda.is_available(),
            bf16=torch.cuda.is_available(),
            logging_steps=1,
            report_to=[],
            save_strategy="no",
        ),
    )
    trainer.train()


main()
