/** All kinds of checks behind one `Evaluator`. Nothing from a task ever runs as code. */

import { BudgetError, EvaluatorError, SiteError } from "../core/errors.ts";
import type { EpisodeOutcome, Evaluator } from "../core/evaluator.ts";
import type { CheckResult, Score } from "../core/score.ts";
import type { Check } from "../core/task.ts";
import type { SiteHelpers } from "./helper-call.ts";
import type { Judge } from "./judge.ts";
import { judgeOutcome } from "./judged-outcome.ts";
import { checkNetworkEvents } from "./network-event.ts";
import type { ScoringProfile } from "./profile.ts";
import { checkPages, type PageCheckContext } from "./program-html.ts";
import { checkAnswer } from "./string-match.ts";
import { checkUrl } from "./url-match.ts";
import { allOf, unknown, type Verdict } from "./verdict.ts";

export interface EvaluatorOptions {
  /** Decides `fuzzy_match`, and tasks without checks. Without a judge, what needs judgement is unscored. */
  judge?: Judge;
  /** `strict` by default. `webarena` repeats the faults of WebArena's own rules, for comparisons. */
  profile?: ScoringProfile;
  /** WebArena's `func:` helpers that need a site's own interface. Checks that call others are unscored. */
  helpers?: SiteHelpers;
}

/**
 * Creates the evaluator of all tasks. The score is the product of all checks, and every check runs. A check that throws
 * or cannot be computed has `passed: null`. Then the episode is unscored, unless another check failed: the product is
 * 0 in any case. A retryable error of a judge or a site is thrown: what is down may answer later. So is a spent budget.
 */
export function createEvaluator(options: EvaluatorOptions = {}): Evaluator {
  const { judge = null, profile = "strict", helpers = {} } = options;
  return {
    async evaluate(task, outcome) {
      const context = { goal: task.goal, judge, profile, helpers };
      const checks: CheckResult[] = [];
      for (const check of task.checks) {
        const verdict = await attempt(() => runCheck(check, outcome, context));
        checks.push({ kind: check.kind, ...verdict });
      }
      if (task.checks.length === 0 && judge?.judgeOutcome !== undefined)
        checks.push({
          kind: "judged_outcome",
          ...(await attempt(() => judgeOutcome(judge, task.goal, outcome))),
        });
      return toScore(checks);
    },
  };
}

async function runCheck(
  check: Check,
  outcome: EpisodeOutcome,
  context: PageCheckContext,
): Promise<Verdict> {
  switch (check.kind) {
    case "string_match":
      return await checkAnswer(check, outcome.answer, context);
    case "url_match":
      return checkUrl(check.urls, outcome.finalUrl, context.profile);
    case "program_html":
      return await checkPages(check.targets, outcome, context);
    case "network_event":
      return checkNetworkEvents(check.events, outcome.requests);
  }
}

async function attempt(body: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof BudgetError) throw error;
    const isOfOthers = error instanceof EvaluatorError || error instanceof SiteError;
    if (isOfOthers && error.retryable) throw error;
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
