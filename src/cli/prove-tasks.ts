/** Proves the committed tasks: each demonstrator solves its task, wrong answers do not. */

import { createDemonstrator, SITE_URLS } from "../../fixtures/index.ts";
import type { Env } from "../core/env.ts";
import type { TaskConfig } from "../evaluation/task-config.ts";
import { toTask } from "../evaluation/to-task.ts";
import { solveTasks, type SolveResult } from "../real/harness/solve-tasks.ts";

export interface ProveTasksOptions {
  /** Of templates that have a demonstrator. */
  configs: readonly TaskConfig[];
  /** On the sites of the tasks; they run side by side. */
  envs: readonly Env[];
  /** How often each demonstrator runs. 2 shows that its trajectory is the same again. */
  runs: number;
  /** See `maskOf`; absent: runs must be the same to the letter. */
  mask?: (text: string) => string;
  onResult?: (result: SolveResult) => void;
  signal?: AbortSignal;
}

/** Results in the order of the tasks; a proven one has no problems. @throws BrowserError, SiteError */
export async function proveTasks({
  configs,
  envs,
  runs,
  mask,
  onResult,
  signal,
}: ProveTasksOptions): Promise<SolveResult[]> {
  const byId = new Map(configs.map((config) => [String(config.task_id), config]));
  const configOf = (id: string): TaskConfig => byId.get(id) as TaskConfig;
  return await solveTasks({
    tasks: configs.map((config) => toTask(config, SITE_URLS)),
    envs,
    policyFor: (task) => createDemonstrator(configOf(task.id)),
    wrongAnswersFor: (task) => wrongAnswers(configOf(task.id), configs),
    runs,
    ...(mask && { mask }),
    ...(onResult && { onResult }),
    ...(signal && { signal }),
  });
}

/** No answer, giving up, a word, and the right answer of another task of the template; never the right one. */
export function wrongAnswers(config: TaskConfig, others: readonly TaskConfig[]): string[] {
  const right = referenceOf(config);
  const foreign = others
    .filter((other) => other.intent_template_id === config.intent_template_id)
    .map(referenceOf)
    .find((reference) => reference !== null && reference !== right && reference !== "N/A");
  return ["", "N/A", "something else", foreign ?? ""].filter(
    (answer, index, all) => answer !== right && all.indexOf(answer) === index,
  );
}

function referenceOf(config: TaskConfig): string | null {
  const references = config.eval.reference_answers;
  return references?.exact_match ?? [references?.must_include ?? []].flat()[0] ?? null;
}
