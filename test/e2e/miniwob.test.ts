/** The adapter for MiniWoB++ on small pages of our own that follow the same protocol. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action.ts";
import type { Env } from "../../src/core/env.ts";
import { runEpisode } from "../../src/core/episode.ts";
import { ConfigError, TaskError } from "../../src/core/errors.ts";
import type { Observation } from "../../src/core/observation.ts";
import type { PolicyInput } from "../../src/core/policy.ts";
import type { Benchmark } from "../../src/real/harness/benchmark.ts";
import { openMiniwob, play, refOf, seen, taskOf } from "../support/miniwob.ts";

const quoted = (goal: string): string => /"([^"]+)"/.exec(goal)?.[1] ?? "";
const press = (name: RegExp | string) => (page: Observation) =>
  ({ kind: "click", ref: refOf(page, "button", name) }) as const;

describe("a MiniWoB++ page as an environment", () => {
  let benchmark: Benchmark;
  let env: Env;
  beforeAll(async () => {
    benchmark = await openMiniwob({ seeds: [0, 1, 2], limitMs: 60_000 });
    env = await benchmark.openEnv(0);
  });
  afterAll(async () => {
    await benchmark[Symbol.asyncDispose]();
  });

  it("states the goal of the page, and hides goal, reward and cover on it", async () => {
    const page = await env.reset({ task: taskOf(benchmark, "press-one"), seed: 0 });
    expect(env.goal).toMatch(/^Press "\w+"\.$/);
    expect(page.nodes.map(({ role }) => role)).toEqual(["RootWebArea", ...Array(4).fill("button")]);
    expect(JSON.stringify(page)).not.toMatch(/Press "|Last reward|Time left|START/);
  });

  it("gives a policy the page's goal, and notes it in the trajectory", async () => {
    const inputs: PolicyInput[] = [];
    const trajectory = await runEpisode({
      env,
      task: taskOf(benchmark, "press-one"),
      policy: {
        act(input) {
          inputs.push(input);
          return { action: press(quoted(input.goal))(input.observation) };
        },
      },
      seed: 0,
      id: "a",
      actor: "scripted",
      source: "real",
    });
    expect(inputs).toHaveLength(1);
    expect(trajectory).toMatchObject({
      stopReason: "terminated",
      goal: env.goal,
      score: { status: "scored", value: 1 },
    });
    expect(trajectory.goal).toBe(inputs[0]?.goal);
  });

  it("ends the episode where the page ends it, and reports the page's reward and reason", async () => {
    const task = taskOf(benchmark, "copy-word");
    const field = (page: Observation): string => refOf(page, "textbox");
    const send = press("Send");
    const solved = await play(env, task, [
      (page, goal) => ({ kind: "type", ref: field(page), text: quoted(goal), submit: false }),
      send,
    ]);
    expect(solved).toMatchObject({ terminated: true, truncated: false, reward: 1 });
    const wrong = await play(env, task, [
      (page) => ({ kind: "type", ref: field(page), text: "nothing", submit: false }),
      send,
    ]);
    expect(wrong.score).toMatchObject({ value: 0 });
    expect(wrong.score?.checks[0]?.detail).toBe(
      "Expected a raw reward above 0, got -1 (the field held nothing).",
    );
    await expect(env.step({ kind: "scroll", direction: "down" })).rejects.toThrow(/reset/);
  });

  it("scores 0 where the agent stops before the page ends the episode", async () => {
    const result = await play(env, taskOf(benchmark, "press-one"), []);
    expect(result.score).toMatchObject({ value: 0 });
    expect(result.score?.checks[0]?.detail).toContain("did not end");
  });

  it("starts the next episode without loading the page, with the same problem for the same seed", async () => {
    const task = taskOf(benchmark, "press-one");
    const other = taskOf(benchmark, "press-one", 1);
    const first = seen(env, await env.reset({ task, seed: 0 }));
    const second = seen(env, await env.reset({ task: other, seed: 0 }));
    expect(env.startRequests).toEqual([]);
    await env.step({ kind: "press", keys: "Tab" });
    expect(seen(env, await env.reset({ task, seed: 0 }))).toBe(first);
    expect(env.startRequests).toEqual([]);
    expect(second).not.toBe(first);
    await env.reset({ task: taskOf(benchmark, "pick-card"), seed: 0 });
    expect(env.startRequests?.map(({ url }) => url)).toEqual([
      "http://miniwob.test/miniwob/pick-card.html",
    ]);
  });

  it("counts any reward above 0 as BrowserGym does, and only a full one on demand", async () => {
    const worse = [press("8")];
    const task = taskOf(benchmark, "pick-card");
    expect((await play(env, task, worse)).reward).toBe(1);
    await using strict = await openMiniwob({ success: "full" });
    const strictEnv = await strict.openEnv(0);
    const result = await play(strictEnv, task, worse);
    expect(result.score).toMatchObject({ value: 0 });
    expect(result.score?.checks[0]?.detail).toBe("Expected a raw reward of 1, got 0.1.");
    expect((await play(strictEnv, task, [press("13")])).reward).toBe(1);
    expect(strict.facts["success"]).toBe("raw reward of 1");
  });

  it("waits until the page is ready, reads a goal with fields, and sets the page's clock", async () => {
    const page = await env.reset({ task: taskOf(benchmark, "late-start"), seed: 0 });
    expect(env.goal).toMatch(/^Go (?:north|south|east|west)\.$/);
    expect(page.nodes.map(({ name }) => name)).toContain("It is 2026.");
  });

  it("keeps the page's own time limit on demand", async () => {
    await using timed = await openMiniwob({ limitMs: null });
    const timedEnv = await timed.openEnv(0);
    const page = await timedEnv.reset({ task: taskOf(timed, "late-start"), seed: 0 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const result = await timedEnv.step(press("Go")(page));
    expect(result.score?.checks[0]?.detail).toBe(
      "Expected a raw reward above 0, got -1 (timed out).",
    );
    expect(timed.facts["episodeMs"]).toBe("the page's own");
  });

  it("keeps what a page does not clear, and loads the page for each episode on demand", async () => {
    const task = taskOf(benchmark, "leftover");
    const noted = async (of: Env): Promise<boolean> => {
      await play(of, task, [press("Note")]);
      const page = await of.reset({ task, seed: 0 });
      return page.nodes.some(({ name }) => name === "Noted.");
    };
    expect(await noted(env)).toBe(true);
    await using reloading = await openMiniwob({ reload: true });
    expect(await noted(await reloading.openEnv(0))).toBe(false);
  });

  it.each<[string, (page: Observation) => Action]>([
    ["a link to another page", (page) => ({ kind: "click", ref: refOf(page, "link") })],
    ["an address", () => ({ kind: "goto", url: "http://miniwob.test/core/core.js" })],
    [
      "its own address",
      () => ({ kind: "goto", url: "http://miniwob.test/miniwob/copy-word.html" }),
    ],
    ["another tab", () => ({ kind: "newTab" })],
  ])("ends with 0 where the agent leaves the page by %s", async (_, leave) => {
    const task = taskOf(benchmark, "copy-word");
    const result = await play(env, task, [leave]);
    expect(result).toMatchObject({ terminated: true, reward: 0 });
    expect(result.score?.checks[0]?.detail).toContain("another page");
    expect((await play(env, task, [])).terminated).toBe(true);
  });

  it.each(["javascript:core.endEpisode(1)", "file:///etc/passwd", "http://example.com/"])(
    "refuses the agent %s, and the episode continues",
    async (url) => {
      await env.reset({ task: taskOf(benchmark, "press-one"), seed: 0 });
      const result = await env.step({ kind: "goto", url });
      expect(result).toMatchObject({ terminated: false, score: null });
      expect(result.observation.lastActionError).not.toBeNull();
      const solved = await env.step(press(quoted(env.goal ?? ""))(result.observation));
      expect(solved.reward).toBe(1);
    },
  );

  it("lists a task for each page and seed, and records what the results depend on", async () => {
    expect(benchmark.tasks).toHaveLength(5 * 3);
    expect(new Set(benchmark.tasks.map(({ templateId }) => templateId)).size).toBe(5);
    expect(benchmark.tasks.every(({ maxSteps }) => maxSteps === 10)).toBe(true);
    expect(benchmark.facts).toMatchObject({ pages: "5", seeds: "0,1,2", leftOut: "" });
    expect(benchmark.facts["pagesSha256"]).toMatch(/^[0-9a-f]{64}$/);
  });

  it("refuses unknown pages, foreign tasks, and a folder without pages", async () => {
    await expect(openMiniwob({ pages: ["no-such-page"] })).rejects.toThrow(ConfigError);
    await expect(openMiniwob({ path: import.meta.dirname })).rejects.toThrow(/core\/core\.js/);
    const task = { ...taskOf(benchmark, "press-one"), id: "foreign" };
    await expect(env.reset({ task, seed: 0 })).rejects.toThrow(TaskError);
  });
});
