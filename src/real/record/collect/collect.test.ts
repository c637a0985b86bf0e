import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createTasks,
  createThings,
  demonstrate,
  TinyEnv,
} from "../../../../test/support/tiny-world.ts";
import { createExplorer } from "../../../agent/baselines/explorer.ts";
import { ConfigError, PolicyError, SiteError, TaskError } from "../../../core/errors.ts";
import type { Task } from "../../../core/task.ts";
import { readLedger } from "../../../store/ledger.ts";
import { collect, type CollectOptions } from "./collect.ts";
import { CollectConfigSchema } from "./collect-plan.ts";
import { NO_HOLDOUT } from "./entity-holdout.ts";

const things = createThings(1);
const tasks = createTasks(things);

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "collect-"))));
afterEach(() => rmSync(folder, { recursive: true }));

/** A tiny world that sends a request at each reset and step. */
class CountingEnv extends TinyEnv {
  sent = 0;
  override reset(options: { task: Task }) {
    this.sent++;
    return super.reset(options);
  }
  override step(action: Parameters<TinyEnv["step"]>[0]) {
    this.sent++;
    return super.step(action);
  }
}

function options(envs: readonly CountingEnv[], more: Partial<CollectOptions> = {}): CollectOptions {
  return {
    config: CollectConfigSchema.parse({ episodes: 4 }),
    folder,
    tasks,
    createExplorer,
    demonstratorFor: (task) => ({
      act: ({ observation }) => ({ action: demonstrate(task, observation) }),
    }),
    holdout: NO_HOLDOUT,
    envs: envs.map((env) => ({ env, countRequests: () => env.sent })),
    ...more,
  };
}

/** Both counts. The site's count misses some requests. */
function countersOf(env: CountingEnv, siteMisses = 0): NonNullable<CollectOptions["counters"]> {
  return {
    countRequests: () => ({ sent: env.sent, unanswered: 0, pending: 0 }),
    countedBySite: async () => Math.max(0, env.sent - siteMisses),
  };
}

const recordings = (): string[] => readdirSync(join(folder, "episodes"));
const withEpisodes = (episodes: number) => ({ config: CollectConfigSchema.parse({ episodes }) });

