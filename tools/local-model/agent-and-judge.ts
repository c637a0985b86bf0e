/** A model plays tasks of the bundled shop in the text browser, judges the answers, and grades answers whose verdict is known. */

import { join } from "node:path";
import type { Task } from "../../src/core/task.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { FREE } from "../../src/llm/budget.ts";
import type { ChatModel } from "../../src/llm/chat-model.ts";
import { createLlmJudge } from "../../src/llm/judge/llm-judge.ts";
import { createLlmPolicy, LlmPolicyConfigSchema } from "../../src/llm/policy/llm-policy.ts";
import { EvaluationConfigSchema } from "../../src/transfer/evaluate/evaluation-config.ts";
import { runEvaluation } from "../../src/transfer/evaluate/run-evaluation.ts";
import { type CheckedSiteModule, tasksOf } from "../../src/transfer/site-module.ts";
import { openTextBenchmark } from "../../src/transfer/text-benchmark.ts";
import type { Size } from "./sizes.ts";

export interface Parts {
  site: CheckedSiteModule;
  size: Size;
  out: string;
  now: () => number;
}

/** What came of the episodes, in words. */
export async function playTasks(
  { site, size, out, now }: Parts,
  model: ChatModel,
  judge: ChatModel,
): Promise<string> {
  const tasks = judgedTasks(site, size);
  const { pageTokens, replyTokens } = size;
  // A grammar made of the schema keeps a weak model to whole actions.
  const config = LlmPolicyConfigSchema.parse({ pageTokens, replyTokens, actionForm: "json" });
  await using benchmark = await openTextBenchmark({
    site,
    tasks,
    evaluator: createEvaluator({ judge: createLlmJudge({ model: judge, profile: "strict" }) }),
    judgeName: judge.name,
  });
  const { counts, cost, earlyStops } = await runEvaluation({
    benchmark,
    tasks,
    agent: {
      name: `llm:${model.name}`,
      facts: {},
      decisionTimeoutMs: Infinity,
      policyFor: ({ seed }) => createLlmPolicy({ model, config, seed, price: FREE }),
    },
    config: EvaluationConfigSchema.parse({ maxSteps: size.steps, timeLimitSeconds: 86_400 }),
    folder: join(out, "played"),
    workers: 1,
    maxErrorShare: 0.5,
    hangMs: 3_600_000,
    versions: {},
    now,
  });
  const { success, failure, unscored, error } = counts;
  return `${success} of ${tasks.length} tasks solved, ${failure} failed, ${unscored} unscored, ${error} errors; ${cost.steps} actions, ${earlyStops} early stops`;
}

/** The judge's verdicts on each task's own reference in a sentence, and on that of another task. */
export async function gradeKnownAnswers({ site, size }: Parts, model: ChatModel): Promise<string> {
  const grader = createLlmJudge({ model, profile: "strict" });
  const known = judgedTasks(site, { ...size, tasks: size.tasks + 1 }).map(({ goal, checks }) => ({
    goal,
    reference: (checks[0] as { fuzzyMatch: string[] }).fuzzyMatch[0] ?? "",
  }));
  const counts = { right: 0, wrong: 0, none: 0 };
  for (const [index, { goal, reference }] of known.slice(0, size.tasks).entries()) {
    const other = known[index + 1]?.reference ?? "";
    for (const [answer, expected] of [
      [`The answer is ${reference}.`, true],
      ...(other === reference ? [] : [[`The answer is ${other}.`, false] as const]),
    ] as const) {
      const { agrees } = await grader.judge({ kind: "equivalent", goal, reference, answer });
      counts[agrees === null ? "none" : agrees === expected ? "right" : "wrong"]++;
    }
  }
  return `${counts.right} of ${counts.right + counts.wrong + counts.none} known answers graded right, ${counts.none} without a verdict`;
}

/** Tasks about one text, with a judge instead of the comparison. */
function judgedTasks(site: CheckedSiteModule, { tasks }: Pick<Size, "tasks">): Task[] {
  return tasksOf(site, "dev").flatMap(withFuzzyCheck).slice(0, tasks);
}

function withFuzzyCheck(task: Task): Task[] {
  const [check, ...others] = task.checks;
  if (check?.kind !== "string_match" || others.length > 0) return [];
  const reference = check.exactMatch ?? check.mustInclude?.join(", ");
  if (reference === undefined || reference === "N/A") return [];
  return [{ ...task, checks: [{ kind: "string_match", fuzzyMatch: [reference] }] }];
}
