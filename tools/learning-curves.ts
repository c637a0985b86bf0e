/**
 * `npx tsx tools/learning-curves.ts [--seeds 10] [--steps 3000] [--points 6]` trains GRPO, PPO and DPO in the tiny world of
 * the tests, each from a policy that knows nothing, and draws docs/algorithms/tiny-world.svg: success in a world of
 * other names over environment steps. It prints the figures as a table.
 *
 * With `--from RUN` (a folder of `collect`) they train in the dream of those recordings, each from the cloned policy,
 * with the settings of `--preset quick`, and the picture is dream.svg: success on `dev` on the live sites, over the text
 * browser. `--sites a,b` names the sites that RUN recorded; `--every n` takes each n-th task of `train` and of `dev`.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULT_SITES } from "../fixtures/index.ts";
import { preferBehaviour } from "../src/agent/learning/dpo.ts";
import { createGrpoLearner, type GrpoConfig } from "../src/agent/learning/grpo-learner.ts";
import { createPpoLearner } from "../src/agent/learning/ppo-learner.ts";
import { CandidatePolicy } from "../src/agent/network/candidate-policy.ts";
import type { Env } from "../src/core/env.ts";
import { createRandom } from "../src/core/random.ts";
import type { Task } from "../src/core/task.ts";
import type { Learner } from "../src/rl/learner.ts";
import { pairByOutcome } from "../src/rl/preference-pairs.ts";
import { TRAIN_START, type TrainOptions, trainPolicy } from "../src/rl/train.ts";
import { type Curve, curveChart, formatCount, percent } from "../src/transfer/charts.ts";
import { createTasks, createThings, TinyEnv } from "../test/support/tiny-world.ts";
import { successRate } from "../test/support/tiny-training.ts";
import { toPicture } from "../src/transfer/chart-picture.ts";
import { openDream } from "./open-dream.ts";
import { readOptions } from "./read-options.ts";

const { values } = readOptions(import.meta.url, {
  options: {
    seeds: { type: "string", default: "10" },
    steps: { type: "string", default: "3000" },
    points: { type: "string", default: "6" },
    from: { type: "string" },
    every: { type: "string", default: "1" },
    sites: { type: "string", default: DEFAULT_SITES.join(",") },
  },
});

type Algorithm = "GRPO" | "PPO" | "DPO";
const COLORS: Record<Algorithm, string> = { GRPO: "#0072b2", PPO: "#d55e00", DPO: "#007a5a" };
/** Pairs of one task in one update. */
const PAIRS = 16;

/** A world to train in, and one to be measured in. */
interface Course {
  file: string;
  title: string;
  env: Env;
  tasks: readonly Task[];
  rollouts: Omit<TrainOptions["config"], "environmentSteps">;
  start(seed: number): Promise<CandidatePolicy>;
  learner(algorithm: Algorithm, policy: CandidatePolicy): Learner;
  measure(policy: CandidatePolicy): Promise<number>;
}

/**
 * DPO on the pairs that each batch of rollouts gives. The policy of the last update is the reference of the next one. It
 * explores as GRPO does.
 */
function createDpoLearner(policy: CandidatePolicy, grpo: Partial<GrpoConfig>): Learner {
  const { learningRate = 0.001 } = grpo;
  const explorer = createGrpoLearner(policy, grpo);
  return {
    policy: (random) => explorer.policy(random),
    async update(groups, random) {
      const trajectories = groups.flatMap((group) => group.trajectories);
      const pairs = pairByOutcome(trajectories, { perTask: PAIRS, random });
      const { epochs } = await preferBehaviour({ policy, pairs, config: { learningRate }, random });
      return { "dpo/loss": epochs.at(-1)?.loss ?? 0 };
    },
  };
}

