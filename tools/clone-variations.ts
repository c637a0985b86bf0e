/**
 * `npx tsx tools/clone-variations.ts RUN [--seeds 1,2,3] [--sites a,b] [--epochs 6] [--arms …]` clones the successful
 * recordings in RUN, alone and with solutions that cost no real step, and prints the greedy success on `dev` over HTTP.
 */

import { createBundledSites, DEFAULT_SITES, SITE_URLS } from "../fixtures/index.ts";
import { cloneBehaviour } from "../src/agent/learning/clone-behaviour.ts";
import { CandidatePolicy } from "../src/agent/network/candidate-policy.ts";
import { runEpisode } from "../src/core/episode.ts";
import { createRandom } from "../src/core/random.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { outcomeReward } from "../src/rl/rollout.ts";
import { createExperienceEnv } from "../src/synthetic/experience-env.ts";
import { createVariations } from "../src/synthetic/curriculum/create-variations.ts";
import { solveByAnalogy } from "../src/synthetic/curriculum/solve-by-analogy.ts";
import { loadRecordings } from "../src/transfer/load-recordings.ts";
import { learnModel } from "../src/transfer/pipeline.ts";
import { openSitesOverHttp } from "../test/support/http-sites.ts";
import { endWithUsage, readOptions } from "./read-options.ts";

const { values, positionals } = readOptions(import.meta.url, {
  allowPositionals: true,
  options: {
    sites: { type: "string", default: DEFAULT_SITES.join(",") },
    seeds: { type: "string", default: "1,2,3" },
    epochs: { type: "string", default: "6" },
    arms: { type: "string", default: "recordings,hindsight,analogy,variations,all" },
  },
});
const [run] = positionals;
if (run === undefined) endWithUsage(import.meta.url, "Expected the folder of a collection.");

const siteNames = values.sites.split(",");
const sites = createBundledSites({ sites: siteNames });
const tasks = sites.tasks["train"] ?? [];
const names = [...sites.heldOut.names, ...sites.heldOut.keys].map((name) => name.toLowerCase());
const isHeldOut = (text: string): boolean =>
  names.some((name) => text.toLowerCase().includes(name));

const recorded = await loadRecordings(run);
const { buffer, model } = await learnModel(recorded);
await using env = createExperienceEnv({ model, evaluator: createEvaluator(), origins: SITE_URLS });
const shared = { buffer, tasks, env };
const variations = await createVariations({
  ...shared,
  episodes: recorded,
  isHeldOut,
  random: createRandom(1),
});
const analogies = await solveByAnalogy({
  ...shared,
  episodes: [...recorded, ...variations.map(({ solution }) => solution)],
});
const ofKind = (...kinds: string[]): Trajectory[] =>
  variations.filter(({ kind }) => kinds.includes(kind)).map(({ solution }) => solution);
const arms: Record<string, Trajectory[]> = {
  recordings: [],
  hindsight: ofKind("hindsight"),
  analogy: analogies,
  variations: variations.map(({ solution }) => solution),
  all: [...analogies, ...ofKind("hindsight", "other-entity", "infeasible")],
};
const byTemplate = new Map<number, number>();
for (const { templateId } of analogies)
  byTemplate.set(templateId, (byTemplate.get(templateId) ?? 0) + 1);
console.log(`analogies on train: ${[...byTemplate].map(([id, n]) => `${id}: ${n}`).join(", ")}`);

await using live = await openSitesOverHttp(siteNames);
const [http] = live.envs;
for (const [arm, added] of Object.entries(arms)) {
  if (http === undefined || !values.arms.split(",").includes(arm)) continue;
  for (const seed of values.seeds.split(",").map(Number)) {
    const policy = new CandidatePolicy({}, seed);
    const { trajectories, steps } = await cloneBehaviour({
      policy,
      trajectories: [...recorded, ...added],
      config: { epochs: Number(values.epochs) },
      random: createRandom(seed).fork("clone"),
    });
    const solved = new Map<number, number>();
    const dev = sites.tasks["dev"] ?? [];
    for (const task of dev) {
      const trajectory = await runEpisode({
        env: http,
        task,
        policy: policy.greedy(),
        seed,
        id: task.id,
        actor: arm,
        source: "real",
      });
      if (outcomeReward(trajectory) === 1)
        solved.set(task.templateId, (solved.get(task.templateId) ?? 0) + 1);
    }
    const total = [...solved.values()].reduce((sum, number) => sum + number, 0);
    const detail = [...solved]
      .toSorted(([a], [b]) => a - b)
      .map(([id, number]) => `${id}:${number}`);
    console.log(
      `${arm}, seed ${seed}: ${trajectories} trajectories, ${steps} steps; dev ${total} of ${dev.length} = ${(total / dev.length).toFixed(3)} (${detail.join(" ")})`,
    );
  }
}
