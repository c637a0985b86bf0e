/**
 * Kills `dreamgym evaluate` with SIGKILL ten times at random moments, lets it finish, and checks that no result is lost
 * and none is there twice: `npx tsx tools/kill-evaluation.ts [kills] [tasks] [seed] [seconds]`.
 * Each kill comes up to so many seconds after the first episode of a call starts. With an undisturbed run of the same
 * tasks it compares every result.
 */

import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../src/core/random.ts";
import { readEvaluation } from "../src/transfer/evaluate/read-evaluation.ts";
import { killAndResume } from "../test/support/kill-and-resume.ts";

const [kills = 10, tasks = 100, seed = 1, seconds = 2] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "kill-evaluation-"));
const flags = ["--agent", "scripted", "--limit", String(tasks), "--browsers", "2"];
const random = createRandom(seed);
const shared = { flags, random, log: console.error };
const killed = await killAndResume({
  ...shared,
  folder: join(folder, "killed"),
  kills,
  betweenMs: [0, 1000 * seconds],
});
const undisturbed = await killAndResume({
  ...shared,
  folder: join(folder, "undisturbed"),
  kills: 0,
  betweenMs: [0, 0],
});
const linesOf = async (name: string): Promise<string[]> =>
  (await readEvaluation(join(folder, name))).results
    .map(({ taskId, status, steps, answer }) => JSON.stringify([taskId, status, steps, answer]))
    .toSorted();
const [lines, expected] = [await linesOf("killed"), await linesOf("undisturbed")];
console.log(`results after each kill: ${killed.resultsAtKill.join(", ")}`);
console.log(
  `exit ${killed.code}; ${killed.leftOver} processes left; undisturbed: exit ${undisturbed.code}`,
);
console.log(`${lines.length} results of ${tasks} tasks, ${new Set(lines).size} different`);
console.log(
  lines.join("\n") === expected.join("\n")
    ? "every result equals that of an undisturbed run"
    : "results differ from those of an undisturbed run",
);
