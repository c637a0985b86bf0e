/**
 * Collects offline experience: plays the planned episodes in several real browsers at once and records each one. The
 * same call on the same folder resumes where the last one ended, even after a kill. With a larger number of episodes
 * it records the missing ones.
 */

import { join } from "node:path";
import type { Action } from "../../../core/action.ts";
import type { Env } from "../../../core/env.ts";
import { runEpisode } from "../../../core/episode.ts";
import { ConfigError, PolicyError, SiteError } from "../../../core/errors.ts";
import type { Observation } from "../../../core/observation.ts";
import type { CountingPolicy, Policy } from "../../../core/policy.ts";
import { createRandom, type Random } from "../../../core/random.ts";
import { runEpisodes } from "../../../core/run-episodes.ts";
import { assertTasks, type Task } from "../../../core/task.ts";
import { type EpisodeFailure, failureOf, type Trajectory } from "../../../core/trajectory.ts";
import type { LedgerLine } from "../../../store/ledger.ts";
import { checkCount, type RequestCounters } from "../../../store/request-meter.ts";
import {
  hasWholeEnd,
  listTrajectories,
  removeUnfinished,
  writeTrajectory,
} from "../../../store/trajectory-file.ts";
import { type CollectJournal, describeEpisode, openCollectJournal } from "./collect-journal.ts";
import { COUNTER, runOnCollectLedger } from "./collect-ledger.ts";
import { type CollectConfig, planCollection, type PlannedEpisode } from "./collect-plan.ts";
import { type CollectSummary, summarizeCollection } from "./collect-summary.ts";
import type { EntityHoldout } from "./entity-holdout.ts";
import { createNoisyPolicy } from "./noisy-policy.ts";

export interface MeteredEnv {
  env: Env;
  /** The requests that it sent since its creation: documents and script requests, including those of checks. */
  countRequests: () => number;
}

export interface RecordOptions {
  plan: readonly PlannedEpisode[];
  /** Creates the policy that acts in an episode. What it counts goes into the journal. */
  policyFor(episode: PlannedEpisode): CountingPolicy;
  /** Name of the policy in the recordings. Default: the planned actor. */
  nameOf?(episode: PlannedEpisode): string;
  /** See `EpisodeOptions`. */
  decisionTimeoutMs?: number;
  /** Holds `episodes/` (the recordings), `withheld/`, `failed/`, `journal.jsonl` and `ledger.jsonl`. */
  folder: string;
  holdout: EntityHoldout;
  /** Each runs one episode at a time. */
  envs: readonly MeteredEnv[];
  /** Both counts of the requests of all `envs`, as in a `MeteredEnvPool`. Absent: the ledger has no site's count. */
  counters?: RequestCounters;
  /** The ledger's name for the work. Default `collection`. */
  line?: LedgerLine;
  onProgress?(summary: CollectSummary): void;
  /** Called with one sentence for the user. */
  log?(message: string): void;
  signal?: AbortSignal;
}

export interface CollectOptions extends Omit<RecordOptions, "plan" | "policyFor"> {
  config: CollectConfig;
  tasks: readonly Task[];
  /** Returns a new solver of the task for each call. */
  demonstratorFor(task: Task): Policy;
  /** Creates the policy that explores at random and never takes an action that `forbids` names. */
  createExplorer(options: {
    random: Random;
    forbids: (observation: Observation, action: Action) => boolean;
  }): Policy;
  /** The policy of the plan's `agent` episodes. */
  agent?: RecordedAgent;
}

export interface RecordedAgent {
  readonly name: string;
  /** See `EpisodeOptions`. */
  readonly decisionTimeoutMs?: number;
  policyFor(episode: PlannedEpisode): CountingPolicy;
}

/** This many failures in a row are not chance: the sites, the browsers or a policy are broken. */
const MAX_FAILURES_IN_A_ROW = 6;

/** Folder of the recordings in a collection's folder. */
export const EPISODES_FOLDER = "episodes";
const FOLDER_OF = { kept: EPISODES_FOLDER, withheld: "withheld", failed: "failed" } as const;

/** Records the plan of a config: see `planCollection`. Throws what `recordPlan` throws. */
export async function collect(options: CollectOptions): Promise<CollectSummary> {
  const { config, tasks, agent } = options;
  assertTasks(tasks);
  const plan = planCollection(config, tasks);
  const isPlanned = plan.some(({ actor }) => actor === "agent");
  if (isPlanned !== (agent !== undefined))
    throw new ConfigError(
      isPlanned
        ? "Expected an agent for the episodes of `mix.agent`, got none. Name one with --agent, or remove `agent` from the mix."
        : `Expected episodes for the agent ${agent?.name}, got none in the plan. Set \`mix.agent\` above 0.`,
    );
  return recordPlan({
    ...options,
    plan,
    policyFor: (episode) => actingAs(episode, options),
    nameOf: ({ actor }) => (actor === "agent" && agent !== undefined ? agent.name : actor),
    ...(agent?.decisionTimeoutMs !== undefined && { decisionTimeoutMs: agent.decisionTimeoutMs }),
  });
}

/**
 * Records planned episodes. A folder may hold episodes of `collect` next to directed ones.
 *
 * @throws SiteError, PolicyError after too many failures in a row; LedgerError if the sites' count differs;
 * ConfigError, TaskError for invalid input; the signal's reason if aborted. Recorded episodes stay
 */
