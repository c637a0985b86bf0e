import { describe, expect, it } from "vitest";
import type { Env } from "../../core/env.ts";
import { SiteError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { Task } from "../../core/task.ts";
import { type Evaluation, evaluatePolicy } from "./evaluate-policy.ts";

const observation: Observation = { url: "", title: "", nodes: [], tabs: [], lastActionError: null };

/** Solves every task at once; the infrastructure breaks as often as a task's id says, at most. */
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

/** @param ids such as `a-2`: breaks twice */
async function evaluate(
  ids: string[],
): Promise<{ told: string[]; episodes: string[]; error: unknown }> {
  const env = createBrittleEnv();
  const told: Evaluation[] = [];
  const error = await evaluatePolicy({
    envs: [env],
    policy: { act: () => ({ action: { kind: "stop", answer: "" } }) },
    tasks: ids.map((id) => ({ id, templateId: 1, maxSteps: 3, goal: "" }) as Task),
    point: { arm: "bc", seed: 1, split: "dev", realSteps: 0 },
    onEvaluation: (evaluation) => told.push(evaluation),
    signal: new AbortController().signal,
  }).catch((failure: unknown) => failure);
  return {
    told: told.map(({ taskId, status }) => `${taskId} ${status}`),
    episodes: env.episodes,
    error,
  };
}

describe("evaluatePolicy", () => {
  it("tries again what the infrastructure broke, after the other tasks", async () => {
    const { told, episodes } = await evaluate(["a-1", "b-0"]);
    expect(told).toEqual(["b-0 success", "a-1 success"]);
    expect(episodes).toEqual(["a-1", "b-0", "a-1"]);
  });

  it("tells of an error where the second try breaks too, never of a failure of the agent", async () => {
    expect((await evaluate(["a-9", "b-0"])).told).toEqual(["b-0 success", "a-9 error"]);
  });

  it("stops where episode after episode breaks, and tells nothing of these tasks", async () => {
    const ids = ["a-0", ..."bcdefghij".split("").map((name) => `${name}-9`)];
    const { told, error } = await evaluate(ids);
    expect(error).toBeInstanceOf(SiteError);
    expect(told).toEqual(["a-0 success"]);
  });
});
