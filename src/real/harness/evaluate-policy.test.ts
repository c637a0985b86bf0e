import { describe, expect, it } from "vitest";
import type { Env } from "../../core/env.ts";
import { PolicyError, SiteError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { Task } from "../../core/task.ts";
import { type Evaluation, evaluatePolicy } from "./evaluate-policy.ts";

const observation: Observation = { url: "", title: "", nodes: [], tabs: [], lastActionError: null };

/** Solves every task at once. The infrastructure breaks at most as often as a task's id says. */
function createBrittleEnv(): Env & { episodes: string[] } {
  const failures = new Map<string, number>();
  const episodes: string[] = [];
  return {
    episodes,
    async reset({ task }) {
      episodes.push(task.id);
      const failed = failures.get(task.id) ?? 0;
      if (failed < Number(task.id.split("-")[1])) {
        failures.set(task.id, failed + 1);
        throw new SiteError("the site is gone");
      }
      return observation;
    },
    async step() {
      return {
        observation,
        reward: 1,
        terminated: true,
        truncated: false,
        score: { status: "scored", value: 1, checks: [] },
        requests: [],
      };
    },
    snapshot: async () => ({ url: "", html: "" }),
    [Symbol.asyncDispose]: async () => {},
  };
}

function createTask(id: string): Task {
  const nothing = { goal: "", startUrls: [], sites: [], checks: [], world: "A" };
  return { id, templateId: 1, maxSteps: 3, ...nothing };
}

/** @param ids such as `a-2`: breaks twice */
async function evaluate(
  ids: string[],
  failing: (calls: number) => boolean = () => false,
): Promise<{ told: string[]; evaluations: Evaluation[]; episodes: string[]; error: unknown }> {
  const env = createBrittleEnv();
  const told: Evaluation[] = [];
  let calls = 0;
  const error = await evaluatePolicy({
    envs: [env],
    policy: {
      act() {
        if (failing(++calls)) throw new Error("no model");
        return { action: { kind: "stop", answer: "" } };
      },
    },
    tasks: ids.map((id) => createTask(id)),
    point: { arm: "bc", seed: 1, split: "dev", realSteps: 0 },
    onEvaluation: (evaluation) => told.push(evaluation),
    signal: new AbortController().signal,
  }).catch((failure: unknown) => failure);
  return {
    told: told.map(({ taskId, status }) => `${taskId} ${status}`),
    evaluations: told,
    episodes: env.episodes,
    error,
  };
}

describe("evaluatePolicy", () => {
  it("retries tasks that the infrastructure broke, after the other tasks", async () => {
    const { told, episodes } = await evaluate(["a-1", "b-0"]);
    expect(told).toEqual(["b-0 success", "a-1 success"]);
    expect(episodes).toEqual(["a-1", "b-0", "a-1"]);
  });

  it("reports an error if the second try breaks too, and never a failure of the agent", async () => {
    expect((await evaluate(["a-9", "b-0"])).told).toEqual(["b-0 success", "a-9 error"]);
  });

  it("counts a failed policy as a marked failure without a second try", async () => {
    const { told, episodes, evaluations } = await evaluate(
      ["a-0", "b-0", "c-0"],
      (calls) => calls === 1,
    );
    expect(told).toEqual(["b-0 success", "c-0 success", "a-0 failure"]);
    expect(episodes).toEqual(["a-0", "b-0", "c-0"]);
    expect(evaluations[2]).toMatchObject({
      policyFailed: true,
      reason: "the policy failed: no model",
      steps: 0,
    });
    expect(evaluations[0]).not.toHaveProperty("policyFailed");
  });

  it("stops after too many policy failures in a row, and reports none of these tasks", async () => {
    const ids = "abcdefghij".split("").map((name) => `${name}-0`);
    const { told, error } = await evaluate(ids, (calls) => calls > 1);
    expect(error).toBeInstanceOf(PolicyError);
    expect(told).toEqual(["a-0 success"]);
  });

  it("stops after too many broken episodes in a row, and reports none of these tasks", async () => {
    const ids = ["a-0", ..."bcdefghij".split("").map((name) => `${name}-9`)];
    const { told, error } = await evaluate(ids);
    expect(error).toBeInstanceOf(SiteError);
    expect(told).toEqual(["a-0 success"]);
  });
});
