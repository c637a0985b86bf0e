/** All kinds of checks behind one `Evaluator`. Nothing from a task ever runs as code. */

import { EvaluatorError } from "../core/errors.ts";
import type { EpisodeOutcome, Evaluator } from "../core/evaluator.ts";
import type { CheckResult, Score } from "../core/score.ts";
import type { Check, Task } from "../core/task.ts";
import { checkNetworkEvents } from "./network-event.ts";
import { checkPages } from "./program-html.ts";
import { checkAnswer, type Judge } from "./string-match.ts";
import { checkUrl, type UrlRule } from "./url-match.ts";
import { allOf, unknown, type Verdict } from "./verdict.ts";

export interface EvaluatorOptions {
  /** Decides `fuzzy_match`. Without a judge, answers that need judgement are unscored. */
  judge?: Judge;
  /** `strict` by default. `webarena` repeats the errors of WebArena's own rule, for comparisons. */
  urlRule?: UrlRule;
}

/**
 * Creates the evaluator of all tasks. The score is the product of all checks, and every check runs. A check that throws
 * or cannot be computed has `passed: null`. Then the episode is unscored, unless another check failed: the product is
 * 0 in any case. A retryable `EvaluatorError` is thrown: a judge that is down may answer later.
 */
export function createEvaluator(options: EvaluatorOptions = {}): Evaluator {
  return {
    async evaluate(task, outcome) {
      const checks: CheckResult[] = [];
      for (const check of task.checks) {
        const verdict = await runCheck(check, task, outcome, options);
        checks.push({ kind: check.kind, ...verdict });
      }
      return toScore(checks);
    },
  };
}

async function runCheck(
  check: Check,
  task: Task,
  outcome: EpisodeOutcome,
  { judge, urlRule }: EvaluatorOptions,
): Promise<Verdict> {
  try {
    switch (check.kind) {
      case "string_match":
        return await checkAnswer(check, {
          goal: task.goal,
          answer: outcome.answer,
          judge: judge ?? null,
        });
      case "url_match":
        return checkUrl(check.urls, outcome.finalUrl, urlRule);
      case "program_html":
        return await checkPages(check.targets, outcome);
      case "network_event":
        return checkNetworkEvents(check.events, outcome.requests);
    }
  } catch (error) {
    if (error instanceof EvaluatorError && error.retryable) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    return unknown(`the check could not run: ${reason.split("\n")[0]}`);
  }
}

function toScore(checks: CheckResult[]): Score {
  if (checks.length === 0) {
    return { status: "unscored", reason: "the task has no checks", checks };
  }
  const { passed } = allOf(checks);
  if (passed !== null) return { status: "scored", value: passed ? 1 : 0, checks };
  const reason = checks
    .filter((check) => check.passed === null)
    .map((check) => `${check.kind}: ${check.detail}`)
    .join("; ");
  return { status: "unscored", reason, checks };
}
