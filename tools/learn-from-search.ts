/**
 * `npx tsx tools/learn-from-search.ts RUN [--every 2] [--expansions 300] [--seeds 3] [--sites a,b]` compares what a policy
 * makes of the plans that a tree search finds in the dream of RUN (a folder of `collect`): it imitates them, or prefers
 * them to its own failed rollouts (DPO), or both. It prints success on `dev` on the live sites, over the text browser.
 */

import { DEFAULT_SITES } from "../fixtures/index.ts";
import { cloneBehaviour } from "../src/agent/learning/clone-behaviour.ts";
import { type DpoConfig, preferBehaviour } from "../src/agent/learning/dpo.ts";
import type { CandidatePolicy } from "../src/agent/network/candidate-policy.ts";
import { createRandom } from "../src/core/random.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { pairByOutcome } from "../src/rl/preference-pairs.ts";
import { collectRollouts } from "../src/rl/rollout.ts";
import { searchTree } from "../src/rl/tree-search.ts";
import { percent } from "../src/transfer/charts.ts";
import { openDream } from "./open-dream.ts";
import { endWithUsage, readOptions } from "./read-options.ts";

const { values, positionals } = readOptions(import.meta.url, {
  allowPositionals: true,
  options: {
    every: { type: "string", default: "2" },
    expansions: { type: "string", default: "300" },
    seeds: { type: "string", default: "3" },
    sites: { type: "string", default: DEFAULT_SITES.join(",") },
  },
});
const [run] = positionals;
if (run === undefined) endWithUsage(import.meta.url, "Expected the folder of a collection.");
/** Pairs of one task. */
const PAIRS = 16;

const dream = await openDream(run, values.sites.split(","), Number(values.every));
const { env, tasks, recordings, clone, grpo } = dream;

/** The first plan of each task that the search solves. */
async function search(policy: CandidatePolicy): Promise<Trajectory[]> {
  const config = { expansions: Number(values.expansions), solutions: 1 };
  const found: Trajectory[] = [];
  for (const task of tasks)
    found.push(...(await searchTree({ env, task, policy: policy.proposing(), config })).solutions);
  return found;
}

async function rollOut(policy: CandidatePolicy, seed: number): Promise<Trajectory[]> {
  const { explorationTemperature, reach } = grpo;
  const groups = await collectRollouts({
    envs: [env],
    policy: (random) => policy.sampling(random, explorationTemperature ?? 1, reach),
    tasks,
    groupSize: 8,
    random: createRandom(seed).fork("rollouts"),
    source: "synthetic",
    actor: "start",
    idPrefix: "start",
  });
  return groups.flatMap(({ trajectories }) => trajectories);
}

for (let seed = 1; seed <= Number(values.seeds); seed++) {
  const random = createRandom(seed).fork("learn");
  const start = await dream.start(seed);
  const found = await search(start);
  const tried = await rollOut(start, seed);
  const pairs = pairByOutcome([...found, ...tried], { perTask: PAIRS, random });
  const imitate = async (): Promise<CandidatePolicy> => {
    const policy = start.clone();
    const trajectories = [...recordings, ...found];
    await cloneBehaviour({ policy, trajectories, config: clone, random: random.fork("clone") });
    return policy;
  };
  const prefer = async (
    policy: CandidatePolicy,
    scope: DpoConfig["scope"],
  ): Promise<CandidatePolicy> => {
    await preferBehaviour({ policy, pairs, config: { scope }, random: random.fork("dpo") });
    return policy;
  };
  const policies = {
    start,
    imitated: await imitate(),
    "preferred by step": await prefer(start.clone(), "step"),
    "preferred by trajectory": await prefer(start.clone(), "trajectory"),
    "imitated, then preferred by step": await prefer(await imitate(), "step"),
  };
  console.log(
    `seed ${seed}: ${found.length} of ${tasks.length} tasks solved by search, ${pairs.length} pairs`,
  );
  for (const [name, policy] of Object.entries(policies))
    console.log(`  ${name}: ${percent(await dream.measure(policy))}`);
}
process.exit();
