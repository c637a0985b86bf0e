/** The adapter for WebArena-Infinity on a small application of our own that follows the same protocol. */

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action.ts";
import type { Env } from "../../src/core/env.ts";
import { ConfigError, TaskError } from "../../src/core/errors.ts";
import type { Observation } from "../../src/core/observation.ts";
import type { Task } from "../../src/core/task.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import type { Benchmark } from "../../src/real/harness/benchmark.ts";
import {
  type InfinityOptions,
  openInfinityBenchmark,
} from "../../src/real/harness/infinity/open-infinity-benchmark.ts";
import { play, refOf } from "../support/miniwob.ts";
import { ROOT } from "../support/read-sources.ts";

const FOLDER = join(ROOT, "fixtures", "infinity");

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"]);
    return true;
  } catch {
    return false;
  }
}

async function open(options: Partial<InfinityOptions> = {}): Promise<Benchmark> {
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  const searchPath = process.env["PATH"] ?? "";
  return await openInfinityBenchmark({
    path: FOLDER,
    executablePath: path,
    searchPath,
    ...options,
  });
}

function taskOf({ tasks }: Benchmark, id: string): Task {
  return tasks.find((task) => task.id === `infinity.pantry.${id}`) ?? expect.fail(`no task ${id}`);
}

const press =
  (name: string) =>
  (page: Observation): Action => ({
    kind: "click",
    ref: refOf(page, "button", name),
  });

describe.skipIf(!hasPython())("an application of WebArena-Infinity as an environment", () => {
  let benchmark: Benchmark;
  let env: Env;
  beforeAll(async () => {
    benchmark = await open({ sets: ["real", "function"] });
    env = await benchmark.openEnv(0);
  });
  afterAll(async () => {
    await benchmark[Symbol.asyncDispose]();
  });

  it("lists the tasks of both files, and records what the results depend on", () => {
    expect(benchmark.tasks.map(({ id, goal }) => [id, goal])).toEqual([
      ["infinity.pantry.task_e1", "Mark the rice as bought."],
      ["infinity.pantry.task_m1", "Add flour to the pantry list and remove the lentils."],
      ["infinity.pantry.task_h1", "Mark everything as bought."],
      ["infinity.pantry.function.task_1", "Remove the olive oil."],
    ]);
    expect(benchmark.facts).toMatchObject({ apps: "pantry", sets: "real,function" });
    expect(benchmark.facts["tasksSha256"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("scores by the application's own verifier, and resets the application in between", async () => {
    const task = taskOf(benchmark, "task_e1");
    expect((await play(env, task, [press("Buy Rice")])).reward).toBe(1);
    const untouched = await play(env, task, []);
    expect(untouched).toMatchObject({ terminated: true, reward: 0 });
    expect(untouched.score?.checks).toEqual([
      { kind: "verifier", passed: false, detail: "The rice is still needed." },
    ]);
    const longer = await play(env, taskOf(benchmark, "task_m1"), [
      (page) => ({ kind: "type", ref: refOf(page, "textbox"), text: "Flour", submit: true }),
      press("Remove Lentils"),
    ]);
    expect(longer.reward).toBe(1);
    const removal = taskOf(benchmark, "function.task_1");
    expect((await play(env, removal, [press("Remove Olive oil")])).reward).toBe(1);
  });

  it("leaves an episode unscored where the verifier fails", async () => {
    const { score, reward } = await play(env, taskOf(benchmark, "task_h1"), []);
    expect(reward).toBe(0);
    expect(score).toMatchObject({ status: "unscored" });
    expect(score?.status === "unscored" && score.reason).toContain("/admin/report");
  });

  it("shows every episode the same page on the same day", async () => {
    const task = taskOf(benchmark, "task_e1");
    const text = (page: Observation): string[] => page.nodes.map(({ name }) => name);
    const first = text(await env.reset({ task, seed: 0 }));
    expect(first).toContain("Today is 2026-03-01.");
    await env.step(press("Buy Rice")(await env.reset({ task, seed: 0 })));
    expect(text(await env.reset({ task, seed: 0 }))).toEqual(first);
  });

  it.each([
    "/api/state",
    "/api/events",
    "/js/app.js",
    "/server.py",
    "/real-tasks.json",
    "/real-tasks/task_e1.py",
    "/css/..%2freal-tasks.json",
    "/",
  ])("shows the agent nothing but the application at %s", async (path) => {
    await env.reset({ task: taskOf(benchmark, "task_e1"), seed: 0 });
    const url = `http://pantry.localhost${path}`;
    const { observation } = await env.step({ kind: "goto", url });
    const shown = JSON.stringify(observation.nodes);
    expect(shown).toContain(path === "/" ? "Rice (needed)" : "not part of the application");
    expect(shown).not.toMatch(/isBought|instruction|def verify|nextId/);
  });

  it("keeps the state out of links and frames, and lets the page store it all the same", async () => {
    const task = taskOf(benchmark, "task_e1");
    const page = await env.reset({ task, seed: 0 });
    expect(JSON.stringify(page.nodes)).not.toContain("isBought");
    for (const name of ["Raw state", "Source"]) {
      const followed = await play(env, task, [
        press("Buy Rice"),
        (seen) => ({ kind: "click", ref: refOf(seen, "link", name) }),
      ]);
      expect(JSON.stringify(followed.observation.nodes)).toContain("not part of the application");
      expect(followed.reward).toBe(1);
    }
  });

  it("gives each environment servers of its own", async () => {
    const task = taskOf(benchmark, "task_e1");
    const other = await benchmark.openEnv(1);
    const page = await env.reset({ task, seed: 0 });
    await other.reset({ task, seed: 0 });
    await env.step(press("Buy Rice")(page));
    const untouched = await other.step({ kind: "stop", answer: "" });
    expect([untouched.reward, (await env.step({ kind: "stop", answer: "" })).reward]).toEqual([
      0, 1,
    ]);
    await other[Symbol.asyncDispose]();
  });

  it("refuses unknown applications, foreign tasks, and a folder without applications", async () => {
    await expect(open({ apps: ["cellar"] })).rejects.toThrow(ConfigError);
    await expect(open({ path: join(FOLDER, "apps", "pantry", "js") })).rejects.toThrow(
      /server\.py/,
    );
    const task = { ...taskOf(benchmark, "task_e1"), id: "foreign" };
    await expect(env.reset({ task, seed: 0 })).rejects.toThrow(TaskError);
  });
});
