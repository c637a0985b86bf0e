/** The real phase of an arm: RL, RL with a dream that learns from it, or search, each within its real steps. */

import type { Env } from "../core/env.ts";

import { createRandom, type Random } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import { encodeCheckpoint } from "../agent/network/checkpoint.ts";
import { type Arm, warmStartOf } from "./arms.ts";
import { imaginedCheckpoint, readStart, searchedName } from "./checkpoint-names.ts";
import type { CompareOptions, SeedData } from "./compare.ts";
import { evaluationSteps } from "./compare-config.ts";
import { evaluateAt } from "./evaluate-arm.ts";
import { searchOptionsOf } from "./imagined-arms.ts";
import { keepSearches, type Searched } from "./keep-searches.ts";
import { runOnLedger } from "./run-on-ledger.ts";
import { readSearched, searchArm } from "./search-arm.ts";
import { NOT_SEARCHED, searchInWorld, shareOf, WAVE } from "./search-in-world.ts";
import { trainArm } from "./train-arm.ts";
import { trainingOptionsOf } from "./training-options.ts";

/** Trains with RL from the arm's warm start, and evaluates at each point. */
export async function practiseArm(
  options: CompareOptions,
  data: SeedData,
  arm: Arm,
  seed: number,
): Promise<void> {
  const { records, config } = options;
  const start = startOf(options, data, arm, seed);
  if (warmStartOf(arm) === "scratch") {
    records.writeCheckpoint(`${arm.name}-${seed}-0`, start.checkpoint);
    await evaluateAt(options, arm.name, seed, 0);
  }
  const targets = evaluationSteps(config, arm.name).slice(1);
  for (const target of targets) {
    await trainArm({
      ...trainingOptionsOf(options, arm.name, seed, target),
      isLast: target === targets.at(-1),
      start: start.checkpoint,
      config: config.real,
      cloned: start.cloned,
      source: "real",
      lend: (work) => lendWorld(options, arm.name, seed, work),
    });
    await evaluateAt(options, arm.name, seed, target);
  }
}

interface RealStart {
  checkpoint: Uint8Array;
  /** What RL replays: everything that the start was cloned from. */
  cloned: Parameters<typeof trainArm>[0]["cloned"];
}

export function startOf(
  { records, config }: CompareOptions,
  { offline }: Pick<SeedData, "offline">,
  arm: Arm,
  seed: number,
): RealStart {
  const warmStart = warmStartOf(arm);
  if (warmStart === null || warmStart === "scratch")
    return { checkpoint: readStart(records, `scratch-${seed}-0`), cloned: {} };
  const plans = readSearched(records, searchedName(warmStart, seed))?.plans ?? [];
  return {
    checkpoint: readStart(records, imaginedCheckpoint(config, warmStart, seed)),
    cloned: { demonstrations: offline, plans, clone: config.clone },
  };
}

/** Lends the world that real steps are taken in. Its cost comes on the ledger. */
export async function lendWorld<T>(
  { records, practiceWorld }: CompareOptions,
  arm: string,
  seed: number,
  work: (envs: readonly Env[]) => Promise<T>,
): Promise<T> {
  const world = await practiceWorld();
  return runOnLedger(records, { world, line: "training", arm, seed }, work);
}

/**
 * Expert iteration on the real sites. Each stretch between two evaluations is a round: it searches the tasks without a
 * plan first, in random order, until the steps of the stretch are spent.
 */
export async function searchRealArm(
  options: CompareOptions,
  { offline }: Pick<SeedData, "offline">,
  arm: Arm,
  seed: number,
): Promise<void> {
  const { config, records, file } = options;
  const targets = evaluationSteps(config, arm.name).slice(1);
  const name = searchedName(arm.name, seed);
  const random = createRandom(seed).fork(`${arm.name} order`);
  const solved = new Set<string>();
  let spent = 0;
  if (readSearched(records, name) === null)
    await searchArm({
      ...searchOptionsOf(options, arm.name, seed, name),
      config: { ...config.imagination.search, rounds: targets.length },
      demonstrations: offline,
      search: (round) => async (jobs, policy) => {
        const budget = (targets[round - 1] as number) - spent;
        const order = searchOrder(jobs, solved, random.fork(`round ${round}`));
        const found = await keepSearches({
          path: file("searches", name, `round-${round}.jsonl`),
          jobs: order.map((index) => jobs[index] as (typeof jobs)[number]),
          partSize: WAVE,
          search: (part, before) => {
            const left = budget - stepsOf(before);
            options.onProgress(`${arm.name}, seed ${seed}: searching the real sites`, {
              done: spent + budget - left,
              total: targets.at(-1) as number,
            });
            const maxSteps = shareOf(left, part.length, config.real.searchSteps);
            if (maxSteps === 0) return Promise.resolve(part.map(() => NOT_SEARCHED));
            const actor = `${arm.name}-${seed}`;
            return lendWorld(options, arm.name, seed, (envs) =>
              searchInWorld({ envs, jobs: part, policy, maxSteps, actor, signal: options.signal }),
            );
          },
        });
        spent += stepsOf(found);
        for (const [place, { solutions }] of found.entries())
          if (solutions.length > 0)
            solved.add((jobs[order[place] as number] as (typeof jobs)[number]).task.id);
        return jobs.map((_, index) => found[order.indexOf(index)] as Searched);
      },
      onRound: ({ round, policy }) =>
        records.writeCheckpoint(
          `${arm.name}-${seed}-${targets[round - 1]}`,
          encodeCheckpoint(policy),
        ),
    });
  for (const target of targets) await evaluateAt(options, arm.name, seed, target);
}

const stepsOf = (searched: readonly Searched[]): number =>
  searched.reduce((sum, { realSteps = 0 }) => sum + realSteps, 0);

/** Indices of the jobs: those without a plan first, each part in random order. */
function searchOrder(
  jobs: readonly { task: Task }[],
  solved: ReadonlySet<string>,
  random: Random,
): number[] {
  const shuffled = random.shuffle([...jobs.keys()]);
  const isSolved = (index: number): boolean => solved.has(jobs[index]?.task.id ?? "");
  return [
    ...shuffled.filter((index) => !isSolved(index)),
    ...shuffled.filter((index) => isSolved(index)),
  ];
}
