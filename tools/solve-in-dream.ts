/**
 * `npx tsx tools/solve-in-dream.ts RUN [--split train] [--every 2] [--sites a,b | --site-module FILE]` runs the
 * demonstrators live in the dream learned from the recordings of RUN (a run folder, or a part of one). A task that they
 * cannot do there, no learner can learn there. `--reasons` prints why each other task is not solved. `--idle` stops at
 * once instead: nothing may be solved then. For tuning the experience model on `train` and `dev`; never on held-out data.
 */

import { createBundledSites, DEFAULT_SITES } from "../fixtures/index.ts";
import { loadSiteModule } from "../src/cli/load-site-module.ts";
import { runEpisode } from "../src/core/episode.ts";
import { ConfigError } from "../src/core/errors.ts";
import type { Policy } from "../src/core/policy.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { readTrajectories } from "../src/store/trajectory-file.ts";
import { createRetrievalModel } from "../src/synthetic/retrieval/create-retrieval-model.ts";
import { createExperienceEnv } from "../src/synthetic/experience-env.ts";
import { ReplayBuffer } from "../src/synthetic/buffer/replay-buffer.ts";
import { findEpisodes } from "../src/transfer/load-recordings.ts";
import { checkSiteModule, originsOf, tasksOf } from "../src/transfer/site-module.ts";
import { endWithUsage, readOptions } from "./read-options.ts";

const { values, positionals } = readOptions(import.meta.url, {
  allowPositionals: true,
  options: {
    split: { type: "string", default: "train" },
    every: { type: "string", default: "2" },
    sites: { type: "string", default: DEFAULT_SITES.join(",") },
    "site-module": { type: "string" },
    reasons: { type: "boolean", default: false },
    idle: { type: "boolean", default: false },
  },
});
const [run] = positionals;
if (run === undefined)
  endWithUsage(import.meta.url, "Expected the folder of a run, got none. Name it.");

const site =
  values["site-module"] === undefined
    ? checkSiteModule(
        createBundledSites({ sites: values.sites.split(","), searchPath: process.env["PATH"] }),
        "the bundled sites",
      )
    : await loadSiteModule(values["site-module"]);
const { createDemonstrator } = site;
if (createDemonstrator === undefined)
  throw new ConfigError("Expected `createDemonstrator` of the site module, got none. Add it.");

const recorded: Trajectory[] = [];
for await (const trajectory of readTrajectories(await findEpisodes(run))) recorded.push(trajectory);
const model = await createRetrievalModel({ buffer: new ReplayBuffer(recorded) });
const origins = originsOf(site);
await using env = createExperienceEnv({ model, evaluator: createEvaluator(), origins });

const idle: Policy = { act: () => ({ action: { kind: "stop", answer: "" } }) };

/** `lost`: the demonstrator did not find the element it needs. */
type Outcome = "solved" | "failed" | "unscored" | "lost";
const byTemplate = new Map<number, Outcome[]>();
const tasks = tasksOf(site, values.split).filter((_, i) => i % Number(values.every) === 0);
for (const task of tasks) {
  const { score, failedPart, error } = await runEpisode({
    env,
    task,
    policy: values.idle ? idle : createDemonstrator(task),
    seed: 0,
    id: task.id,
    actor: "demonstrator",
    source: "synthetic",
  });
  const outcome =
    failedPart === "policy"
      ? "lost"
      : score?.status !== "scored"
        ? "unscored"
        : score.value === 1
          ? "solved"
          : "failed";
  byTemplate.set(task.templateId, [...(byTemplate.get(task.templateId) ?? []), outcome]);
  if (values.reasons && outcome !== "solved")
    console.log(outcome, task.id, error ?? score?.checks.map(({ detail }) => detail).join("; "));
}

const count = (outcomes: readonly Outcome[]): string =>
  (["solved", "failed", "unscored", "lost"] as const)
    .map((kind) => `${outcomes.filter((outcome) => outcome === kind).length} ${kind}`)
    .join(", ");
for (const [template, outcomes] of byTemplate) console.log(template, count(outcomes));
console.log("all", count([...byTemplate.values()].flat()));
