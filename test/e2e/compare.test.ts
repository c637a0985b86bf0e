/** A comparison as a process: killed, then stopped with Ctrl-C, the same command resumes and finishes. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { PRESETS } from "../../src/transfer/compare-config.ts";
import type { CompareResult } from "../../src/transfer/compare-result.ts";
import { type ChatServer, says, startChatServer } from "../support/chat-server.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const TASKS = 1;

/** As small as possible while every arm does each kind of its work. */
const CONFIG = {
  seeds: [1],
  collect: { episodes: 4, devEpisodes: 1, seed: 1 },
  clone: { epochs: 1 },
  imagination: { steps: 20, rollouts: { groupSize: 2, tasksPerIteration: 1 } },
  real: { steps: 2, rollouts: { groupSize: 2, tasksPerIteration: 1 } },
  points: 2,
  evaluate: [{ split: "heldout-world", tasks: TASKS, points: "all" }],
};

let folder: string;
let out: string;
/** The arm `agent` is a language model, which gives up at once. */
let model: ChatServer;

beforeAll(async () => {
  model = await startChatServer(says("I do not know. ```stop [N/A]```"));
  folder = mkdtempSync(join(tmpdir(), "compare-"));
  out = join(folder, "run");
  writeFileSync(join(folder, "config.json"), JSON.stringify(CONFIG));
});
afterAll(async () => {
  await model[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

function startCompare(): ChildProcess {
  const words = [
    "compare",
    "--config",
    join(folder, "config.json"),
    "--out",
    out,
    "--browsers",
    "1",
    ..."--json --agent llm --model test --price 1,2 --endpoint".split(" "),
    model.url,
  ];
  return spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...words], { cwd: ROOT });
}

function lines(name: string): string[] {
  const path = join(out, name);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

/** Whole checkpoints by name. */
function checkpoints(): Map<string, string> {
  const path = join(out, "checkpoints");
  const names = existsSync(path) ? readdirSync(path).filter((name) => name.endsWith(".bin")) : [];
  return new Map(names.map((name) => [name, readFileSync(join(path, name), "base64")]));
}

/** All descendants of a process, if the system shows them (Linux). Empty elsewhere. */
function descendants(pid: number): number[] {
  if (!existsSync("/proc/self/stat")) return [];
  const parents = readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      // "pid (name) state parent": the name may hold anything.
      const [, parent] =
        readFileSync(`/proc/${name}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
      return [[Number(name), Number(parent)] as const];
    } catch {
      return []; // it has just ended
    }
  });
  const below = (parent: number): number[] =>
    parents.flatMap(([child, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}

/** Signals the process once `isReached` holds. Its descendants must end too. */
async function endWhen(signal: NodeJS.Signals, isReached: () => boolean): Promise<number | null> {
  const child = startCompare();
  let below: number[] = [];
  const poll = setInterval(() => {
    if (!isReached()) return;
    clearInterval(poll);
    below = descendants(child.pid as number);
    child.kill(signal);
  }, 10);
  const [code] = (await once(child, "exit")) as [number | null];
  clearInterval(poll);
  if (existsSync("/proc/self/stat")) expect(below).not.toEqual([]);
  await vi.waitFor(() => expect(below.filter(isAlive)).toEqual([]), { timeout: 10_000 });
  return code;
}

async function finish(): Promise<CompareResult> {
  const child = startCompare();
  let [stdout, stderr] = ["", ""];
  child.stdout?.on("data", (text) => (stdout += String(text)));
  child.stderr?.on("data", (text) => (stderr += String(text)));
  const [code] = (await once(child, "close")) as [number];
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as CompareResult;
}

describe("dreamgym compare", () => {
  it("resumes after kill -9 and after Ctrl-C, and keeps finished work", async () => {
    expect(await endWhen("SIGKILL", () => lines("evaluations.jsonl").length >= 1)).toBeNull();
    const first = { evaluations: lines("evaluations.jsonl"), checkpoints: checkpoints() };
    expect(first.checkpoints.size).toBeGreaterThan(0);
    expect(first.evaluations.length).toBeLessThan(TASKS * 8);

    const trained = (): boolean =>
      lines("ledger.jsonl").some((line) => line.includes('"training"'));
    expect(await endWhen("SIGINT", trained)).toBe(130);
    expect(lines("evaluations.jsonl").slice(0, first.evaluations.length)).toEqual(
      first.evaluations,
    );
    expect(existsSync(join(out, "compare.json"))).toBe(false);
    const second = { evaluations: lines("evaluations.jsonl"), checkpoints: checkpoints() };

    const result = await finish();
    expect(lines("evaluations.jsonl").slice(0, second.evaluations.length)).toEqual(
      second.evaluations,
    );
    const last = checkpoints();
    for (const { checkpoints: earlier } of [first, second])
      for (const [name, bytes] of earlier) expect(last.get(name), name).toBe(bytes);

    expect(result.arms.map(({ arm }) => arm).sort()).toEqual(
      [...(PRESETS.quick.arms ?? []), "agent"].sort(),
    );
    for (const { arm, curve } of result.arms)
      for (const point of curve) expect(point, arm).toMatchObject({ n: TASKS });
    const keys = lines("evaluations.jsonl").map((line) => {
      const { arm, seed, split, realSteps, taskId } = JSON.parse(line) as Record<string, unknown>;
      return [arm, seed, split, realSteps, taskId].join(" ");
    });
    expect(new Set(keys).size, "an evaluation twice").toBe(keys.length);
    expect(result.ledger.total.requests).toBe(result.ledger.countedBySite);
    expect(existsSync(join(out, "report.html"))).toBe(true);
    expect(result.agent).toBe("llm:openai:test");
    const prompts = model.calls.map(({ body }) => JSON.stringify(body.messages));
    expect(prompts.length).toBeGreaterThan(0);
    expect(new Set(prompts).size, "a token paid twice").toBe(prompts.length);
  }, 400_000);

  it("prints the same for a finished run without repeating work", async () => {
    const before = JSON.parse(readFileSync(join(out, "compare.json"), "utf8")) as CompareResult;
    const count = lines("evaluations.jsonl").length;
    const calls = model.calls.length;
    const { seconds: _seconds, ledger: _ledger, ...again } = await finish();
    expect(before).toMatchObject(again);
    expect(lines("evaluations.jsonl")).toHaveLength(count);
    expect(model.calls).toHaveLength(calls);
  });
});