describe("collect", () => {
  it("always writes the ledger, even if no site can count", async () => {
    const env = new CountingEnv(things);
    const { steps } = await collect(options([env]));
    expect(await readLedger(folder)).toEqual([
      {
        line: "collection",
        arm: null,
        seed: null,
        episodes: 4,
        steps,
        requests: env.sent,
        failedEpisodes: 0,
        countedBySite: null,
      },
    ]);
  });

  it("writes both counts to the ledger, and fails if they differ, now and in every later call", async () => {
    const env = new CountingEnv(things);
    await collect(options([env], { counters: countersOf(env), line: "fidelity replay" }));
    expect(await readLedger(folder)).toMatchObject([
      { line: "fidelity replay", requests: env.sent, countedBySite: env.sent },
    ]);
    const more = options([env], { ...withEpisodes(6), counters: countersOf(env, 1) });
    env.sent = 0;
    await expect(collect(more)).rejects.toThrow("to count the same requests for collection");
    await expect(collect(more)).rejects.toThrow("to count the same requests for collection");
  });

  it("adds one entry per call that played episodes, and none for other calls", async () => {
    const env = new CountingEnv(things);
    await collect(options([env]));
    await collect(options([env]));
    const { requests } = await collect(options([env], withEpisodes(7)));
    const ledger = await readLedger(folder);
    expect(ledger.map(({ episodes }) => episodes)).toEqual([4, 3]);
    expect(ledger.reduce((sum, entry) => sum + entry.requests, 0)).toBe(requests);
  });

  it("writes partial work to the ledger if it fails, and adds the work of a killed call", async () => {
    const env = new CountingEnv(things);
    const stopped = options([env], {
      onProgress: ({ episodes }) => {
        if (episodes === 2) throw new Error("stopped");
      },
    });
    await expect(collect(stopped)).rejects.toThrow("stopped");
    expect(await readLedger(folder)).toMatchObject([{ episodes: 2, isCutOff: true }]);
    rmSync(join(folder, "ledger.jsonl"));
    const { steps, requests } = await collect(options([env]));
    const ledger = await readLedger(folder);
    expect(ledger).toMatchObject([
      { episodes: 2, countedBySite: null, isCutOff: true },
      { episodes: 2 },
    ]);
    expect(ledger.reduce((sum, entry) => sum + entry.steps, 0)).toBe(steps);
    expect(ledger.reduce((sum, entry) => sum + entry.requests, 0)).toBe(requests);
  });

  it("adds the missing episodes, and leaves the others unchanged", async () => {
    await collect(options([new CountingEnv(things)]));
    const before = recordings().map((name) => [
      name,
      readFileSync(join(folder, "episodes", name), "utf8"),
    ]);
    const env = new CountingEnv(things);
    const summary = await collect(options([env], withEpisodes(8)));
    expect(summary).toMatchObject({ planned: 8, episodes: 8 });
    expect(recordings()).toHaveLength(8);
    for (const [name = "", text] of before)
      expect(readFileSync(join(folder, "episodes", name), "utf8")).toBe(text);
    expect((await readLedger(folder)).at(-1)).toMatchObject({ episodes: 4 });
  });

  it("rejects a folder with episodes of another plan", async () => {
    const env = new CountingEnv(things);
    await collect(options([env]));
    const sent = env.sent;
    for (const more of [{ tasks: tasks.slice(3) }, withEpisodes(3)])
      await expect(collect(options([env], more))).rejects.toThrow("only episodes of this plan");
    expect(env.sent).toBe(sent);
  });

  it("records a truncated file again, and says so in one line", async () => {
    await collect(options([new CountingEnv(things)]));
    const [name = ""] = recordings();
    const path = join(folder, "episodes", name);
    const whole = readFileSync(path, "utf8");
    for (const length of [0, 10, whole.length - 1, whole.lastIndexOf("\n", whole.length - 2) + 1]) {
      truncateSync(path, length);
      const lines: string[] = [];
      const again = options([new CountingEnv(things)], { log: (line) => lines.push(line) });
      expect(await collect(again)).toMatchObject({ planned: 4, episodes: 4 });
      expect(lines).toEqual([
        `1 recorded file has no whole last line, ${path} first. These episodes are recorded again.`,
      ]);
      expect(readFileSync(path, "utf8")).toBe(whole);
    }
  });

  it("retries a failed episode at the end, and stops after too many failures in a row", async () => {
    const env = new CountingEnv(things);
    env.failing = 1;
    expect(await collect(options([env]))).toMatchObject({ episodes: 4, failed: 1 });
    const dead = new CountingEnv(things);
    dead.failing = Infinity;
    const failing = collect(options([dead], { ...withEpisodes(20) }));
    await expect(failing).rejects.toThrow(SiteError);
    await expect(failing).rejects.toThrow("failed in 6 episodes in a row");
  });

  it("stores an episode with a failed policy separately, and stops if the policy always fails", async () => {
    const config = CollectConfigSchema.parse({
      episodes: 8,
      mix: { demonstrator: 0, noisyDemonstrator: 0, random: 1 },
    });
    const broken = options([new CountingEnv(things)], {
      config,
      createExplorer: () => ({ act: () => Promise.reject(new Error("no idea")) }),
    });
    await expect(collect(broken)).rejects.toThrow(PolicyError);
    expect(readdirSync(join(folder, "failed"))).toHaveLength(6);
  });

  it("rejects wrong counts and tasks of another format before it plays", async () => {
    const env = new CountingEnv(things);
    for (const answer of [Number.NaN, -1, "12"]) {
      const envs = [{ env, countRequests: () => answer as number }];
      await expect(collect(options([], { envs }))).rejects.toThrow(ConfigError);
    }
    const raw = [{ task_id: 1, intent: "Buy a lamp" }] as unknown as Task[];
    await expect(collect(options([env], { tasks: raw }))).rejects.toThrow(TaskError);
    expect(env.sent).toBe(0);
  });
});
