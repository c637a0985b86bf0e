import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  createTinyBenchmark,
  type Fault,
  type TinyBenchmark,
} from "../../../test/support/tiny-benchmark.ts";
import {
  BrowserError,
  ConfigError,
  EvaluatorError,
  PolicyError,
  SiteError,
} from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import { listTrajectories } from "../../store/trajectory-file.ts";
import type { Agent } from "../../real/harness/agent.ts";
import { EvaluationConfigSchema } from "./evaluation-config.ts";
import { readEvaluation } from "./read-evaluation.ts";
import { runEvaluation, type RunEvaluationOptions } from "./run-evaluation.ts";

const newFolder = (): string => join(mkdtempSync(join(tmpdir(), "evaluate-")), "run");
const fails =
  (error: Error): Fault =>
  () =>
    Promise.reject(error);
const hangs: Fault = () => new Promise<never>(() => {});

const scripted = (benchmark: TinyBenchmark): Agent => ({
  name: "scripted",
  facts: {},
  policyFor: ({ task }) => benchmark.createDemonstrator?.(task) as Policy,
});
const always = (policy: Policy): Agent => ({ name: "always", facts: {}, policyFor: () => policy });

/** Evaluates with a clock that counts calls. */
async function evaluate(
  benchmark: TinyBenchmark,
  more: Partial<RunEvaluationOptions> & { settings?: object } = {},
) {
  const { settings = {}, ...options } = more;
  const folder = options.folder ?? newFolder();
  let clock = 1_000_000;
  let error: unknown = null;
  await runEvaluation({
    benchmark,
    tasks: benchmark.tasks,
    agent: scripted(benchmark),
    config: EvaluationConfigSchema.parse(settings),
    folder,
    workers: 2,
    maxErrorShare: 0.99,
    hangMs: 100,
    versions: { dreamgym: "0" },
    now: () => (clock += 10),
    ...options,
  }).catch((thrown: unknown) => (error = thrown));
  const { results, openErrors, summary } = await readEvaluation(folder);
  const statuses = Object.fromEntries(results.map(({ taskId, status }) => [taskId, status]));
  return { folder, error, results, openErrors, summary, statuses };
}

