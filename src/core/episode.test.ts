import { describe, expect, it } from "vitest";
import { createTasks, createThings, demonstrate, TinyEnv } from "../../test/support/tiny-world.ts";
import { runEpisode, type EpisodeOptions } from "./episode.ts";
import { BudgetError, ConfigError, ModelError } from "./errors.ts";
import type { PolicyInput, PolicyOutput } from "./policy.ts";
import type { Task } from "./task.ts";
import { failureOf, TrajectorySchema } from "./trajectory.ts";

const things = createThings(1);
const task = createTasks(things)[2] as Task;

function options(more: Partial<EpisodeOptions> = {}): EpisodeOptions {
  return {
    env: new TinyEnv(things),
    policy: { act: ({ observation }) => ({ action: demonstrate(task, observation), logprob: -1 }) },
    task,
    seed: 7,
    id: "a",
    actor: "demonstrator",
    source: "synthetic",
    ...more,
  };
}

describe("runEpisode", () => {
  it("gives a trajectory that fits the schema, with score and stop reason", async () => {
    const trajectory = TrajectorySchema.parse(await runEpisode(options()));
    expect(trajectory).toMatchObject({
      stopReason: "terminated",
      seed: 7,
      taskId: task.id,
      error: null,
    });
    expect(trajectory.transitions.map(({ action }) => action.kind)).toEqual(["click", "stop"]);
    expect(trajectory.transitions.map(({ logprob }) => logprob)).toEqual([-1, -1]);
    expect(trajectory.score).toMatchObject({ status: "scored", value: 1 });
    expect(trajectory.finalObservation.url).toContain("/thing/1");
  });

  it("gives the policy the goal, the history and the page, and nothing else", async () => {
    const inputs: PolicyInput[] = [];
    const policy = {
      act: (input: PolicyInput) => {
        inputs.push({ ...input, history: [...input.history] });
        return { action: demonstrate(task, input.observation) };
      },
    };
    await runEpisode(options({ policy }));
    expect(inputs.map((input) => Object.keys(input).sort())).toEqual([
      ["goal", "history", "observation"],
      ["goal", "history", "observation"],
    ]);
    expect(inputs[1]?.history.map((step) => Object.keys(step))).toEqual([
      ["observation", "action"],
    ]);
  });

  it.each([
    ["the server of the policy's model is down", true, "env"],
    ["the policy's model gives nonsense", false, "policy"],
  ])("says whose failure it is when %s", async (message, retryable, failedPart) => {
    const error = new ModelError(message, { retryable });
    const policy = { act: () => Promise.reject(error) };
    const trajectory = await runEpisode(options({ policy }));
    expect(trajectory).toMatchObject({ stopReason: "error", failedPart, error: message });
  });

  it("throws when the budget of the run is spent: the episode has no result", async () => {
    const policy = { act: () => Promise.reject(new BudgetError("spent")) };
    await expect(runEpisode(options({ policy }))).rejects.toThrow(BudgetError);
  });

  it("gives the policy the goal that the start page states, and stores it", async () => {
    const env = Object.assign(new TinyEnv(things), { goal: "Do what the page says." });
    const goals: string[] = [];
    const policy = {
      act: ({ goal, observation }: PolicyInput) => {
        goals.push(goal);
        return { action: demonstrate(task, observation) };
      },
    };
    const trajectory = await runEpisode(options({ env, policy }));
    expect([trajectory.goal, ...new Set(goals)]).toEqual([env.goal, env.goal]);
  });

  it("stores the action in the form that the environment allows, and shows the policy its own action", async () => {
    const env = new TinyEnv(things);
    const step = env.step.bind(env);
    env.step = async (action) => ({ ...(await step(action)), performed: { kind: "goBack" } });
    const seen: string[] = [];
    const policy = {
      act: ({ observation, history }: PolicyInput) => {
        seen.push(...history.map(({ action }) => action.kind));
        return { action: demonstrate(task, observation) };
      },
    };
    const { transitions } = await runEpisode(options({ env, policy }));
    expect(transitions.map(({ action }) => action.kind)).toEqual(["goBack", "goBack"]);
    expect(seen).toEqual(["click"]);
  });

  it("records the page before each action, and the last one, only on request", async () => {
    const recorded = await runEpisode(options({ record: true }));
    expect(recorded.transitions.map(({ page }) => page?.html)).toEqual([
      "<title>Things</title>",
      `<title>${things[1]?.name}</title>`,
    ]);
    expect(recorded.finalPage?.url).toContain("/thing/1");
    expect((await runEpisode(options())).transitions.some((step) => "page" in step)).toBe(false);
  });

  it("truncates at the step limit", async () => {
    const policy = { act: () => ({ action: { kind: "goBack" as const } }) };
    const trajectory = await runEpisode(options({ policy }));
    expect([trajectory.stopReason, trajectory.transitions.length]).toEqual([
      "truncated",
      task.maxSteps,
    ]);
  });

  it("keeps what happened before the infrastructure failed, as data", async () => {
    const env = new TinyEnv(things);
    let acts = 0;
    const policy = {
      act: ({ observation }: PolicyInput) => {
        if (++acts === 2) env.failing = 1;
        return { action: demonstrate(task, observation) };
      },
    };
    const trajectory = await runEpisode(options({ env, policy }));
    expect(trajectory).toMatchObject({
      stopReason: "error",
      failedPart: "env",
      error: "the site is gone",
      score: null,
    });
    expect(trajectory.transitions).toHaveLength(1);
  });

  it("keeps what happened before the policy failed, and names the policy as the cause", async () => {
    for (const fail of [
      () => Promise.reject(new Error("no model")),
      () => {
        throw new Error("no model");
      },
    ]) {
      let acts = 0;
      const policy = {
        act: ({ observation }: PolicyInput) =>
          ++acts === 2 ? fail() : { action: demonstrate(task, observation) },
      };
      const trajectory = TrajectorySchema.parse(
        await runEpisode(options({ policy, record: true })),
      );
      expect(trajectory).toMatchObject({
        stopReason: "error",
        failedPart: "policy",
        error: "no model",
        score: null,
      });
      expect(trajectory.transitions.map(({ action }) => action.kind)).toEqual(["click"]);
      expect(trajectory.finalPage?.url).toBe(trajectory.finalObservation.url);
      expect(failureOf(trajectory)).toEqual({ part: "policy", reason: "no model" });
    }
  });

  it("ends a decision that takes too long or is aborted", async () => {
    const policy = { act: () => new Promise<never>(() => {}) };
    const trajectory = await runEpisode(options({ policy, decisionTimeoutMs: 20 }));
    expect(trajectory).toMatchObject({ stopReason: "error", failedPart: "policy" });
    expect(trajectory.error).toBe("The policy took more than 20 ms for one decision.");
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("enough")), 20);
    await expect(runEpisode(options({ policy, signal: controller.signal }))).rejects.toThrow(
      "enough",
    );
  });

  it("waits without a limit when asked to, and rejects a limit that is not a positive number", async () => {
    const policy = {
      act: async ({ observation }: PolicyInput) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { action: demonstrate(task, observation) };
      },
    };
    const patient = await runEpisode(options({ policy, decisionTimeoutMs: Infinity }));
    expect(patient.stopReason).toBe("terminated");
    for (const decisionTimeoutMs of [Number.NaN, 0, -1])
      await expect(runEpisode(options({ decisionTimeoutMs }))).rejects.toThrow(ConfigError);
  });

  it.each([
    [{ action: { kind: "tap", ref: "9" } }, /of kind click, type, .*, stop, got kind "tap"/],
    [{ action: { kind: "click", ref: "e9" } }, /`action\.ref`/],
    [{ action: { kind: "goBack" }, logprob: Number.NaN }, /`logprob`/],
    [{ kind: "goBack" }, /Expected the policy to return \{ action \}/],
    [undefined, /Expected the policy to return \{ action \}/],
  ])("rejects output that is not an action: %j", async (output, error) => {
    const policy = { act: () => output as unknown as PolicyOutput };
    const trajectory = await runEpisode(options({ policy }));
    expect(trajectory).toMatchObject({ stopReason: "error", failedPart: "policy" });
    expect(trajectory.error).toMatch(error);
    expect(trajectory.transitions).toEqual([]);
  });

  it("keeps the policy's thoughts", async () => {
    let acts = 0;
    const policy = {
      act: ({ observation }: PolicyInput) => ({
        action: demonstrate(task, observation),
        ...(++acts === 1 && { thought: "The goal names this link." }),
      }),
    };
    const { transitions } = await runEpisode(options({ policy }));
    expect(transitions.map(({ thought }) => thought)).toEqual([
      "The goal names this link.",
      undefined,
    ]);
  });

  it("throws the caller's mistakes, whether the policy or the environment finds them", async () => {
    const broken = { act: () => Promise.reject(new ConfigError("no model of this name")) };
    await expect(runEpisode(options({ policy: broken }))).rejects.toThrow("no model of this name");
    const env = new TinyEnv(things);
    env.reset = () => Promise.reject(new ConfigError("no such world"));
    await expect(runEpisode(options({ env }))).rejects.toThrow(ConfigError);
  });

  it("stops with the signal's reason", async () => {
    const controller = new AbortController();
    const policy = {
      act: ({ observation }: PolicyInput) => {
        controller.abort(new Error("enough"));
        return { action: demonstrate(task, observation) };
      },
    };
    await expect(runEpisode(options({ policy, signal: controller.signal }))).rejects.toThrow(
      "enough",
    );
  });
});
