/**
 * `npx tsx tools/measure-plans.ts RUN --sites gitlab [--expansions 40] [--every 1]` searches the train tasks in the dream
 * of the recordings in RUN (a folder of `dreamgym collect`), and replays each plan on the real site, over the text
 * browser. Before and after `dreamgym collect --directed` it shows what a directed recording is good for. A plan that
 * needs a page's script counts as untrue here: `dreamgym dream check --plans search` replays plans in Chromium.
 */

import { createBundledSites, SITE_URLS } from "../fixtures/index.ts";
import { referTo } from "../src/core/element-reference.ts";
import { runEpisode } from "../src/core/episode.ts";
import type { Task } from "../src/core/task.ts";
import { createDirectedPolicy } from "../src/transfer/directed-policy.ts";
import { loadRecordings } from "../src/transfer/load-recordings.ts";
import { learnModel } from "../src/transfer/pipeline.ts";
import { searchCoverage } from "../src/transfer/search-coverage.ts";
import { openSitesOverHttp } from "../test/support/http-sites.ts";
import { endWithUsage, readOptions } from "./read-options.ts";

const { values, positionals } = readOptions(import.meta.url, {
  allowPositionals: true,
  options: {
    sites: { type: "string", default: "gitlab" },
    expansions: { type: "string", default: "40" },
    every: { type: "string", default: "1" },
  },
});
const [run] = positionals;
if (run === undefined) endWithUsage(import.meta.url, "Expected the folder of a collection.");
const sites = values.sites.split(",");
const { tasks: splits } = createBundledSites({ sites, searchPath: process.env["PATH"] });
const tasks = (splits["train"] ?? []).filter((_, i) => i % Number(values.every) === 0);
const recordings = await loadRecordings(run);
const { model } = await learnModel(recordings);
const { plans, coverage, expansions } = await searchCoverage({
  model,
  recordings,
  tasks,
  origins: SITE_URLS,
  search: { expansions: Number(values.expansions) },
});
const { unknown, visits } = coverage;
console.log(
  JSON.stringify({ tasks: tasks.length, solved: plans.length, expansions, visits, unknown }),
);

await using world = await openSitesOverHttp(sites);
const [env] = world.envs;
/** Plans of which the dream could not decide a check are no claim of the dream: they are counted apart. */
const claimed = plans.filter((plan) => plan.score?.status === "scored");
const untrue: string[] = [];
for (const { taskId, transitions } of claimed) {
  if (env === undefined) break;
  const path = transitions.map(({ action, observation }) => ({
    action,
    element: "ref" in action ? referTo(observation, action.ref) : null,
  }));
  const { score } = await runEpisode({
    env,
    policy: createDirectedPolicy(path, () => false),
    task: tasks.find(({ id }) => id === taskId) as Task,
    seed: 0,
    id: `replay-${taskId}`,
    actor: "replay",
    source: "real",
  });
  if (score?.status !== "scored" || score.value !== 1) untrue.push(taskId);
}
console.log(
  JSON.stringify({
    isTrue: claimed.length - untrue.length,
    of: claimed.length,
    undecided: plans.length - claimed.length,
    untrue,
  }),
);