describe("an evaluation", () => {
  it("plays every task once, keeps every trajectory, and closes what it opened", async () => {
    const benchmark = createTinyBenchmark(10);
    const { folder, results, summary, error } = await evaluate(benchmark);
    expect(error).toBeNull();
    expect(benchmark.episodes.toSorted()).toEqual(benchmark.tasks.map(({ id }) => id).toSorted());
    expect(summary.success).toMatchObject({ mean: 1, n: 10 });
    expect(summary.counts).toEqual({ success: 10, failure: 0, unscored: 0, error: 0, open: 0 });
    expect(benchmark.open).toBe(0);
    for (const { episode } of results) expect(existsSync(join(folder, episode))).toBe(true);
    const [line = ""] = readFileSync(join(folder, "journal.jsonl"), "utf8").split("\n");
    expect(JSON.parse(line)).toMatchObject({
      benchmark: "tiny",
      agent: "scripted",
      tasks: 10,
      tasksSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      facts: { viewport: "none" },
      versions: { dreamgym: "0" },
      success: 1,
    });
  });

  it("gives the same results with any number of workers", async () => {
    const played = async (workers: number) => {
      const { results } = await evaluate(createTinyBenchmark(12), { workers });
      return results
        .map(({ taskId, status, steps, answer }) => [taskId, status, steps, answer].join(" "))
        .toSorted();
    };
    const alone = await played(1);
    expect(alone).toHaveLength(12);
    expect(await played(4)).toEqual(alone);
  });

  it("does nothing when it is run again, and plays further trials when it asks for more", async () => {
    const folder = newFolder();
    await evaluate(createTinyBenchmark(4), { folder });
    const again = createTinyBenchmark(4);
    expect((await evaluate(again, { folder })).error).toBeNull();
    expect(again.episodes).toEqual([]);
    const more = createTinyBenchmark(4);
    const { summary, results } = await evaluate(more, { folder, settings: { trials: 3 } });
    expect(more.episodes).toHaveLength(8);
    expect(results).toHaveLength(12);
    expect(summary.passAtK.map(({ k, estimate }) => [k, estimate.mean])).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
  });

  it("refuses a folder of other tasks or another agent", async () => {
    const folder = newFolder();
    await evaluate(createTinyBenchmark(4), { folder });
    expect((await evaluate(createTinyBenchmark(6), { folder })).error).toBeInstanceOf(ConfigError);
    const other = always({ act: () => ({ action: { kind: "stop", answer: "" } }) });
    expect((await evaluate(createTinyBenchmark(4), { folder, agent: other })).error).toBeInstanceOf(
      ConfigError,
    );
  });

  it("resumes after torn lines, and plays again what has no line", async () => {
    const folder = newFolder();
    const whole = await evaluate(createTinyBenchmark(6), { folder, workers: 1 });
    const path = join(folder, "results.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, `${lines.slice(0, 4).join("\n")}\n${lines[4]?.slice(0, 30)}`);
    const benchmark = createTinyBenchmark(6);
    const { statuses, results } = await evaluate(benchmark, { folder });
    expect(benchmark.episodes).toHaveLength(2);
    expect(results).toHaveLength(6);
    expect(statuses).toEqual(whole.statuses);
  });
});

describe("a fault", () => {
  /** Of the third task, always or in its first episode only. */
  const once = (fault: Fault) => (task: { id: string }, episode: number) =>
    task.id === "price-1" && episode === 1 ? fault : undefined;
  const ever = (fault: Fault) => (task: { id: string }) =>
    task.id === "price-1" ? fault : undefined;

  it.each([
    [
      "a browser that crashed",
      fails(new BrowserError("Target closed")),
      "infrastructure",
      "browser",
    ],
    ["a page that hangs", hangs, "infrastructure", "browser"],
    ["a dropped connection", fails(new SiteError("ECONNRESET")), "infrastructure", "site"],
    ["a site that answers 500", fails(new SiteError("status 500")), "infrastructure", "site"],
    ["a login that has expired", fails(new SiteError("logged out")), "infrastructure", "site"],
    ["an unknown error of the browser", fails(new TypeError("x of null")), "infrastructure", "env"],
    ["a judge that is down", fails(new EvaluatorError("no judge")), "evaluator", "evaluator"],
  ])(
    "%s is retried; if it stays, it is an error and the others keep their scores",
    async (_what, fault, kind, code) => {
      const repaired = await evaluate(createTinyBenchmark(6, once(fault)));
      expect(Object.values(repaired.statuses)).toEqual(Array.from({ length: 6 }, () => "success"));
      expect(repaired.summary.retried).toBe(1);

      const folder = newFolder();
      const broken = await evaluate(createTinyBenchmark(6, ever(fault)), { folder });
      expect(broken.openErrors).toMatchObject([
        { taskId: "price-1", error: { kind, code }, attempt: 2 },
      ]);
      expect(broken.summary.success).toMatchObject({ mean: 1, n: 5 });
      expect(broken.summary.successOfPlanned).toBeCloseTo(5 / 6);
      expect(broken.summary.errors).toMatchObject({ [kind]: 1 });

      const healthy = createTinyBenchmark(6);
      const resumed = await evaluate(healthy, { folder });
      expect(healthy.episodes).toEqual(["price-1"]);
      expect(resumed.summary.counts).toMatchObject({ success: 6, error: 0, open: 0 });
    },
  );

  it("of the agent is an error without a second try, and final", async () => {
    const folder = newFolder();
    const benchmark = createTinyBenchmark(6);
    const good = scripted(benchmark);
    const agent: Agent = {
      ...good,
      policyFor: (start) =>
        start.task.id === "price-1"
          ? { act: () => Promise.reject(new Error("no model")) }
          : good.policyFor(start),
    };
    const { results, summary } = await evaluate(benchmark, { folder, agent });
    expect(results.find(({ taskId }) => taskId === "price-1")).toMatchObject({
      status: "error",
      error: { kind: "agent", code: "policy" },
      reason: "no model",
      attempt: 1,
    });
    expect(summary.success).toMatchObject({ mean: 1, n: 5 });
    const again = createTinyBenchmark(6);
    await evaluate(again, { folder, agent });
    expect(again.episodes).toEqual([]);
  });

  it("of a limit is an error of its own: time, and tokens", async () => {
    const benchmark = createTinyBenchmark(2);
    const slow = always({ act: () => new Promise<never>(() => {}) });
    const late = await evaluate(benchmark, { agent: slow, settings: { timeLimitSeconds: 0.05 } });
    expect(late.results.map(({ error, reason }) => [error, reason])).toEqual(
      [1, 2].map(() => [
        { kind: "limit", code: "limit" },
        "The episode took more than its limit of 0.05 s.",
      ]),
    );
    const wordy = always({
      act: () => ({ action: { kind: "newTab" }, usage: { inputTokens: 60 } }),
    });
    const cut = await evaluate(createTinyBenchmark(2), {
      agent: wordy,
      settings: { maxTokens: 100 },
    });
    expect(cut.results).toMatchObject([1, 2].map(() => ({ error: { kind: "limit" }, steps: 1 })));
    expect(cut.summary.cost).toMatchObject({ inputTokens: 240, steps: 2 });
  });

  it("of many episodes stops the evaluation, and the same call resumes it", async () => {
    const folder = newFolder();
    const flaky = createTinyBenchmark(60, ({ id }) =>
      /-[369]$/u.test(id) ? fails(new SiteError("status 502")) : undefined,
    );
    const { error, results } = await evaluate(flaky, { folder, maxErrorShare: 0.05 });
    expect(error).toBeInstanceOf(SiteError);
    expect((error as Error).message).toMatch(/failed in \d of 20 episodes.*"status 502"/);
    expect(results.length).toBeLessThan(25);
    const healthy = createTinyBenchmark(60);
    const resumed = await evaluate(healthy, { folder, maxErrorShare: 0.05 });
    expect(resumed.error).toBeNull();
    expect(resumed.summary.counts).toMatchObject({ success: 60, open: 0 });
    expect(healthy.episodes).toHaveLength(60 - results.length);
  });

  it("of every decision stops the evaluation", async () => {
    const broken = always({ act: () => Promise.reject(new Error("no model")) });
    const folder = newFolder();
    const { error, results } = await evaluate(createTinyBenchmark(20), { agent: broken, folder });
    expect(error).toBeInstanceOf(PolicyError);
    expect(results).toEqual([]);
    const repaired = always({ act: () => ({ action: { kind: "stop", answer: "" } }) });
    const resumed = await evaluate(createTinyBenchmark(20), { agent: repaired, folder });
    expect(resumed.summary.counts).toMatchObject({ failure: 20, error: 0, open: 0 });
  });
});

describe("an abort", () => {
  it("leaves whole files and no open environment, and the next call finishes", async () => {
    const folder = newFolder();
    const controller = new AbortController();
    const benchmark = createTinyBenchmark(20, (_task, _episode) => {
      if (benchmark.episodes.length === 8) controller.abort(new Error("stopped"));
      return undefined;
    });
    const { error, results } = await evaluate(benchmark, { folder, signal: controller.signal });
    expect((error as Error).message).toBe("stopped");
    expect(results.length).toBeGreaterThan(0);
    expect(results.length).toBeLessThan(9);
    expect(benchmark.open).toBe(0);
    const { summary } = await evaluate(createTinyBenchmark(20), { folder });
    expect(summary.counts).toMatchObject({ success: 20, open: 0 });
    expect(await listTrajectories(join(folder, "episodes"))).toHaveLength(20);
  });
});
