/**
 * Collects offline experience: plays the planned episodes in real browsers side by side and records each one
 * whole. The same call on the same folder goes on where the last one ended, however that ended.
 */

import { join } from "node:path";
import type { Action } from "../../../core/action.ts";
import type { Env } from "../../../core/env.ts";
import { BrowserError } from "../../../core/errors.ts";
import { runEpisode } from "../../../core/episode.ts";
import type { Observation } from "../../../core/observation.ts";
import type { Policy } from "../../../core/policy.ts";
import { createRandom, type Random } from "../../../core/random.ts";
import type { Task } from "../../../core/task.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import {
  listTrajectories,
  removeUnfinished,
  writeTrajectory,
} from "../../../store/trajectory-file.ts";
import { type CollectJournal, describeEpisode, openCollectJournal } from "./collect-journal.ts";
import { type CollectConfig, planCollection, type PlannedEpisode } from "./collect-plan.ts";
import { type CollectSummary, summarizeCollection } from "./collect-summary.ts";
import type { EntityHoldout } from "./entity-holdout.ts";
import { createNoisyPolicy } from "./noisy-policy.ts";

/** An environment that tells what it has sent so far: documents and script requests, those for checks too. */
export interface MeteredEnv {
  env: Env;
  countRequests: () => number;
}

export interface CollectOptions {
  config: CollectConfig;
  /** Holds `episodes/` (the recordings), `withheld/`, `failed/` and `journal.jsonl`. */
  folder: string;
  tasks: readonly Task[];
  /** A solver of the task; a new one a call. */
  demonstratorFor(task: Task): Policy;
  /** Makes the policy that explores at random and never takes an action that `forbids` names. */
  createExplorer(options: {
    random: Random;
    forbids: (observation: Observation, action: Action) => boolean;
  }): Policy;
  fence: EntityHoldout;
  /** One episode at a time runs in each. */
  envs: readonly MeteredEnv[];
  onProgress?(summary: CollectSummary): void;
  signal?: AbortSignal;
}

/** So many failures in a row are no accident: the sites or the browser are gone. */
const MAX_FAILURES_IN_A_ROW = 6;

/** Folder of the recordings in a collection's folder. */
export const EPISODES_FOLDER = "episodes";
const FOLDER_OF = { kept: EPISODES_FOLDER, withheld: "withheld", failed: "failed" } as const;

/**
 * @throws BrowserError when episode after episode fails; the signal's reason when aborted: what is recorded stays
 */
export async function collect(options: CollectOptions): Promise<CollectSummary> {
  const { config, tasks, folder, envs, signal } = options;
  const plan = planCollection(config, tasks);
  for (const name of Object.values(FOLDER_OF)) await removeUnfinished(join(folder, name));
  using journal = await openCollectJournal(join(folder, "journal.jsonl"));
  await loseDeleted(folder, journal);
  const summarize = (): CollectSummary => summarizeCollection(plan, journal);
  options.onProgress?.(summarize());
  let failuresInARow = 0;

  const queue = plan.filter((episode) => !journal.isSettled(episode));
  const work = async (metered: MeteredEnv): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      signal?.throwIfAborted();
      const trajectory = await record(next, metered, journal, options);
      failuresInARow = trajectory.stopReason === "error" ? failuresInARow + 1 : 0;
      if (failuresInARow >= MAX_FAILURES_IN_A_ROW) {
        throw new BrowserError(
          `Expected episodes to run, got ${failuresInARow} failures in a row, the last: ${trajectory.error}`,
        );
      }
      // At the end of the queue, so that a passing trouble has passed.
      if (!journal.isSettled(next)) queue.push(next);
      options.onProgress?.(summarize());
    }
  };
  // All are waited for, also when one fails: its siblings still write the episodes they are in, and begin no other.
  const stopAll = (error: unknown): never => {
    queue.length = 0;
    throw error;
  };
  const results = await Promise.allSettled(envs.map((env) => work(env).catch(stopAll)));
  const failure = results.find((result) => result.status === "rejected");
  if (failure !== undefined) throw failure.reason;
  return summarize();
}

/** A recording that was deleted is recorded again. */
async function loseDeleted(folder: string, journal: CollectJournal): Promise<void> {
  for (const outcome of ["kept", "withheld"] as const) {
    const files = new Set(await listTrajectories(join(folder, FOLDER_OF[outcome])));
    for (const { id } of journal.ended.filter((entry) => entry.outcome === outcome))
      if (!files.has(`${id}.jsonl`)) journal.lose(id);
  }
}

async function record(
  episode: PlannedEpisode,
  { env, countRequests }: MeteredEnv,
  journal: CollectJournal,
  options: CollectOptions,
): Promise<Trajectory> {
  const { fence, folder, signal } = options;
  const { id, actor, task, seed } = episode;
  const before = countRequests();
  journal.start(episode);
  const trajectory = await runEpisode({
    env,
    policy: actingAs(episode, options),
    task,
    seed,
    id,
    actor,
    source: "real",
    record: true,
    ...(signal && { signal }),
  });
  const entry = describeEpisode(episode, trajectory, fence, countRequests() - before);
  await writeTrajectory(join(folder, FOLDER_OF[entry.outcome]), trajectory);
  journal.end(entry);
  return trajectory;
}

function actingAs(episode: PlannedEpisode, options: CollectOptions): Policy {
  const { actor, task, seed } = episode;
  const { config, fence } = options;
  const random = createRandom(seed).fork("actions");
  const explorer = options.createExplorer({ random, forbids: fence.forbidsAction });
  if (actor === "random") return explorer;
  return createNoisyPolicy({
    demonstrator: options.demonstratorFor(task),
    explorer,
    random,
    noise: actor === "demonstrator" ? 0 : config.noise,
  });
}
