/**
 * `npx tsx tools/measure-difficulty.ts [--split dev] [--sites a,b] [--browsers 2] [--repeats 1] [--http]
 * [--checkpoint FILE]` shows how often policies that know nothing solve the tasks, in Chromium: the figures of
 * docs/tasks.md. `--http` takes the text browser instead; `--checkpoint` a trained policy, such as the cloned one that
 * `compare` leaves in `checkpoints/bc-1-0.bin`.
 */

import { DEFAULT_SITES, loadBundledTasks, SITE_URLS } from "../fixtures/index.ts";
import { readFileSync } from "node:fs";
import type { Env } from "../src/core/env.ts";
import { runEpisode } from "../src/core/episode.ts";
import type { Policy } from "../src/core/policy.ts";
import { createRandom } from "../src/core/random.ts";
import { runEpisodes } from "../src/core/run-episodes.ts";
import { failureOf, type Trajectory } from "../src/core/trajectory.ts";
import { toTask } from "../src/evaluation/to-task.ts";
import {
  createNotAvailablePolicy,
  createRandomPolicy,
  createWordOverlapPolicy,
} from "../src/agent/baselines/baseline-policies.ts";
import { decodeCheckpoint } from "../src/agent/network/checkpoint.ts";
import { openSitesOverHttp } from "../test/support/http-sites.ts";
import { openSitesInChromium } from "../test/support/real-sites.ts";
import { readOptions } from "./read-options.ts";

const { values } = readOptions(import.meta.url, {
  options: {
    split: { type: "string", default: "dev" },
    browsers: { type: "string", default: "2" },
    repeats: { type: "string", default: "1" },
    http: { type: "boolean", default: false },
    sites: { type: "string", default: DEFAULT_SITES.join(",") },
    policy: { type: "string", multiple: true, default: [] },
    checkpoint: { type: "string" },
  },
});

const POLICIES: Record<string, (seed: number) => Policy> =
  values.checkpoint === undefined
    ? {
        "always N/A": createNotAvailablePolicy,
        "word overlap": createWordOverlapPolicy,
        random: (seed) => createRandomPolicy(createRandom(seed)),
      }
    : { [values.checkpoint]: loadGreedy(values.checkpoint) };

function loadGreedy(path: string): () => Policy {
  const policy = decodeCheckpoint(readFileSync(path));
  return () => policy.greedy();
}

interface Job {
  name: string;
  seed: number;
  task: ReturnType<typeof toTask>;
}

const sites = values.sites.split(",");
const tasks = loadBundledTasks(values.split, sites).map((config) => toTask(config, SITE_URLS));
const jobs: Job[] = Object.keys(POLICIES)
  .filter((name) => values.policy.length === 0 || values.policy.includes(name))
  .flatMap((name) =>
    Array.from({ length: name === "random" ? Number(values.repeats) : 1 }, (_, seed) =>
      tasks.map((task) => ({ name, seed, task })),
    ).flat(),
  );
const outcomes = new Map<string, Trajectory[]>();

await using world = values.http
  ? await openSitesOverHttp(sites)
  : await openSitesInChromium(sites, Number(values.browsers));
await runEpisodes({
  pool: world.envs,
  jobs,
  async play({ name, seed, task }, env: Env) {
    const trajectory = await runEpisode({
      env,
      policy: (POLICIES[name] as (seed: number) => Policy)(seed * 100_003 + Number(task.id)),
      task,
      seed,
      id: `${name}-${task.id}-${seed}`,
      actor: name,
      source: "real",
    });
    outcomes.set(name, [...(outcomes.get(name) ?? []), trajectory]);
    return failureOf(trajectory);
  },
});

for (const [name, trajectories] of outcomes) {
  const solved = trajectories.filter(
    ({ score }) => score?.status === "scored" && score.value === 1,
  );
  const scored = trajectories.filter(({ score }) => score?.status === "scored");
  const steps = trajectories.reduce((sum, { transitions }) => sum + transitions.length, 0);
  console.log(
    `${name}: ${solved.length} of ${scored.length} (${((100 * solved.length) / scored.length).toFixed(1)} %), ${trajectories.length - scored.length} not scored, ${(steps / trajectories.length).toFixed(1)} steps an episode`,
  );
  for (const template of new Set(solved.map(({ templateId }) => templateId))) {
    const ids = solved.filter(({ templateId }) => templateId === template);
    console.log(`  template ${template}: ${ids.map(({ taskId }) => taskId).join(" ")}`);
  }
}
