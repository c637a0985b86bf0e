/**
 * `npx tsx tools/measure-curriculum.ts RUN [--every 2] [--steps 6000] [--seeds 3] [--sites a,b]` trains by GRPO in the dream
 * of RUN (a folder of `collect`), from the same clone, with four ways to choose the next tasks: train tasks alone or with
 * variations, uniformly or by the variance of their rewards. It prints success on `dev` on the live sites, over the text
 * browser, and the share of groups whose rollouts all ended alike.
 */

import { createBundledSites, DEFAULT_SITES } from "../fixtures/index.ts";
import { createRandom } from "../src/core/random.ts";
import { createGrpoLearner } from "../src/agent/learning/grpo-learner.ts";
import { meanOf } from "../src/rl/mean.ts";
import { trainPolicy } from "../src/rl/train.ts";
import { ReplayBuffer } from "../src/synthetic/buffer/replay-buffer.ts";
import { createVariations } from "../src/synthetic/curriculum/create-variations.ts";
import { createCurriculum, type CurriculumConfig } from "../src/synthetic/curriculum/curriculum.ts";
import { percent } from "../src/transfer/charts.ts";
import { openDream } from "./open-dream.ts";
import { endWithUsage, readOptions } from "./read-options.ts";

const { values, positionals } = readOptions(import.meta.url, {
  allowPositionals: true,
  options: {
    every: { type: "string", default: "2" },
    steps: { type: "string", default: "6000" },
    seeds: { type: "string", default: "3" },
    sites: { type: "string", default: DEFAULT_SITES.join(",") },
  },
});
const [run] = positionals;
if (run === undefined) endWithUsage(import.meta.url, "Expected the folder of a collection.");

const sites = values.sites.split(",");
const { heldOut } = createBundledSites({ sites });
const names = [...heldOut.names, ...heldOut.keys].map((name) => name.toLowerCase());
const dream = await openDream(run, sites, Number(values.every));
const { env, tasks, recordings, clone, grpo, rollouts } = dream;
const variations = await createVariations({
  buffer: new ReplayBuffer(recordings),
  tasks,
  episodes: recordings,
  env,
  isHeldOut: (text) => names.some((name) => text.toLowerCase().includes(name)),
  random: createRandom(1),
});
console.log(`${tasks.length} train tasks, ${variations.length} variations`);

const CHOICES: Record<string, CurriculumConfig> = {
  "train tasks, uniformly": { lambda: 0, choice: "uniform" },
  "train tasks, by variance": { lambda: 0, choice: "variance" },
  "with variations, uniformly": { lambda: 0.25, choice: "uniform" },
  "with variations, by variance": { lambda: 0.25, choice: "variance" },
};

for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const start = await dream.start(seed);
  console.log(`seed ${seed}, cloned: ${percent(await dream.measure(start))}`);
  for (const [name, choice] of Object.entries(CHOICES)) {
    const policy = start.clone();
    const alike: number[] = [];
    const { environmentSteps } = await trainPolicy({
      learner: createGrpoLearner(policy, grpo, { demonstrations: recordings, clone }),
      envs: [env],
      tasks,
      config: { ...rollouts, environmentSteps: Number(values.steps) },
      createSampler: (state) => createCurriculum(tasks, variations, choice, state),
      random: createRandom(seed).fork("train"),
      source: "synthetic",
      actor: "curriculum",
      onIteration: ({ metrics }) => void alike.push(metrics["frac_reward_zero_std"] ?? 0),
    });
    console.log(
      `  ${name}: ${percent(await dream.measure(policy))} after ${environmentSteps} dreamed steps, ${percent(meanOf(alike) ?? 0)} of the groups alike`,
    );
  }
}
process.exit();
