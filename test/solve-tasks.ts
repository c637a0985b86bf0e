/**
 * `npx tsx test/solve-tasks.ts [--split dev] [--template 104] [--browsers 2] [--runs 2] [--http] [--write]`
 * proves the tasks in Chromium, and with `--write` notes how long each demonstration is and writes `tasks/*.json`
 * anew: `max_steps` follows from it. `--http` takes the text browser instead: quick, but it runs no script.
 */

import { parseArgs } from "node:util";
import { SPLITS, type Split } from "../fixtures/templates/generate.ts";
import {
  generateTaskFiles,
  writeDemonstratorSteps,
  writeTaskFiles,
} from "../fixtures/templates/task-files.ts";
import { openRealSites } from "../src/cli/open-real-sites.ts";
import { proveTasks } from "../src/cli/prove-tasks.ts";
import { parseTaskConfig } from "../src/evaluation/task-config.ts";
import { openSitesOverHttp } from "./support/http-sites.ts";
import { createQuietContext } from "./support/cli-context.ts";

const { values } = parseArgs({
  options: {
    split: { type: "string", multiple: true, default: [...SPLITS] },
    template: { type: "string", multiple: true, default: [] },
    browsers: { type: "string", default: "2" },
    runs: { type: "string", default: "2" },
    http: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
  },
});

const files = generateTaskFiles();
const configs = values.split
  .flatMap((split) => JSON.parse(files[split as Split]) as unknown[])
  .map((entry) => parseTaskConfig(entry, "generated"))
  .filter(
    (config) =>
      values.template.length === 0 || values.template.includes(String(config.intent_template_id)),
  );

const context = createQuietContext();
await using world = values.http
  ? await openSitesOverHttp()
  : await openRealSites(context, { count: Number(values.browsers) });
const results = await proveTasks({
  configs,
  envs: world.envs,
  runs: Number(values.runs),
  onResult: ({ taskId, steps, problems }) => {
    if (problems.length > 0)
      console.log(`task ${taskId} (${steps} steps): ${problems.join(" | ")}`);
  },
});

const failed = results.filter(({ problems }) => problems.length > 0);
console.log(`${results.length - failed.length} of ${results.length} tasks proven`);
if (values.write) {
  const proven = results.filter(({ problems }) => problems.length === 0);
  writeDemonstratorSteps(Object.fromEntries(proven.map(({ taskId, steps }) => [taskId, steps])));
  writeTaskFiles();
}
process.exitCode = failed.length === 0 ? 0 : 1;
