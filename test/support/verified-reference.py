"""Scores episodes with WebArena-Verified itself: one JSON object a line in, one verdict a line out.

The first line configures it: {"addresses": {"<site>": ["<url>"]}, "task_file": "<path>"}, where null stands for the
package's own tasks. Each other line is an episode: {"task_id": 7, "response": "<text>", "entries": [<HAR entry>]}.
Without entries it has those of the line before.
"""

import json
import logging
import sys
import time
import warnings

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


def main():
    first = json.loads(sys.stdin.readline())
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
        began = time.process_time()
        result = scorer.evaluate_task(
            task_id=episode["task_id"],
            agent_response=episode["response"],
            network_trace=entries,
        )
        verdict = verdict_of(result)
        verdict["cpu_ms"] = 1000 * (time.process_time() - began)
        print(json.dumps(verdict), flush=True)


main()
