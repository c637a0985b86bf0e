/**
 * Kills `dreamgym record` with SIGKILL at random moments, one recording after another, checks what is left, and resumes
 * it: `npx tsx tools/kill-recording.ts [kills] [steps] [seed] [seconds]`. Each kill comes up to so many seconds after
 * the recording begins. Every step sends a request, so the site knows how many steps happened.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createRandom } from "../src/core/random.ts";
import { readRecording } from "../src/store/recording-folder.ts";
import { countLeftOver, markedEnvironment } from "../test/support/marked-processes.ts";
import { startPageServer } from "../test/support/page-server.ts";
import { ROOT } from "../test/support/read-sources.ts";

const [kills = 20, steps = 30, seed = 1, seconds = 6] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "kill-recording-"));
const random = createRandom(seed);
const mark = `${process.pid}-${random.int(2 ** 30)}`;
let hits = 0;
const site = await startPageServer({
  "/": `<!doctype html><title>Count</title><button onclick="fetch('/hit')">More</button><p>Page</p>`,
  "/hit": () => {
    hits++;
    return "hit";
  },
});
const click = { kind: "click", on: { role: "button", name: "More" } };
const writeScript = (name: string, count: number): string => {
  const path = join(folder, name);
  const lines = [...Array.from({ length: count }, () => click), { kind: "stop", answer: "done" }];
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return path;
};
const dreamgym = (...words: string[]): ChildProcess =>
  spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...words], {
    cwd: ROOT,
    env: markedEnvironment(mark),
    stdio: "ignore",
  });
const exitOf = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", resolve));

const files = ["--headless", "--har", "--video", "--trace"];
const long = writeScript("long.jsonl", steps);
const faults: string[] = [];
let lost = 0;
let finished = 0;
for (let kill = 1; kill <= kills;) {
  hits = 0;
  const id = `kill-${kill}`;
  const path = join(folder, id);
  const url = `http://${site.address}/`;
  const child = dreamgym("record", url, ...files, "--script", long, "--out", folder, "--id", id);
  const ended = exitOf(child);
  const unfinished = join(path, "trajectory.jsonl.unfinished");
  while (!existsSync(unfinished) && child.exitCode === null) await wait(20);
  await Promise.race([wait(random.next() * seconds * 1000), ended]);
  if (child.exitCode !== null) {
    finished++;
    rmSync(path, { recursive: true, force: true });
    if (finished > kills) throw new Error("Expected recordings that last longer. Raise the steps.");
    continue;
  }
  child.kill("SIGKILL");
  await ended;
  const left = await readRecording(path);
  const happened = hits;
  const missing = happened - left.transitions.length;
  if (missing > 1) faults.push(`${id}: ${missing} of ${happened} steps are lost`);
  lost += Math.max(0, missing);
  const rest = writeScript("rest.jsonl", 2);
  const code = await exitOf(dreamgym("record", "--resume", path, ...files, "--script", rest));
  const whole = await readRecording(path).catch(() => null);
  const added = (whole?.transitions.length ?? 0) - left.transitions.length;
  if (code !== 0) faults.push(`${id}: --resume ended with ${code}`);
  if (added !== 3) faults.push(`${id}: ${added} steps were added, not 3`);
  if (whole?.stopReason !== "terminated") faults.push(`${id}: it ended as ${whole?.stopReason}`);
  console.error(
    `kill ${kill}: ${happened} steps happened, ${left.transitions.length} are on the disk`,
  );
  kill++;
}
await site[Symbol.asyncDispose]();
const paths = Array.from({ length: kills }, (_, at) => join(folder, `kill-${at + 1}`));
const valid = await exitOf(dreamgym("trajectories", "validate", ...paths));
if (valid !== 0) faults.push("`dreamgym trajectories validate` finds a damaged file");
console.log(
  `${kills} kills: ${lost} steps in progress lost, ${await countLeftOver(mark)} processes left`,
);
console.log(faults.length === 0 ? "every recording is valid and resumed" : faults.join("\n"));
rmSync(folder, { recursive: true, force: true });
process.exitCode = faults.length === 0 ? 0 : 1;
