/**
 * Proves tasks: runs a solver twice on each, and tries answers that must not pass. The environments and one policy per
 * task come in as arguments, so it serves any set of tasks with solvers.
 */

import type { Env } from "../../core/env.ts";
import { runEpisode } from "../../core/episode.ts";
import { createStopPolicy, type Policy } from "../../core/policy.ts";
import { runEpisodes } from "../../core/run-episodes.ts";
import { assertTasks, type Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";

export interface SolveOptions {
  tasks: readonly Task[];
  /** They run in parallel. */
  envs: readonly Env[];
  /** Returns a solver for the task. */
  policyFor(task: Task): Policy;
  /** Answers that must not pass if given at once on the start page, whether or not the task is achievable. */
  wrongAnswersFor(task: Task): readonly string[];
  /** How often the solver runs. Its trajectories must be identical. */
  runs: number;
  /** Maps text that may differ between two runs to one form: a foreign application's times and random numbers. */
  mask?: (text: string) => string;
  onResult?: (result: SolveResult) => void;
  signal?: AbortSignal;
}

export interface SolveResult {
  taskId: string;
  /** Actions of the solver, including its stop. */
  steps: number;
  /** Problems of the task or its solver, in words. Empty if the task is proven. */
  problems: string[];
}

/** Longer than any `maxSteps` derived from the solver's own length. */
const SOLVER_MAX_STEPS = 60;

/** Results in the order of the tasks. @throws TaskError; the signal's reason */
export async function solveTasks(options: SolveOptions): Promise<SolveResult[]> {
  assertTasks(options.tasks);
  const results: SolveResult[] = [];
  await runEpisodes({
    pool: options.envs,
    jobs: [...options.tasks.entries()],
    async play([index, task], env) {
      const result = await solveTask(task, env, options);
      results[index] = result;
      options.onResult?.(result);
      return null; // a failure is the task's problem and does not stop the others
    },
    ...(options.signal && { signal: options.signal }),
  });
  return results;
}

async function solveTask(task: Task, env: Env, options: SolveOptions): Promise<SolveResult> {
  const problems: string[] = [];
  const play = (policy: Policy, name: string): Promise<Trajectory> =>
    runEpisode({
      env,
      policy,
      task: { ...task, maxSteps: SOLVER_MAX_STEPS },
      seed: 0,
      id: `${task.id}-${name}`,
      actor: name,
      source: "real",
      ...(options.signal && { signal: options.signal }),
    });

  const trajectories: Trajectory[] = [];
  for (let run = 1; run <= options.runs; run++) {
    try {
      const trajectory = await play(options.policyFor(task), `solver-${run}`);
      // A solver that throws has no trajectory to compare.
      if (trajectory.failedPart !== "policy") trajectories.push(trajectory);
      const failure = problemOf(trajectory);
      if (failure !== null) problems.push(`run ${run} of the solver: ${failure}`);
    } catch (error) {
      options.signal?.throwIfAborted();
      problems.push(
        `run ${run} of the solver: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }
  const [first, ...others] = trajectories;
  for (const other of others) {
    const difference = first === undefined ? null : differenceOf(first, other, options.mask);
    if (difference !== null) problems.push(`two runs of the solver differ: ${difference}`);
  }
  for (const answer of options.wrongAnswersFor(task)) {
    const { score, error } = await play(createStopPolicy(answer), "wrong-answer");
    if (score?.status !== "scored") {
      problems.push(
        `answering ${JSON.stringify(answer)} at once: ${error ?? `not scored, ${score?.reason}`}`,
      );
    } else if (score.value === 1) {
      problems.push(`answering ${JSON.stringify(answer)} at once passes`);
    }
  }
  return { taskId: task.id, steps: first?.transitions.length ?? 0, problems };
}

function problemOf({ score, error, stopReason, transitions }: Trajectory): string | null {
  if (score?.status === "scored" && score.value === 1) {
    const failed = transitions
      .map(({ observation }) => observation.lastActionError)
      .find((reason) => reason !== null);
    return failed === undefined ? null : `solved, but an action failed on the way: ${failed}`;
  }
  if (score === null) return error ?? `ended as ${stopReason} without a score`;
  if (score.status === "unscored") return `unscored, ${score.reason}`;
  const details = score.checks.filter(({ passed }) => passed !== true).map(({ detail }) => detail);
  return `failed, ${details.join("; ")}`;
}

/** Two trajectories are identical if all their observations, actions and requests are. */
function differenceOf(
  a: Trajectory,
  b: Trajectory,
  mask: (text: string) => string = (text) => text,
): string | null {
  if (a.transitions.length !== b.transitions.length) {
    return `${a.transitions.length} and ${b.transitions.length} steps`;
  }
  const facets = (trajectory: Trajectory) => [
    ...trajectory.transitions.map(({ observation, action, requests }) => ({
      observation: withoutRefs(observation),
      action: action.kind,
      requests,
    })),
    { observation: withoutRefs(trajectory.finalObservation), action: "the end", requests: [] },
  ];
  const [left, right] = [facets(a), facets(b)];
  for (const [step, facet] of left.entries()) {
    for (const name of ["observation", "action", "requests"] as const) {
      const [one, other] = [facet, right[step]].map((of) => mask(JSON.stringify(of?.[name])));
      if (one !== undefined && other !== undefined && one !== other)
        return `${name} of step ${step} (${facet.observation.url}), ${firstDifference(one, other)}`;
    }
  }
  return null;
}

/** Characters shown before and after the first difference. */
const SHOWN = [40, 80] as const;

function firstDifference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  const around = (text: string): string =>
    `… ${text.slice(Math.max(0, at - SHOWN[0]), at + SHOWN[1])} …`;
  return `${around(one)} and ${around(other)}`;
}

/** Removes refs, which name elements of one document in one browser. A second run has others. */
function withoutRefs(observation: Trajectory["finalObservation"]) {
  return { ...observation, nodes: observation.nodes.map(({ ref: _ref, ...node }) => node) };
}
