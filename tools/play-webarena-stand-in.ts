/**
 * Plays WebArena's task files on the bundled sites under WebArena's addresses, with an agent that knows the references,
 * and counts: how many start pages the sites have, how many episodes are scored, and how many pass.
 * `npx tsx tools/play-webarena-stand-in.ts <task file> [limit]`
 */

import type { Task } from "../src/core/task.ts";
import { findBrowser } from "../src/real/browser/install/find-browser.ts";
import { loadTaskConfigs } from "../src/real/harness/load-tasks.ts";
import { openWebArenaBenchmark } from "../src/real/harness/webarena/open-webarena-benchmark.ts";
import {
  settingsFromVariables,
  WebArenaSettingsSchema,
} from "../src/real/harness/webarena/webarena-settings.ts";
import { CONTAINMENT_JUDGE, playReference } from "../test/support/reference-agent.ts";
import { openWebArenaStandIn } from "../test/support/webarena-stand-in.ts";

const [file = "../shared/data/webarena/test.raw.json", limit = "9999"] = process.argv.slice(2);
await using standIn = await openWebArenaStandIn();
await using benchmark = await openWebArenaBenchmark({
  configs: loadTaskConfigs(file).slice(0, Number(limit)),
  settings: WebArenaSettingsSchema.parse({
    ...settingsFromVariables(standIn.variables),
    ...standIn.differences,
  }),
  profile: "webarena",
  judge: CONTAINMENT_JUDGE,
  executablePath: (await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] })).path,
  workers: 1,
});
await using env = await benchmark.openEnv(0);

interface Counts {
  tasks: number;
  /** Every start page is one of the site's pages. */
  startPages: number;
  scored: number;
  passed: number;
}
const counts = new Map<string, Counts>();
const failures = new Map<string, number>();
const kindOf = (task: Task): string => task.checks.map(({ kind }) => kind).join("+");

for (const task of benchmark.tasks) {
  const count = counts.get(kindOf(task)) ?? { tasks: 0, startPages: 0, scored: 0, passed: 0 };
  counts.set(kindOf(task), count);
  count.tasks += 1;
  const { score, error } = await playReference(env, task);
  const documents = (env.startRequests ?? []).filter(({ kind }) => kind === "document");
  if (error === null && documents.every(({ status }) => (status ?? 500) < 400))
    count.startPages += 1;
  if (score?.status === "scored") {
    count.scored += 1;
    count.passed += score.value;
  } else {
    const reason = (error ?? score?.reason ?? "").slice(0, 60);
    failures.set(reason, (failures.get(reason) ?? 0) + 1);
  }
}
console.table(Object.fromEntries(counts));
console.log(Object.fromEntries(failures), "resets:", standIn.resets);
