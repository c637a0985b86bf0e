import { describe, expect, it } from "vitest";
import type { Env, StepResult } from "../../core/env.ts";
import { BrowserError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { Task } from "../../core/task.ts";
import { type MeteredEnvPool, runMetered } from "./metered-env-pool.ts";

const observation: Observation = { url: "", title: "", nodes: [], tabs: [], lastActionError: null };
const task = { id: "1" } as Task;

/** A pool with one environment that sends one request per call, to a site that misses some. */
function createWorld(siteMisses: number, unanswered = 0): MeteredEnvPool {
  let sent = 0;
  const env: Env = {
    async reset() {
      sent++;
      return observation;
    },
    async step(action) {
      sent++;
      if (action.kind === "goBack") throw new BrowserError("the browser died");
      const result: StepResult = {
        observation,
        reward: 0,
        terminated: false,
        truncated: false,
        score: null,
        requests: [],
      };
      return result;
    },
    snapshot: async () => ({ url: "", html: "" }),
    [Symbol.asyncDispose]: async () => {},
  };
  return {
    envs: [env],
    countRequests: () => ({ sent, unanswered: sent === 0 ? 0 : unanswered, pending: 0 }),
    countedBySite: async () => Math.max(0, sent - siteMisses),
    [Symbol.asyncDispose]: async () => {},
  };
}

describe("runMetered", () => {
  it("counts episodes, steps and failures of the work, and its requests", async () => {
    const { entry } = await runMetered(
      { world: createWorld(0), line: "training", arm: "bc-real", seed: 1 },
      async ([env]) => {
        await env?.reset({ task, seed: 1 });
        await env?.step({ kind: "goForward" });
        await env?.step({ kind: "goBack" }).catch(() => {});
      },
    );
    expect(entry).toEqual({
      line: "training",
      arm: "bc-real",
      seed: 1,
      episodes: 1,
      steps: 2,
      requests: 3,
      countedBySite: 3,
      failedEpisodes: 1,
    });
  });

  it("rejects a pool whose counts are a number, so that NaN does not pass the check", async () => {
    const world = createWorld(0);
    const { sent } = world.countRequests();
    const numbers = { ...world, countRequests: () => sent } as unknown as MeteredEnvPool;
    let isRun = false;
    const work = runMetered(
      { world: numbers, line: "evaluation", arm: "bc", seed: 1 },
      async () => {
        isRun = true;
      },
    );
    await expect(work).rejects.toThrow("{ sent, unanswered, pending }");
    expect(isRun).toBe(false);
  });

  it("fails if the site's count differs", async () => {
    const work = runMetered(
      { world: createWorld(1), line: "evaluation", arm: "bc", seed: 1 },
      async ([env]) => {
        await env?.reset({ task, seed: 1 });
      },
    );
    await expect(work).rejects.toThrow("got 1 here and 0 there");
  });

  it("lets the counts differ by the number of unanswered requests, and no more", async () => {
    const spent = (misses: number, unanswered: number) =>
      runMetered(
        { world: createWorld(misses, unanswered), line: "training", arm: "bc-real", seed: 1 },
        async ([env]) => {
          for (let i = 0; i < 5; i++) await env?.reset({ task, seed: 1 });
        },
      );
    const { entry } = await spent(2, 2);
    expect(entry).toMatchObject({ requests: 5, countedBySite: 3, unanswered: 2 });
    await expect(spent(2, 1)).rejects.toThrow("got 5 here and 3 there");
  });

  it("reports the cost if the work fails in the middle of its second episode", async () => {
    const told: unknown[] = [];
    const work = runMetered(
      {
        world: createWorld(0),
        line: "training",
        arm: "bc-real",
        seed: 1,
        onSpent: (soFar) => told.push(soFar),
      },
      async ([env]) => {
        await env?.reset({ task, seed: 1 });
        await env?.reset({ task, seed: 2 });
        await env?.step({ kind: "goBack" });
      },
    );
    await expect(work).rejects.toThrow("the browser died");
    expect(told).toMatchObject([
      { episodes: 1, requests: 1, countedBySite: 1, isCutOff: true },
      { episodes: 2, steps: 1, requests: 3, countedBySite: 3, failedEpisodes: 1, isCutOff: true },
    ]);
  });
});
