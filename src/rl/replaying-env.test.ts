import { describe, expect, it } from "vitest";
import { HOUSE_TASKS, openHouse } from "../../test/support/house-site.ts";
import type { Env } from "../core/env.ts";
import type { Observation } from "../core/observation.ts";
import type { Task } from "../core/task.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { createReplayingEnv } from "./replaying-env.ts";
import { searchTree } from "./tree-search.ts";

const task = HOUSE_TASKS[0] as Task;
const linkTo = ({ nodes }: Observation, name: string) => ({
  kind: "click" as const,
  ref: nodes.find((node) => node.name === name)?.ref ?? "",
});

describe("a world that replays", () => {
  it("gives each fork its own page, and counts the steps it took again", async () => {
    await using house = await openHouse();
    const env = createReplayingEnv({ env: house.envs[0] as Env });
    const start = await env.reset({ task, seed: 0 });
    const [hall, attic] = [env.fork(), env.fork()];
    expect((await hall.step(linkTo(start, "The hall"))).observation.title).toBe("hall");
    expect((await attic.step(linkTo(start, "The attic"))).observation.title).toBe("attic");
    expect(env.worldSteps).toBe(2);
    const back = hall.fork();
    const { observation } = await hall.step({ kind: "goBack" });
    expect(observation.title).toBe("House");
    expect(env.worldSteps).toBe(4);
    // The fork still stands in the hall; its answer is judged there.
    const stopped = await back.step({ kind: "stop", answer: "12" });
    expect(stopped).toMatchObject({ reward: 1, terminated: true });
    expect(env.worldSteps).toBe(6);
  });

  it("continues where the world stands without a replay", async () => {
    await using house = await openHouse();
    const env = createReplayingEnv({ env: house.envs[0] as Env });
    const start = await env.reset({ task, seed: 0 });
    const { observation } = await env.step(linkTo(start, "The hall"));
    const fork = env.fork();
    await fork.step(linkTo(observation, "House"));
    expect(env.worldSteps).toBe(2);
  });

  it("ends an episode unscored, without a request, when its steps are spent", async () => {
    await using house = await openHouse();
    const env = createReplayingEnv({ env: house.envs[0] as Env, maxSteps: 2 });
    const start = await env.reset({ task, seed: 0 });
    const fork = env.fork();
    await fork.step(linkTo(start, "The hall"));
    const received = house.received();
    // Going back to the start and one step more would be the third step.
    const other = env.fork();
    await other.step(linkTo(start, "The attic"));
    const late = await fork.step({ kind: "goBack" });
    expect(late).toMatchObject({ truncated: true, reward: 0, score: { status: "unscored" } });
    expect(house.received()).toBe(received + 2);
    expect(env.worldSteps).toBe(2);
  });

  it("lets a tree search find plans that succeed when they are played again", async () => {
    await using house = await openHouse();
    const world = house.envs[0] as Env;
    const env = createReplayingEnv({ env: world });
    const policy = new CandidatePolicy({}, 1).proposing();
    const config = { expansions: 12, solutions: 1 };
    const { solutions } = await searchTree({ env, task, policy, config });
    const [plan] = solutions;
    expect(plan).toBeDefined();
    expect(env.worldSteps).toBeGreaterThan(plan?.transitions.length ?? 0);
    await world.reset({ task, seed: 0 });
    const rewards: number[] = [];
    for (const { action } of plan?.transitions ?? [])
      rewards.push((await world.step(action)).reward);
    expect(rewards.at(-1)).toBe(1);
  });
});
