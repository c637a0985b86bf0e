"""Scores episodes with WebArena-Verified itself: one JSON object a line in, one verdict a line out.

The first line configures it: {"addresses": {"<site>": ["<url>"]}, "task_file": "<path>"}, where null stands for the
package's own tasks. Each other line is an episode: {"task_id": 7, "response": "<text>", "entries": [<HAR entry>]}.
With {"folder": "<path>", "config": "<path>"} as the first line, the reference's command scores that run instead.
Without entries an episode has those of the line before. {"har": "<path>"} in their place is read and parsed each time.
"""

import contextlib
import io
import json
import logging
import sys
import time
import warnings
from pathlib import Path

logging.disable(logging.CRITICAL)
warnings.simplefilter("ignore")

from webarena_verified.api import WebArenaVerified  # noqa: E402
from webarena_verified.types.config import WebArenaVerifiedConfig  # noqa: E402


def verdict_of(result):
    return {
        "status": str(result.status),
        "score": result.score,
        "error": result.error_msg,
        "checks": [
            {
                "name": check.evaluator_name,
                "status": str(check.status),
                "error": check.error_msg,
                "assertions": [one.assertion_name for one in check.assertions or ()],
            }
            for check in result.evaluators_results
        ],
    }


def score_folder(folder, config):
    """The reference's own command on a run's folder."""
    from webarena_verified.__main__ import create_parser, eval_tasks

    words = ["eval-tasks", "--output-dir", folder, "--config", config]
    arguments = create_parser().parse_args(words)
    began = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        eval_tasks(arguments)
    print(json.dumps({"cpu_ms": 1000 * (time.process_time() - began)}))


def main():
    first = json.loads(sys.stdin.readline())
    if "folder" in first:
        score_folder(first["folder"], first["config"])
        return
    environments = {
        f"__{site.upper()}__": {"urls": urls} for site, urls in first["addresses"].items()
    }
    settings = {"environments": environments or None}
    if first.get("task_file"):
        settings["test_data_file"] = first["task_file"]
    scorer = WebArenaVerified(config=WebArenaVerifiedConfig(**settings))
    entries = []
    for line in sys.stdin:
        episode = json.loads(line)
        entries = episode.get("entries", entries)
        har = episode.get("har")
        began = time.process_time()
        result = scorer.evaluate_task(
            task_id=episode["task_id"],
            agent_response=episode["response"],
            network_trace=Path(har) if har else entries,
        )
        verdict = verdict_of(result)
        verdict["cpu_ms"] = 1000 * (time.process_time() - began)
        print(json.dumps(verdict), flush=True)


main()