export async function recordPlan(options: RecordOptions): Promise<CollectSummary> {
  const { plan, folder, envs, counters, line = "collection" } = options;
  for (const name of Object.values(FOLDER_OF)) await removeUnfinished(join(folder, name));
  using journal = await openCollectJournal(join(folder, "journal.jsonl"));
  assertOfPlan(plan, journal, folder);
  await loseBroken(options, journal);
  await runOnCollectLedger({ folder, envs, counters, line, journal }, () =>
    playPlan(plan, journal, options),
  );
  return summarizeCollection(plan, journal);
}

/** @throws ConfigError if the folder holds other episodes: a mix of both would belong to no config */
function assertOfPlan(
  plan: readonly PlannedEpisode[],
  { ended }: CollectJournal,
  folder: string,
): void {
  const planned = new Set(plan.map(({ id }) => id));
  const isDirected = plan.some(({ actor }) => actor === "directed");
  const other = ended.find(
    ({ id, actor }) => (actor === "directed") === isDirected && !planned.has(id),
  );
  if (other === undefined) return;
  throw new ConfigError(
    `Expected ${folder} to hold only episodes of this plan, got "${other.id}". It was recorded with other tasks, another config, more episodes, or another version of dreamgym. Choose another folder.`,
  );
}

async function playPlan(
  plan: readonly PlannedEpisode[],
  journal: CollectJournal,
  options: RecordOptions,
): Promise<void> {
  const { envs, signal } = options;
  const report = (): void => options.onProgress?.(summarizeCollection(plan, journal));
  report();
  let hasEnded = false;
  let lastFailure: EpisodeFailure | null = null;
  await runEpisodes({
    pool: envs,
    jobs: plan.filter((episode) => !journal.isSettled(episode)),
    async play(episode, metered: MeteredEnv) {
      const trajectory = await record(episode, metered, journal, options);
      report();
      const failure = failureOf(trajectory);
      if (failure === null) hasEnded = true;
      else lastFailure = failure;
      return failure;
    },
    isRetried: (_failure, episode) => !journal.isSettled(episode),
    maxFailuresInARow: { env: MAX_FAILURES_IN_A_ROW, policy: MAX_FAILURES_IN_A_ROW },
    ...(signal && { signal }),
  });
  if (!hasEnded && lastFailure !== null) throw nothingRecorded(lastFailure);
}

/** Too few episodes for a row of failures can still fail, all of them. */
function nothingRecorded({ part, reason }: EpisodeFailure): SiteError | PolicyError {
  const advice = "Fix that, then run it again.";
  const message = `No episode could be recorded. The last error was "${reason}". ${advice}`;
  return part === "policy" ? new PolicyError(message) : new SiteError(message);
}

/**
 * Records an episode again if its recording was deleted or cut short. It reads only the last line of each file, which
 * is written last and shows that the file is whole.
 */
async function loseBroken(options: RecordOptions, journal: CollectJournal): Promise<void> {
  const torn: string[] = [];
  for (const outcome of ["kept", "withheld"] as const) {
    const within = join(options.folder, FOLDER_OF[outcome]);
    const files = new Set(await listTrajectories(within));
    for (const { id } of journal.ended.filter((entry) => entry.outcome === outcome)) {
      const name = `${id}.jsonl`;
      const isThere = files.has(name);
      if (isThere && (await hasWholeEnd(join(within, name)))) continue;
      if (isThere) torn.push(join(within, name));
      journal.lose(id);
    }
  }
  if (torn.length > 0)
    options.log?.(
      `${torn.length} recorded ${torn.length === 1 ? "file has" : "files have"} no whole last line, ${torn[0]} first. These episodes are recorded again.`,
    );
}

async function record(
  episode: PlannedEpisode,
  { env, countRequests }: MeteredEnv,
  journal: CollectJournal,
  options: RecordOptions,
): Promise<Trajectory> {
  const { holdout, folder, signal, decisionTimeoutMs } = options;
  const { id, actor, task, seed } = episode;
  const policy = options.policyFor(episode);
  const before = checkCount(countRequests(), COUNTER);
  journal.start(episode);
  const trajectory = await runEpisode({
    env,
    policy,
    task,
    seed,
    id,
    actor: options.nameOf?.(episode) ?? actor,
    source: "real",
    record: true,
    ...(decisionTimeoutMs !== undefined && { decisionTimeoutMs }),
    ...(signal && { signal }),
  });
  const requests = checkCount(countRequests(), COUNTER, before) - before;
  const entry = {
    ...describeEpisode(episode, trajectory, holdout, requests),
    ...(policy.usage && { usage: policy.usage }),
  };
  await writeTrajectory(join(folder, FOLDER_OF[entry.outcome]), trajectory);
  journal.end(entry);
  return trajectory;
}

function actingAs(episode: PlannedEpisode, options: CollectOptions): CountingPolicy {
  const { actor, task, seed } = episode;
  if (actor === "agent" && options.agent !== undefined) return options.agent.policyFor(episode);
  const { config, holdout } = options;
  const random = createRandom(seed).fork("actions");
  const explorer = options.createExplorer({ random, forbids: holdout.forbidsAction });
  if (actor === "random") return explorer;
  return createNoisyPolicy({
    demonstrator: options.demonstratorFor(task),
    explorer,
    random,
    noise: actor === "demonstrator" ? 0 : config.noise,
  });
}
