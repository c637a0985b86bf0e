/**
 * Co-evolution: real RL in stretches. After each stretch its rollouts enter the dream, the dream is learned again, the
 * tasks that no real rollout solved are searched in it, and a policy cloned from all successes and plans begins the
 * next stretch.
 */

import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { outcomeReward } from "../rl/rollout.ts";
import { readTrajectories, writeTrajectory } from "../store/trajectory-file.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import type { Arm } from "./arms.ts";
import { searchedAgainName } from "./checkpoint-names.ts";
import type { CompareOptions, SeedData } from "./compare.ts";
import { evaluationSteps } from "./compare-config.ts";
import { evaluateAt } from "./evaluate-arm.ts";
import { openDreamPool } from "./dream-pool.ts";
import { searchOptionsOf } from "./imagined-arms.ts";
import { deriveSolutions, type PlayWorld, siftIn } from "./play-world.ts";
import { learnModel } from "./pipeline.ts";
import { lendWorld, startOf } from "./real-arms.ts";
import { readSearched, searchArm } from "./search-arm.ts";
import { trainArm } from "./train-arm.ts";
import { trainingOptionsOf } from "./training-options.ts";

export async function coevolveArm(
  options: CompareOptions,
  data: SeedData,
  arm: Arm,
  seed: number,
): Promise<void> {
  const { config } = options;
  const { every } = config.real.coevolve;
  const points = evaluationSteps(config, arm.name).slice(1);
  const end = points.at(-1) as number;
  const searches = Array.from({ length: Math.floor(end / every) }, (_, i) => (i + 1) * every);
  const targets = [...new Set([...points, ...searches])].sort((a, b) => a - b);
  const start = startOf(options, data, arm, seed);
  const folder = options.file("rollouts", `${arm.name}-${seed}`);
  for (const target of targets) {
    const common = trainingOptionsOf(options, arm.name, seed, target);
    const { steps } = await trainArm({
      ...common,
      isLast: target === end,
      start: start.checkpoint,
      config: config.real,
      cloned: start.cloned,
      source: "real",
      record: true,
      async onIteration(iteration) {
        await common.onIteration(iteration);
        // A repeated iteration has the same ids, so it replaces its own files.
        for (const { trajectories, unscored } of iteration.groups)
          for (const rollout of [...trajectories, ...unscored])
            await writeTrajectory(folder, rollout);
      },
      lend: (work) => lendWorld(options, arm.name, seed, work),
    });
    if (searches.includes(target))
      await searchAgain(options, data, { arm, seed, target, steps, folder });
    if (points.includes(target)) await evaluateAt(options, arm.name, seed, target);
  }
}

interface Stretch {
  arm: Arm;
  seed: number;
  /** Real steps at its end: planned, and taken. */
  target: number;
  steps: number;
  /** Where the rollouts are. */
  folder: string;
}

/** Learns the dream again and searches it; the training resumes from the cloned policy. */
async function searchAgain(
  options: CompareOptions,
  data: SeedData,
  { arm, seed, target, steps, folder }: Stretch,
): Promise<void> {
  const { config, records } = options;
  const { offline, recordings } = data;
  const name = searchedAgainName(arm.name, seed, target);
  if (readSearched(records, name) === null) {
    const rollouts = await readAll(folder);
    const solved = firstSuccesses(rollouts);
    const known = config.real.coevolve.enrich ? [...recordings, ...rollouts] : recordings;
    const imagined = { ...(await learnAgain(options, known)), title: arm.name, seed };
    const episodes = [...offline, ...rollouts];
    const { derived, unsolved } = await deriveSolutions(options, imagined, episodes);
    await using pool = openDreamPool(options, {
      recordings: known,
      placeboSeed: null,
      title: `${arm.name}, seed ${seed}`,
    });
    const common = searchOptionsOf(options, arm.name, seed, name);
    await searchArm({
      ...common,
      start: records.readCheckpoint(`${arm.name}-${seed}-${target}`) ?? common.start,
      tasks: unsolved.filter(({ id }) => !solved.has(id)),
      config: { ...config.imagination.search, rounds: 1 },
      demonstrations: [...offline, ...solved.values()],
      derived,
      search: (round) => pool.search("searches", name, `round-${round}.jsonl`),
      sift: siftIn(options, imagined),
    });
  }
  const running = records.readRunning(arm.name, seed);
  const checkpoint = readSearched(records, name)?.checkpoint;
  // A training that went on from here has more steps, and keeps them.
  if (running?.progress.environmentSteps === steps && checkpoint !== undefined)
    records.writeRunning(arm.name, seed, { ...running, checkpoint });
}

/** The dream of these episodes, in this thread. The threads that search it learn their own. */
async function learnAgain(
  { origins, onProgress, signal }: CompareOptions,
  episodes: readonly Trajectory[],
): Promise<Pick<PlayWorld, "buffer" | "env">> {
  const { buffer, model } = await learnModel(episodes, {
    report: { update: onProgress },
    signal,
  });
  return { buffer, env: createExperienceEnv({ model, evaluator: createEvaluator(), origins }) };
}

async function readAll(folder: string): Promise<Trajectory[]> {
  const rollouts: Trajectory[] = [];
  for await (const rollout of readTrajectories(folder)) rollouts.push(rollout);
  return rollouts;
}

/** The first real success of each task, by task. */
function firstSuccesses(rollouts: readonly Trajectory[]): Map<string, Trajectory> {
  const first = new Map<string, Trajectory>();
  for (const rollout of rollouts)
    if (outcomeReward(rollout) === 1 && !first.has(rollout.taskId))
      first.set(rollout.taskId, rollout);
  return first;
}
