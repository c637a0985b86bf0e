/**
 * How fast WebArena-Verified's runs are scored, next to the reference in the same run: one long HAR file, read from the
 * disk each time, and the right episode of each of its 812 tasks. Both count the computing time of their own process.
 */

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scoreTask } from "../src/evaluation/verified/score-task.ts";
import { formatAddressConfig } from "../src/real/harness/verified/address-config.ts";
import { loadVerifiedTasks } from "../src/real/harness/verified/load-verified-tasks.ts";
import { parseTrace, readTraceBytes } from "../src/real/harness/verified/read-trace.ts";
import { scoreFolders } from "../src/real/harness/verified/score-folders.ts";
import { versionsFor } from "../src/real/harness/verified/versions.ts";
import {
  allTasks,
  DATA,
  hasData,
  hasReference,
  readDemo,
  scoreWithReference,
  TASK_FILE,
  timeReferenceCommand,
} from "../test/support/verified-data.ts";
import { ADDRESSES, goldEpisode } from "../test/support/verified-gold.ts";

export interface VerifiedBenchOptions {
  /** Of one long file. */
  repetitions: number;
  /** Computing time of this process. */
  cpuMs: () => number;
}

interface Pace {
  /** For each folder of a run, each with a HAR file of 359 entries, by the whole command: tasks loaded, results written. */
  folderMs: number;
  /** Median for such a file by the library alone: read, parsed, scored. */
  longHarMs: number;
  /** For one of the 812 episodes, already parsed. */
  episodeMs: number;
}

export interface VerifiedBench extends Pace {
  entries: number;
  /** Null where it is not installed: see `tools/install-verified.ts`. */
  reference: (Pace & { folderRatio: number; longHarRatio: number; episodeRatio: number }) | null;
}

const DEMO_ADDRESSES = { shopping_admin: ["http://192.168.1.35:7780/admin"] };
const HAR = join(DATA, "demo-107", "network.har");

/** @returns null where the data of WebArena-Verified is absent */
export async function benchVerified(options: VerifiedBenchOptions): Promise<VerifiedBench | null> {
  if (!hasData) return null;
  const entries = parseTrace(readTraceBytes(HAR), HAR).length;
  const run = makeRun(options.repetitions);
  const ours = measureOurs(run, options);
  if (!hasReference) return { entries, ...ours, reference: null };
  const theirs = await measureReference(run, options);
  rmSync(run.folder, { recursive: true });
  const ratios = {
    folderRatio: theirs.folderMs / ours.folderMs,
    longHarRatio: theirs.longHarMs / ours.longHarMs,
    episodeRatio: theirs.episodeMs / ours.episodeMs,
  };
  return { entries, ...ours, reference: { ...theirs, ...ratios } };
}

interface Run {
  folder: string;
  /** The reference's config with the sites' addresses. */
  config: string;
}

/** A run with the demo's files in the folder of every task. */
function makeRun(tasks: number): Run {
  const folder = mkdtempSync(join(tmpdir(), "bench-verified-"));
  const config = join(folder, "config.json");
  writeFileSync(config, formatAddressConfig(DEMO_ADDRESSES));
  for (const { task_id } of demoTasks().slice(0, tasks))
    for (const name of ["agent_response.json", "network.har"]) {
      mkdirSync(join(folder, String(task_id)), { recursive: true });
      copyFileSync(join(DATA, "demo-107", name), join(folder, String(task_id), name));
    }
  return { folder, config };
}

/** What `dreamgym score` does. */
function scoreRun({ folder }: Run): void {
  const tasks = loadVerifiedTasks(TASK_FILE);
  scoreFolders([folder], {
    tasks,
    addresses: DEMO_ADDRESSES,
    profile: "verified",
    versions: versionsFor(tasks.checksum),
    again: true,
    signal: new AbortController().signal,
    onProgress: () => {},
    now: () => 0,
  });
}

function measureOurs(run: Run, { repetitions, cpuMs }: VerifiedBenchOptions): Pace {
  const started = cpuMs();
  scoreRun(run);
  const folderMs = (cpuMs() - started) / repetitions;
  const [task, ...others] = demoTasks();
  if (task === undefined) throw new Error("Expected a task for the demo, got none.");
  const response = readDemo("agent_response.json");
  const times = [task, ...others].slice(0, repetitions).map((one) => {
    const began = cpuMs();
    const events = parseTrace(readTraceBytes(HAR), HAR);
    scoreTask({ task: one, response, events, addresses: DEMO_ADDRESSES });
    return cpuMs() - began;
  });
  const episodes = allTasks().map(goldEpisode);
  const began = cpuMs();
  for (const { task: one, response: text, entries } of episodes)
    scoreTask({ task: one, response: text, events: entries, addresses: ADDRESSES });
  return { folderMs, longHarMs: median(times), episodeMs: (cpuMs() - began) / episodes.length };
}

async function measureReference(run: Run, { repetitions }: VerifiedBenchOptions): Promise<Pace> {
  const folderMs = timeReferenceCommand(run.folder, run.config) / repetitions;
  const response = readDemo("agent_response.json");
  const demos = demoTasks()
    .slice(0, repetitions)
    .map((task) => ({ task, response, har: HAR }));
  const long = await scoreWithReference(demos, { addresses: DEMO_ADDRESSES });
  const episodes = await scoreWithReference(allTasks().map(goldEpisode), { addresses: ADDRESSES });
  const sum = episodes.reduce((total, { cpu_ms }) => total + cpu_ms, 0);
  return {
    folderMs,
    longHarMs: median(long.map(({ cpu_ms }) => cpu_ms)),
    episodeMs: sum / episodes.length,
  };
}

/** Tasks of the demo's site that look at requests: the long way through a scorer. */
function demoTasks(): ReturnType<typeof allTasks> {
  return allTasks().filter(
    ({ sites, eval: checks }) => sites.join() === "shopping_admin" && checks.length > 1,
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
