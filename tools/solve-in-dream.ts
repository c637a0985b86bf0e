/**
 * `npx tsx tools/solve-in-dream.ts RUN [--split train] [--every 2] [--sites a,b]` runs the demonstrators live in the
 * dream learned from the recordings in RUN (a folder of `collect`, or `offline/` of a comparison). A task that they
 * cannot do there, no learner can learn there. For tuning the experience model on `train`; never on held-out data.
 */

import {
  createDemonstrator,
  DEFAULT_SITES,
  loadBundledTasks,
  SITE_URLS,
} from "../fixtures/index.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runEpisode } from "../src/core/episode.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { toTask } from "../src/evaluation/to-task.ts";
import { readTrajectories } from "../src/store/trajectory-file.ts";
import { createRetrievalModel } from "../src/synthetic/retrieval/create-retrieval-model.ts";
import { createExperienceEnv } from "../src/synthetic/experience-env.ts";
import { ReplayBuffer } from "../src/synthetic/buffer/replay-buffer.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    split: { type: "string", default: "train" },
    every: { type: "string", default: "2" },
    sites: { type: "string", default: DEFAULT_SITES.join(",") },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error("Expected the folder of a collection.");

const recorded: Trajectory[] = [];
for await (const trajectory of readTrajectories(join(run, "episodes"))) recorded.push(trajectory);
if (recorded.length === 0)
  throw new Error(
    `Expected recordings in ${join(run, "episodes")}, got none. Give the folder of \`collect\`, or offline/ of a comparison.`,
  );
const model = await createRetrievalModel({ buffer: new ReplayBuffer(recorded) });
await using env = createExperienceEnv({ model, evaluator: createEvaluator(), origins: SITE_URLS });

/** `lost`: the demonstrator did not find the element it needs. */
type Outcome = "solved" | "failed" | "unscored" | "lost";
const byTemplate = new Map<number, Outcome[]>();
const configs = loadBundledTasks(values.split, values.sites.split(","));
for (const config of configs.filter((_, i) => i % Number(values.every) === 0)) {
  const task = toTask(config, SITE_URLS);
  const outcomes = byTemplate.get(task.templateId) ?? [];
  byTemplate.set(task.templateId, outcomes);
  const { score, failedPart } = await runEpisode({
    env,
    task,
    policy: createDemonstrator(config),
    seed: 0,
    id: task.id,
    actor: "demonstrator",
    source: "synthetic",
  });
  if (failedPart === "policy") outcomes.push("lost");
  else if (score?.status !== "scored") outcomes.push("unscored");
  else outcomes.push(score.value === 1 ? "solved" : "failed");
}

const count = (outcomes: readonly Outcome[]): string =>
  (["solved", "failed", "unscored", "lost"] as const)
    .map((kind) => `${outcomes.filter((outcome) => outcome === kind).length} ${kind}`)
    .join(", ");
for (const [template, outcomes] of byTemplate) console.log(template, count(outcomes));
console.log("all", count([...byTemplate.values()].flat()));
