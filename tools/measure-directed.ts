/**
 * `npx tsx tools/measure-directed.ts RUN --sites gitlab [--budget 500] [--expansions 40] [--rounds 1]` shows what a
 * directed recording is good for. It searches the train tasks in the dream of the collection in RUN (a folder of
 * `dreamgym collect`), records with `recordDirected`, and searches again. Each plan is replayed on the real site. The
 * recordings stay in RUN, so measure on a copy.
 */

import { createBundledSites, SITE_URLS } from "../fixtures/index.ts";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { referTo } from "../src/core/element-reference.ts";
import { runEpisode } from "../src/core/episode.ts";
import type { Task } from "../src/core/task.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { ensureBrowser } from "../src/real/browser/install/install-browser.ts";
import { openRealSites } from "../src/real/browser/open-real-sites.ts";
import { createDirectedPolicy } from "../src/transfer/directed-policy.ts";
import { loadRecordings } from "../src/transfer/load-recordings.ts";
import { learnModel } from "../src/transfer/pipeline.ts";
import { recordDirected } from "../src/transfer/record-directed.ts";
import { type SearchCoverage, searchCoverage } from "../src/transfer/search-coverage.ts";
import { checkSiteModule, tasksOf, worldsOf } from "../src/transfer/site-module.ts";
import { SILENT_REPORT } from "../src/transfer/work-report.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sites: { type: "string", default: "gitlab" },
    budget: { type: "string", default: "500" },
    expansions: { type: "string", default: "40" },
    rounds: { type: "string", default: "1" },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error("Expected the folder of a collection.");
const tell = (line: string): void => void process.stderr.write(`${line}\n`);
const { signal } = new AbortController();
const bundled = createBundledSites({
  sites: values.sites.split(","),
  searchPath: process.env["PATH"],
  log: tell,
});
const site = checkSiteModule(bundled, "the bundled sites");
const tasks = tasksOf(site, "train");
const search = { expansions: Number(values.expansions) };
const executablePath = async (): Promise<string> =>
  (
    await ensureBrowser({
      configuredPath: process.env["DREAMGYM_BROWSER"],
      searchPath: process.env["PATH"],
      log: tell,
    })
  ).path;

/** How many of the plans succeed on the real site. */
async function countTrue(plans: readonly Trajectory[]): Promise<number> {
  await using world = await openRealSites({
    provider: bundled.provider,
    worlds: worldsOf(site, tasks),
    count: 1,
    executablePath,
  });
  const [env] = world.envs;
  let succeeded = 0;
  for (const { taskId, transitions } of plans) {
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
    if (score?.status === "scored" && score.value === 1) succeeded++;
  }
  return succeeded;
}

async function tellSearch(
  when: string,
  { plans, tasks: all, coverage }: SearchCoverage,
): Promise<void> {
  const isTrue = await countTrue(plans);
  const { unknown, visits } = coverage;
  console.log(JSON.stringify({ when, tasks: all, solved: plans.length, isTrue, unknown, visits }));
}

const searches: SearchCoverage[] = [];
const directed = await recordDirected({
  site,
  folder: join(run, "offline"),
  budget: Number(values.budget),
  rounds: Number(values.rounds),
  browsers: 2,
  executablePath,
  search,
  onSearch: (searched) => searches.push(searched),
  report: { ...SILENT_REPORT, note: tell },
  signal,
});
console.log(JSON.stringify(directed));
const [before] = searches;
if (before !== undefined) await tellSearch("before", before);
const recordings = await loadRecordings(run);
const { model } = await learnModel(recordings);
await tellSearch(
  "after",
  await searchCoverage({ model, recordings, tasks, origins: SITE_URLS, search }),
);
