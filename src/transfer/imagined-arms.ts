/** What an arm does before its first real step: cloning, then search and RL in the dream, the placebo or the true world. */

import type { Env } from "../core/env.ts";
import { createRandom } from "../core/random.ts";
import { cloneBehaviour } from "../agent/learning/clone-behaviour.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { encodeCheckpoint } from "../agent/network/checkpoint.ts";
import {
  imaginedCheckpoint,
  PLACEBO_PATIENCE,
  readStart,
  searchedName,
} from "./checkpoint-names.ts";
import type { CompareOptions, SeedData } from "./compare.ts";
import { openDreamPool } from "./dream-pool.ts";
import { evaluateAt } from "./evaluate-arm.ts";
import { keepSearches } from "./keep-searches.ts";
import { carryPlansOver, deriveSolutions, type PlayWorld, siftIn } from "./play-world.ts";
import { runOnLedger } from "./run-on-ledger.ts";
import { breathe, readSearched, searchArm } from "./search-arm.ts";
import { searchInWorld, WAVE } from "./search-in-world.ts";
import { trainArm } from "./train-arm.ts";
import { trainingOptionsOf } from "./training-options.ts";

export async function cloneArm(
  options: CompareOptions,
  { offline }: Pick<SeedData, "offline">,
  seed: number,
): Promise<void> {
  const { records, config } = options;
  const name = imaginedCheckpoint(config, "bc", seed);
  if (records.readCheckpoint(name) === null) {
    const policy = new CandidatePolicy({}, seed);
    const summary = await cloneBehaviour({
      policy,
      trajectories: offline,
      config: config.clone,
      random: createRandom(seed).fork("clone"),
      async onEpoch() {
        await breathe(options.signal);
      },
    });
    records.writeCheckpoint(name, encodeCheckpoint(policy));
    const last = summary.epochs.at(-1);
    options.log(
      `bc, seed ${seed}: ${summary.steps} steps of ${summary.trajectories} successes cloned, ` +
        `${(100 * (last?.accuracy ?? 0)).toFixed(1)} % of choices as demonstrated`,
    );
  }
  await evaluateAt(options, "bc", seed, 0);
}

export function scratchArm({ records }: CompareOptions, seed: number): void {
  const name = `scratch-${seed}-0`;
  if (records.readCheckpoint(name) !== null) return;
  records.writeCheckpoint(name, encodeCheckpoint(new CandidatePolicy({}, seed)));
}

/** Search, if the config has rounds of it, then RL, both in the dream or in its placebo. */
export async function imagineArm(
  options: CompareOptions,
  data: SeedData,
  kind: "dream" | "placebo",
  seed: number,
): Promise<void> {
  const { records, config } = options;
  const { steps, search, ...practice } = config.imagination;
  const isPlacebo = kind === "placebo";
  if (search.rounds > 0 && readSearched(records, searchedName(kind, seed)) === null)
    await searchDream(options, data, kind, seed);
  const searched = readSearched(records, searchedName(kind, seed));
  const envs = data.imagine(kind, seed);
  await trainArm({
    ...trainingOptionsOf(options, kind, seed, isPlacebo ? steps * PLACEBO_PATIENCE : steps),
    isLast: true,
    // The placebo takes as many gradient steps as the dream did.
    gradientSteps: isPlacebo
      ? records.findTraining("dream", seed, steps)?.gradientSteps
      : undefined,
    start: searched?.checkpoint ?? readStart(records, imaginedCheckpoint(config, "bc", seed)),
    config: { steps, ...practice },
    cloned: {
      demonstrations: data.offline,
      plans: searched?.plans ?? [],
      clone: config.clone,
    },
    source: "synthetic",
    lend: (work) => work(envs),
  });
  await evaluateAt(options, kind, seed, 0);
}

async function searchDream(
  options: CompareOptions,
  data: SeedData,
  kind: "dream" | "placebo",
  seed: number,
): Promise<void> {
  const name = searchedName(kind, seed);
  const { recordings, offline, buffer } = data;
  const [env] = data.imagine(kind, seed);
  const imagined = { env, buffer, title: kind, seed };
  const { derived, unsolved } = await deriveSolutions(options, imagined, offline);
  await using pool = openDreamPool(options, {
    recordings,
    placeboSeed: kind === "placebo" ? seed : null,
    title: `${kind}, seed ${seed}`,
  });
  await searchArm({
    ...searchOptionsOf(options, kind, seed, name),
    config: options.config.imagination.search,
    demonstrations: offline,
    derived,
    tasks: unsolved,
    search: (round) => pool.search("searches", name, `round-${round}.jsonl`),
    sift: siftIn(options, imagined),
    // The placebo finds fewer plans, and clones them as long as the dream clones its own.
    ...(kind === "placebo" && { cloneSteps: lastCloneOf(options, "dream", seed) }),
  });
}

/** Gradient steps of the last cloning that an arm's search did. */
function lastCloneOf({ records }: CompareOptions, arm: string, seed: number): number | undefined {
  return records.rounds.findLast(({ name }) => name === searchedName(arm, seed))?.cloneSteps;
}

/** The ceiling: the same search where every step is true. Its requests have a line of their own on the ledger. */
export async function oracleArm(
  options: CompareOptions,
  { offline, buffer }: SeedData,
  seed: number,
): Promise<void> {
  const { records, signal } = options;
  const name = searchedName("oracle", seed);
  const arm = "oracle";
  const play = async <T>(work: (envs: readonly Env[]) => Promise<T>): Promise<T> => {
    const world = await options.textWorld();
    return runOnLedger(records, { world, line: "unpaid search", arm, seed }, work);
  };
  const inWorld = (envs: readonly Env[]): PlayWorld => ({
    env: envs[0] as Env,
    buffer,
    title: arm,
    seed,
  });
  if (readSearched(records, name) === null) {
    const { derived, unsolved } = await play((envs) =>
      deriveSolutions(options, inWorld(envs), offline),
    );
    await searchArm({
      ...searchOptionsOf(options, arm, seed, name),
      config: options.config.imagination.search,
      demonstrations: offline,
      derived,
      tasks: unsolved,
      sift: options.config.imagination.carryOver
        ? (plans) => play(async (envs) => carryPlansOver(options, inWorld(envs), plans))
        : undefined,
      search: (round) => (jobs, policy) =>
        keepSearches({
          path: options.file("searches", name, `round-${round}.jsonl`),
          jobs,
          partSize: WAVE,
          async search(part, before) {
            options.onProgress(`${arm}, seed ${seed}: searching the true world`, {
              done: before.length,
              total: jobs.length,
            });
            return play((envs) =>
              searchInWorld({ envs, jobs: part, policy, actor: `${arm}-${seed}`, signal }),
            );
          },
        }),
    });
  }
  await evaluateAt(options, arm, seed, 0);
}

/** What the searches of all arms share. */
export function searchOptionsOf(
  { records, tasks, config, onProgress, log, now, signal }: CompareOptions,
  arm: string,
  seed: number,
  name: string,
): Omit<Parameters<typeof searchArm>[0], "config" | "demonstrations" | "search"> {
  return {
    records,
    arm,
    seed,
    name,
    start: readStart(records, imaginedCheckpoint(config, "bc", seed)),
    tasks: tasks["train"] ?? [],
    clone: config.clone,
    onProgress,
    log,
    now,
    signal,
  };
}
