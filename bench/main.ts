/** `npm run bench [-- --json] [real|record|dream|policy|buffer|verified …]`: medians of this machine at this moment, and their ratio. */

import {
  createDemonstrator,
  DEFAULT_SITES,
  loadBundledTasks,
  SITE_URLS,
  siteEntry,
} from "../fixtures/index.ts";
import { cpus, totalmem } from "node:os";
import { runEpisode } from "../src/core/episode.ts";
import { createRandom } from "../src/core/random.ts";
import type { Task } from "../src/core/task.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { toTask } from "../src/evaluation/to-task.ts";
import { ensureBrowser } from "../src/real/browser/install/install-browser.ts";
import { CandidatePolicy } from "../src/agent/network/candidate-policy.ts";
import { cloneBehaviour } from "../src/agent/learning/clone-behaviour.ts";
import { openSitesOverHttp } from "../test/support/http-sites.ts";
import { benchBuffer } from "./buffer.ts";
import { benchDream } from "./dream.ts";
import { benchReal } from "./real.ts";
import { benchRecord } from "./record.ts";
import { benchRl } from "./rl.ts";
import { benchVerified } from "./verified.ts";

const PARTS = ["real", "record", "dream", "policy", "buffer", "verified"] as const;
type Part = (typeof PARTS)[number];

const words = process.argv.slice(2);
const isJson = words.includes("--json");
const unknown = words.find((word) => word !== "--json" && !PARTS.includes(word as Part));
if (unknown !== undefined) {
  console.error(`Expected ${PARTS.join(", ")} or --json, got "${unknown}".`);
  process.exit(2);
}
const wanted = PARTS.filter((part) => words.includes(part));
const parts: readonly Part[] = wanted.length === 0 ? PARTS : wanted;
const now = (): number => performance.now();
/** Computing time of this process: other work on the machine does not count. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/**
 * Demonstrations of every third train task of a comparison's sites, over HTTP: recorded pages to dream from and to
 * choose on.
 */
async function recordDemonstrations(): Promise<{ tasks: Task[]; trajectories: Trajectory[] }> {
  const configs = loadBundledTasks("train", DEFAULT_SITES);
  const chosen = configs.filter((_, index) => index % 3 === 0);
  await using sites = await openSitesOverHttp(DEFAULT_SITES);
  const [env] = sites.envs;
  const trajectories: Trajectory[] = [];
  const tasks = chosen.map((config) => toTask(config, SITE_URLS));
  for (const [index, task] of tasks.entries()) {
    if (env === undefined) break;
    const trajectory = await runEpisode({
      env,
      policy: createDemonstrator(chosen[index] as (typeof chosen)[number]),
      task,
      seed: 0,
      id: `bench-${task.id}`,
      actor: "demonstrator",
      source: "real",
      record: true,
    });
    // A demonstrator that fails needs a script, which the text browser does not run.
    if (trajectory.failedPart !== "policy") trajectories.push(trajectory);
  }
  return { tasks, trajectories };
}

const result: Record<string, unknown> = {
  machine: {
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  },
};
const findBrowser = async (): Promise<string> => {
  const { path } = await ensureBrowser({
    configuredPath: process.env["DREAMGYM_BROWSER"],
    searchPath: process.env["PATH"],
    log: tell,
  });
  return path;
};
if (parts.includes("real")) {
  tell("real: a scripted walk in 1 to 8 browser contexts …");
  result["real"] = await benchReal({
    executablePath: await findBrowser(),
    sitesEntry: siteEntry(),
    episodes: 12,
    contexts: [2, 1, 4, 8],
    now,
  });
}
if (parts.includes("record")) {
  tell("record: clicks on a page, with and without a recorder …");
  const executablePath = await findBrowser();
  result["record"] = await benchRecord({ executablePath, clicks: 40, pauseMs: 300, now });
}
if (parts.includes("buffer"))
  result["buffer"] = benchBuffer({
    transitions: 1_000_000,
    queries: 500,
    k: 10,
    cpuMs,
    onProgress: tell,
  });
if (parts.includes("verified")) {
  tell("verified: runs of WebArena-Verified, scored …");
  result["verified"] = await benchVerified({ repetitions: 40, cpuMs });
}
if (parts.includes("dream") || parts.includes("policy")) {
  tell("recording demonstrations …");
  const { tasks, trajectories } = await recordDemonstrations();
  if (parts.includes("policy")) {
    tell("policy: candidates, features, network …");
    result["policy"] = benchRl({ trajectories: trajectories.slice(0, 30), passes: 5, now });
  }
  if (parts.includes("dream")) {
    const policy = new CandidatePolicy();
    await cloneBehaviour({
      policy,
      trajectories,
      config: { epochs: 4 },
      random: createRandom("bench"),
    });
    const { table, head } = policy.network;
    result["dream"] = await benchDream({
      trajectories,
      tasks,
      table,
      head,
      passes: 6,
      expansions: 40,
      cores: Math.min(2, cpus().length),
      onProgress: tell,
    });
  }
}
const real = result["real"] as { stepsPerSecond: number } | undefined;
const dream = result["dream"] as { stepsPerSecond: number } | undefined;
if (real !== undefined && dream !== undefined)
  result["dreamedStepsPerRealStep"] = dream.stepsPerSecond / real.stepsPerSecond;
console.log(JSON.stringify(result, null, isJson ? 0 : 2));
