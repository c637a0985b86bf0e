import { describe, expect, it } from "vitest";
import type { Env } from "../core/env.ts";
import type { Observation } from "../core/observation.ts";
import { ConfigError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import { collectRollouts, outcomeReward } from "./rollout.ts";

const observation: Observation = { url: "", title: "", nodes: [], tabs: [], lastActionError: null };
const tasks = ["always", "never", "by seed"].map((id): Task => {
  const nothing = { goal: "", startUrls: [], sites: [], checks: [], world: "A" };
  return { id, maxSteps: 3, templateId: 1, ...nothing };
});

/** Episodes of one step, solved always, never, or when the episode's seed is even. */
function createCoinEnv(): Env {
  let isSolved = false;
  return {
    async reset({ task, seed }) {
      isSolved = task.id === "always" || (task.id === "by seed" && seed % 2 === 0);
      return observation;
    },
    async step() {
      const value = isSolved ? 1 : 0;
      return {
        observation,
        reward: value,
        terminated: true,
        truncated: false,
        score: { status: "scored", value, checks: [] },
        requests: [],
      };
    },
    snapshot: async () => ({ url: "", html: "" }),
    [Symbol.asyncDispose]: async () => {},
  };
}

async function collect(envCount: number, firstRollouts: number | undefined): Promise<number[][]> {
  const groups = await collectRollouts({
    envs: Array.from({ length: envCount }, createCoinEnv),
    policy: () => ({ act: async () => ({ action: { kind: "stop", answer: "" } }) }),
    tasks,
    groupSize: 8,
    firstRollouts,
    random: createRandom(3),
    source: "synthetic",
    actor: "coin",
    idPrefix: "coin",
  });
  return groups.map(({ trajectories }) => trajectories.map(outcomeReward));
}

describe("rollouts", () => {
  it("fill every group by default", async () => {
    const rewards = await collect(1, undefined);
    expect(rewards.map((group) => group.length)).toEqual([8, 8, 8]);
  });

  it("stop filling a group whose first outcomes agree", async () => {
    const [always, never, bySeed] = await collect(1, 4);
    expect(always).toEqual([1, 1, 1, 1]);
    expect(never).toEqual([0, 0, 0, 0]);
    expect(bySeed).toHaveLength(8);
  });

  it("do not depend on the number of environments", async () => {
    expect(await collect(3, 4)).toEqual(await collect(1, 4));
    expect((await collect(3, undefined))[2]?.slice(0, 4)).toEqual(
      (await collect(1, 4))[2]?.slice(0, 4),
    );
  });

  it("separate an episode in which the policy failed, and play the others", async () => {
    let begun = 0;
    const groups = await collectRollouts({
      envs: [createCoinEnv()],
      policy: () => {
        const isBroken = begun++ === 1;
        return {
          act: () => {
            if (isBroken) throw new Error("no action");
            return { action: { kind: "stop", answer: "" } };
          },
        };
      },
      tasks: tasks.slice(0, 1),
      groupSize: 3,
      random: createRandom(3),
      source: "synthetic",
      actor: "coin",
      idPrefix: "coin",
    });
    expect(groups[0]?.trajectories).toHaveLength(2);
    expect(groups[0]?.failed).toMatchObject([{ failedPart: "policy", error: "no action" }]);
  });

  it("wait for the episodes next to one that throws a caller's mistake, and start no other", async () => {
    const ended: string[] = [];
    let begun = 0;
    const quick = createCoinEnv();
    const slow: Env = {
      ...quick,
      async step(action) {
        await new Promise((resolve) => setImmediate(resolve));
        const result = await quick.step(action);
        ended.push("slow");
        return result;
      },
    };
    const collecting = collectRollouts({
      envs: [createCoinEnv(), slow],
      policy: () => {
        const isBroken = begun++ === 0;
        return {
          act: async () => {
            if (isBroken) throw new ConfigError("no policy");
            return { action: { kind: "stop", answer: "" } };
          },
        };
      },
      tasks,
      groupSize: 8,
      random: createRandom(3),
      source: "synthetic",
      actor: "coin",
      idPrefix: "coin",
    });
    await expect(collecting).rejects.toThrow("no policy");
    expect([begun, ended]).toEqual([2, ["slow"]]);
  });
});
