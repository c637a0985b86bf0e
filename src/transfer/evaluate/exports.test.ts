import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { createTinyBenchmark } from "../../../test/support/tiny-benchmark.ts";
import { SiteError } from "../../core/errors.ts";
import type { Policy } from "../../core/policy.ts";
import { readTrajectory } from "../../store/trajectory-file.ts";
import { EvaluationConfigSchema } from "./evaluation-config.ts";
import { toBrowserGymEntry } from "./export-browsergym.ts";
import { inspectLogName, toInspectLog } from "./export-inspect.ts";
import { readEvaluation, type StoredEvaluation } from "./read-evaluation.ts";
import { runEvaluation } from "./run-evaluation.ts";

/** A folder with Inspect: see tools/install-inspect.ts. */
const INSPECT = process.env["DREAMGYM_INSPECT"];

let evaluation: StoredEvaluation;
beforeAll(async () => {
  const folder = join(mkdtempSync(join(tmpdir(), "exports-")), "run");
  const benchmark = createTinyBenchmark(6, ({ id }) =>
    id === "price-2" ? () => Promise.reject(new SiteError("gone")) : undefined,
  );
  await runEvaluation({
    benchmark,
    tasks: benchmark.tasks,
    agent: {
      name: "half",
      facts: {},
      policyFor: ({ task }) => {
        const solver = benchmark.createDemonstrator?.(task) as Policy;
        return {
          async act(input) {
            if (task.id === "price-0") return { action: { kind: "stop", answer: "no idea" } };
            const usage = { inputTokens: 100, outputTokens: 5 };
            return { ...(await solver.act(input)), thought: "It follows.", usage };
          },
        };
      },
    },
    config: EvaluationConfigSchema.parse({ trials: 2 }),
    folder,
    workers: 1,
    maxErrorShare: 0.99,
    hangMs: 1000,
    versions: {},
    now: () => Date.parse("2026-11-27T12:00:00Z"),
  });
  evaluation = await readEvaluation(folder);
});

const inspectLog = () =>
  toInspectLog({
    evaluation,
    trajectoryOf: ({ episode }) => readTrajectory(join(evaluation.folder, episode)),
    versions: { dreamgym: "0" },
  });

describe("the entry for BrowserGym's leaderboard", () => {
  it("counts an episode without a score as a failure, as the leaderboard does", () => {
    const entry = toBrowserGymEntry(evaluation, Date.parse("2026-11-27T12:34:56Z"));
    expect(entry).toEqual({
      agent_name: "half",
      study_id: evaluation.identity.tasksSha256.slice(0, 16),
      date_time: "2026-11-27 12:34:56",
      benchmark: "tiny",
      score: 66.67,
      std_err: 13.61,
      benchmark_specific: "No",
      benchmark_tuned: "No",
      followed_evaluation_protocol: "No",
      reproducible: "Yes",
      comments:
        "dreamgym-web: 6 tasks, 2 trials, seed 0; 0 episodes unscored, 2 with an error, 2 without a result",
      original_or_reproduced: "Original",
    });
  });
});

describe("the log for Inspect", () => {
  it("has a sample for each episode, with pages and actions as messages", async () => {
    const { samples, results } = await inspectLog();
    expect(samples).toHaveLength(12);
    const solved = samples.find(({ id, epoch }) => id === "price-1" && epoch === 2);
    expect(solved?.scores?.["dreamgym/checks"]?.value).toBe("C");
    expect(solved?.messages.map(({ role }) => role).slice(0, 2)).toEqual(["user", "assistant"]);
    expect(solved?.messages[0]?.content).toContain("What is the price of");
    expect(solved?.messages.at(-1)?.content).toMatch(/^It follows\.\n\nstop \[\$/);
    const broken = samples.find(({ id }) => id === "price-2");
    expect(broken).not.toHaveProperty("scores");
    expect(broken?.error?.message).toBe("infrastructure (site): gone");
    expect(results.scores[0]).toMatchObject({
      scored_samples: 10,
      metrics: { accuracy: { value: 0.8 } },
    });
  });

  it.skipIf(INSPECT === undefined)(
    "is listed and opened by `inspect view` (needs DREAMGYM_INSPECT)",
    { timeout: 200_000 },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "inspect-"));
      const log = await inspectLog();
      writeFileSync(join(folder, inspectLogName(log.eval)), JSON.stringify(log));
      await using viewer = await startViewer(folder);
      const { files } = (await viewer.get("log-files")) as { files: { name: string }[] };
      expect(files).toHaveLength(1);
      const name = encodeURIComponent(files[0]?.name ?? "");
      const opened = (await viewer.get(`logs/${name}`)) as Awaited<ReturnType<typeof inspectLog>>;
      expect(opened.status).toBe("success");
      expect(opened.samples).toHaveLength(12);
      const values = opened.samples.map((sample) => sample.scores?.["dreamgym/checks"].value);
      expect(values.filter((value) => value === "C")).toHaveLength(8);
      expect(opened.samples.filter(({ error }) => error !== undefined)).toHaveLength(2);
      expect(opened.results.scores[0]?.metrics.accuracy?.value).toBe(0.8);
    },
  );
});

/** `inspect view` on a folder. It validates a log before it answers with it. */
async function startViewer(folder: string) {
  const port = String(20_000 + (process.pid % 20_000));
  const words = ["view", "start", "--log-dir", folder, "--port", port];
  const child = spawn(join(INSPECT ?? "", "bin", "inspect"), words, { stdio: "ignore" });
  const get = async (path: string): Promise<unknown> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/${path}`);
    if (!answer.ok) throw new Error(`${path}: status ${answer.status}`);
    return await answer.json();
  };
  const stop = async (): Promise<void> => {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill();
    await ended;
  };
  try {
    await vi.waitFor(() => get("log-files"), { timeout: 150_000, interval: 500 });
  } catch (error) {
    await stop();
    throw error;
  }
  return { get, [Symbol.asyncDispose]: stop };
}
