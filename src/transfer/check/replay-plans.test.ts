import { describe, expect, it } from "vitest";
import {
  createTasks,
  createThings,
  demonstrate,
  TinyEnv,
} from "../../../test/support/tiny-world.ts";
import { runEpisode } from "../../core/episode.ts";
import type { Task } from "../../core/task.ts";
import type { Plan } from "./dreamed-plans.ts";
import { replayPlans } from "./replay-plans.ts";

const things = createThings(1);
const tasks = createTasks(things);

/** The demonstrator's episode in a world of its own. */
async function planFor(task: Task): Promise<Plan> {
  const env = new TinyEnv(things);
  const policy = { act: ({ observation }: Parameters<typeof act>[0]) => act({ observation }) };
  const act = ({ observation }: { observation: Parameters<typeof demonstrate>[1] }) => ({
    action: demonstrate(task, observation),
  });
  const episode = await runEpisode({
    env,
    policy,
    task,
    seed: 1,
    id: `plan-${task.id}`,
    actor: "policy",
    source: "synthetic",
  });
  return { task, episode };
}

describe("replayPlans", () => {
  it("scores a plan by what its actions do in the other world", async () => {
    const plans = [await planFor(tasks[0] as Task), await planFor(tasks[1] as Task)];
    const same = await replayPlans({ envs: [new TinyEnv(things)], plans, budget: 100 });
    expect(same.map(({ dreamed, real, isExecutable }) => [dreamed, real, isExecutable])).toEqual([
      ["success", "success", true],
      ["success", "success", true],
    ]);
    // Things have other names there, so no link of the plan is found. The answer that it gives is right all the same.
    const other = await replayPlans({ envs: [new TinyEnv(createThings(2))], plans, budget: 100 });
    expect(other.map(({ real, isExecutable }) => [real, isExecutable])).toEqual([
      ["success", false],
      ["failure", false],
    ]);
  });

  it("spends no more real steps than the budget, and leaves the rest unreplayed", async () => {
    const plans = await Promise.all(tasks.slice(0, 6).map(planFor));
    const lengths = plans.map(({ episode }) => episode.transitions.length);
    const budget = (lengths[0] as number) + (lengths[1] as number);
    let steps = 0;
    const env = new TinyEnv(things);
    const step = env.step.bind(env);
    env.step = (action) => (steps++, step(action));
    const outcomes = await replayPlans({ envs: [env], plans, budget });
    expect(steps).toBeLessThanOrEqual(budget);
    expect(steps).toBeGreaterThan(0);
    expect(outcomes.filter(({ real }) => real === "not replayed").length).toBeGreaterThan(0);
    expect(outcomes).toHaveLength(plans.length);
  });

  it("replays plans that succeed in the dream before those that fail in it", async () => {
    const [failing, succeeding] = await Promise.all(tasks.slice(1, 3).map(planFor));
    if (failing === undefined || succeeding === undefined) expect.fail("no plans");
    failing.episode.score = { status: "scored", value: 0, checks: [] };
    const budget = succeeding.episode.transitions.length;
    const outcomes = await replayPlans({
      envs: [new TinyEnv(things)],
      plans: [failing, succeeding],
      budget,
    });
    expect(outcomes.map(({ real }) => real)).toEqual(["not replayed", "success"]);
  });

  it("counts a broken site as failed, and not as the plan's failure", async () => {
    const env = new TinyEnv(things);
    env.failing = 1;
    const [outcome] = await replayPlans({
      envs: [env],
      plans: [await planFor(tasks[0] as Task)],
      budget: 100,
    });
    expect(outcome).toMatchObject({ real: "failed", isExecutable: null });
  });

  it("does not spend steps on plans that the dream does not score", async () => {
    const plan = await planFor(tasks[0] as Task);
    plan.episode.score = { status: "unscored", reason: "not sure", checks: [] };
    const [outcome] = await replayPlans({
      envs: [new TinyEnv(things)],
      plans: [plan],
      budget: 100,
    });
    expect(outcome).toMatchObject({ dreamed: "unscored", real: "not replayed" });
  });
});
