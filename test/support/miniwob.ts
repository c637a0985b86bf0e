/** Plays MiniWoB++ pages in a browser: those of the fixtures, and those of a downloaded folder. */

import { join } from "node:path";
import type { Action } from "../../src/core/action.ts";
import type { Env, StepResult } from "../../src/core/env.ts";
import type { Observation } from "../../src/core/observation.ts";
import type { Task } from "../../src/core/task.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import type { Benchmark } from "../../src/real/harness/benchmark.ts";
import {
  type MiniwobOptions,
  openMiniwobBenchmark,
} from "../../src/real/harness/miniwob/open-miniwob-benchmark.ts";
import { ROOT } from "./read-sources.ts";

const FIXTURES = join(ROOT, "fixtures", "miniwob");

export async function openMiniwob(options: Partial<MiniwobOptions> = {}): Promise<Benchmark> {
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  return await openMiniwobBenchmark({ path: FIXTURES, executablePath: path, ...options });
}

export function taskOf({ tasks }: Benchmark, page: string, seed = 0): Task {
  const task = tasks.find(({ id }) => id === `miniwob.${page}.${seed}`);
  if (task === undefined) throw new Error(`Expected a task of ${page}, got none.`);
  return task;
}

/** Element of the observation by role and name. */
export function refOf({ nodes }: Observation, role: string, name: RegExp | string = /^/): string {
  const node = nodes.find(
    (node) =>
      node.role === role && (typeof name === "string" ? node.name === name : name.test(node.name)),
  );
  if (node === undefined)
    throw new Error(
      `Expected a ${role} ${name}, got ${nodes.map((node) => `${node.role} "${node.name}"`).join(", ")}.`,
    );
  return node.ref;
}

/** What an agent sees, goal included, without refs: those belong to one document. */
export function seen(env: Env, { title, url, nodes }: Observation): string {
  const plain = nodes.map((node) => ({ ...node, ref: "" }));
  return JSON.stringify([env.goal, title, url, plain]);
}

/** Plays a list of moves. Each sees the goal and the page as a policy does. Ends with a stop if the page did not end. */
export async function play(
  env: Env,
  task: Task,
  moves: readonly ((observation: Observation, goal: string) => Action)[],
): Promise<StepResult> {
  let observation = await env.reset({ task, seed: 0 });
  for (const move of moves) {
    const result = await env.step(move(observation, env.goal ?? ""));
    if (result.score !== null) return result;
    if (result.observation.lastActionError !== null)
      throw new Error(result.observation.lastActionError);
    ({ observation } = result);
  }
  return await env.step({ kind: "stop", answer: "" });
}