function tinyCourse(): Course {
  const [known, unknown] = [createThings(1), createThings(2)];
  const learningRate = 0.003;
  return {
    file: "tiny-world.svg",
    title: "Success in a world of other names over environment steps",
    env: new TinyEnv(known),
    tasks: createTasks(known),
    rollouts: { groupSize: 8, tasksPerIteration: 4 },
    start: async (seed) => new CandidatePolicy({ tableBits: 14 }, seed),
    learner: (algorithm, policy) => {
      if (algorithm === "GRPO") return createGrpoLearner(policy, { learningRate });
      if (algorithm === "PPO") return createPpoLearner(policy, { learningRate });
      return createDpoLearner(policy, { learningRate });
    },
    measure: (policy) => successRate(unknown, createTasks(unknown), policy),
  };
}

async function dreamCourse(run: string): Promise<Course> {
  const dream = await openDream(run, values.sites.split(","), Number(values.every));
  const { recordings, clone, grpo, ppo, rollouts } = dream;
  return {
    ...dream,
    file: "dream.svg",
    title: "Success on dev over dreamed steps",
    rollouts,
    learner(algorithm, policy) {
      const options = { demonstrations: recordings, clone };
      if (algorithm === "GRPO") return createGrpoLearner(policy, grpo, options);
      if (algorithm === "PPO") return createPpoLearner(policy, ppo, options);
      return createDpoLearner(policy, grpo);
    },
  };
}

/** Success of the start by seed: every algorithm has the same. */
const startRates = new Map<number, number>();

/** Success at each of `targets`, from 0 on. */
async function train(
  course: Course,
  algorithm: Algorithm,
  seed: number,
  targets: readonly number[],
): Promise<number[]> {
  const policy = await course.start(seed);
  const learner = course.learner(algorithm, policy);
  let startRate = startRates.get(seed);
  if (startRate === undefined) startRates.set(seed, (startRate = await course.measure(policy)));
  const rates = [startRate];
  let progress = TRAIN_START;
  for (const environmentSteps of targets.slice(1)) {
    progress = await trainPolicy({
      learner,
      envs: [course.env],
      tasks: course.tasks,
      config: { ...course.rollouts, environmentSteps },
      random: createRandom(seed).fork("train"),
      source: "synthetic",
      actor: algorithm,
      progress,
    });
    rates.push(await course.measure(policy));
    const steps = formatCount(progress.environmentSteps);
    console.error(`${algorithm}, seed ${seed}, ${steps} steps: ${percent(rates.at(-1) ?? 0)}`);
  }
  return rates;
}

const meanOf = (numbers: readonly number[]): number =>
  numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function spreadOf(numbers: readonly number[]): number {
  const mean = meanOf(numbers);
  return Math.sqrt(meanOf(numbers.map((number) => (number - mean) ** 2)));
}

const course = values.from === undefined ? tinyCourse() : await dreamCourse(values.from);
const [seeds, steps, points] = [values.seeds, values.steps, values.points].map(Number) as [
  number,
  number,
  number,
];
const targets = Array.from({ length: points + 1 }, (_, i) => Math.round((i / points) * steps));
const curves: Curve[] = [];
console.log(`| steps | ${targets.map(formatCount).join(" | ")} |`);
console.log(`| --- |${" --- |".repeat(targets.length)}`);
for (const name of Object.keys(COLORS) as Algorithm[]) {
  const runs: number[][] = [];
  for (let seed = 1; seed <= seeds; seed++) runs.push(await train(course, name, seed, targets));
  const ratesAt = targets.map((_, point) => runs.map((rates) => rates[point] as number));
  const cells = ratesAt.map((rates) => `${percent(meanOf(rates))} ± ${percent(spreadOf(rates))}`);
  console.log(`| ${name} | ${cells.join(" | ")} |`);
  const drawn = ratesAt.map((rates, i) => ({
    x: targets[i] ?? 0,
    mean: meanOf(rates),
    ci95: null,
  }));
  curves.push({ name, color: COLORS[name], points: drawn });
}
const axis = values.from === undefined ? "environment steps" : "dreamed steps";
const chart = curveChart(course.title, curves).replaceAll(/real (?:training )?steps/gu, axis);
writeFileSync(join(import.meta.dirname, "..", "docs", "algorithms", course.file), toPicture(chart));
process.exit();
