/**
 * `npx tsx tools/measure-variations.ts RUN [--sites a,b] [--per-template 8] [--live] [--out FILE]` makes variations of
 * the `train` tasks from the recordings in RUN (a folder of `collect`), and prints by template and kind how many are
 * proposed, enter, and why others stay out. `--live` plays each solution on the live sites over HTTP.
 */

import { createBundledSites, DEFAULT_SITES, SITE_URLS } from "../fixtures/index.ts";
import { writeFileSync } from "node:fs";
import { createRandom } from "../src/core/random.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { createExperienceEnv } from "../src/synthetic/experience-env.ts";
import { createVariations } from "../src/synthetic/curriculum/create-variations.ts";
import { isSolved, planOf, playPlan } from "../src/synthetic/curriculum/plan.ts";
import { loadRecordings } from "../src/transfer/load-recordings.ts";
import { learnModel } from "../src/transfer/pipeline.ts";
import { openSitesOverHttp } from "../test/support/http-sites.ts";
import { endWithUsage, readOptions } from "./read-options.ts";

const { values, positionals } = readOptions(import.meta.url, {
  allowPositionals: true,
  options: {
    sites: { type: "string", default: DEFAULT_SITES.join(",") },
    "per-template": { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
    live: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const [run] = positionals;
if (run === undefined) endWithUsage(import.meta.url, "Expected the folder of a collection.");

const sites = createBundledSites({ sites: values.sites.split(",") });
const tasks = sites.tasks["train"] ?? [];
const names = [...sites.heldOut.names, ...sites.heldOut.keys].map((name) => name.toLowerCase());
const isHeldOut = (text: string): boolean =>
  names.some((name) => text.toLowerCase().includes(name));

const episodes = await loadRecordings(run);
const { buffer, model } = await learnModel(episodes);
await using env = createExperienceEnv({ model, evaluator: createEvaluator(), origins: SITE_URLS });
const cpu = (): number => process.cpuUsage().user / 1e6;
const startedAt = cpu();
/** Outcomes with their numbers, by template and kind. */
const table = new Map<string, Map<string, number>>();
const count = (template: number, kind: string, outcome: string): void => {
  for (const row of [`${template} ${kind}`, `all ${kind}`]) {
    const counts = table.get(row) ?? new Map<string, number>();
    table.set(row, counts.set(outcome, (counts.get(outcome) ?? 0) + 1));
  }
};
const variations = await createVariations({
  buffer,
  tasks,
  episodes,
  env,
  isHeldOut,
  config: { perTemplate: Number(values["per-template"]) },
  random: createRandom(values.seed),
  onProposal: ({ task, kind }, outcome) => count(task.templateId, kind, outcome),
});
console.log(
  `${episodes.length} episodes, ${variations.length} variations, ${(cpu() - startedAt).toFixed(0)} s CPU`,
);
if (values.live) {
  await using live = await openSitesOverHttp(values.sites.split(","));
  const [http] = live.envs;
  for (const { task, kind, solution } of variations) {
    const played = http ? await playPlan(http, task, planOf(solution), "live") : null;
    const why = JSON.stringify(played?.score ?? "an element is missing");
    const isTrue = isSolved(played);
    count(task.templateId, kind, isTrue ? "true" : "false");
    if (!isTrue)
      console.log(`false: ${kind} ${task.templateId} ${task.goal} | ${why}`.slice(0, 600));
  }
}
for (const [row, counts] of [...table].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  console.log(row, [...counts].map(([outcome, number]) => `${number} ${outcome}`).join(", "));
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(variations));
