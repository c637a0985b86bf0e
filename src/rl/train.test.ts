import { describe, expect, it } from "vitest";
import { createTasks, createThings, demonstrate, TinyEnv } from "../../test/support/tiny-world.ts";
import { PolicyError, SiteError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { createRandom } from "../core/random.ts";
import type { Task } from "../core/task.ts";
import type { TaskSampler, TaskSamplerState } from "./task-sampler.ts";
import { TRAIN_START, trainPolicy } from "./train.ts";

const things = createThings(1);
const tasks = createTasks(things);

/** Trains nothing, for one iteration, with policies that solve every task but fail where `isBroken` says so. */
async function train(env: TinyEnv, isBroken: (episode: number) => boolean): Promise<string[]> {
  const warnings: string[] = [];
  let episodes = 0;
  const policy = (): Policy => {
    const broken = isBroken(episodes++);
    return {
      act({ goal, observation }) {
        if (broken) throw new Error("no parameters");
        const task = tasks.find((one) => one.goal === goal) as Task;
        return { action: demonstrate(task, observation) };
      },
    };
  };
  await trainPolicy({
    learner: { policy, update: () => ({}) },
    envs: [env],
    tasks,
    config: { environmentSteps: 10, groupSize: 2, tasksPerIteration: 4 },
    random: createRandom(1),
    source: "synthetic",
    actor: "a",
    onIteration: () => false,
    warn: (message) => warnings.push(message),
  });
  return warnings;
}

describe("trainPolicy", () => {
  it("warns that the policy failed in some episodes", async () => {
    const warnings = await train(new TinyEnv(things), (episode) => episode < 3);
    expect(warnings[0]).toBe(
      'The policy failed in 3 episodes, which teach nothing. The first error was "no parameters".',
    );
  });

  it("ends when every episode fails, and says whether the policy or the sites did", async () => {
    await expect(train(new TinyEnv(things), () => true)).rejects.toThrow(PolicyError);
    const dead = new TinyEnv(things);
    dead.failing = Infinity;
    await expect(train(dead, () => false)).rejects.toThrow(SiteError);
  });

  it("takes its tasks from a given sampler, which starts at the progress and sees every group", async () => {
    const [task] = tasks as [Task];
    const seen: unknown[] = [];
    const sampler = (state: TaskSamplerState): TaskSampler => ({
      next: () => [task],
      record: (groups) =>
        seen.push(
          state,
          groups.map((group) => group.task.id),
        ),
      state: () => ({ [task.id]: 1 }),
    });
    const progress = await trainPolicy({
      learner: {
        policy: () => ({ act: ({ observation }) => ({ action: demonstrate(task, observation) }) }),
        update: () => ({}),
      },
      envs: [new TinyEnv(things)],
      tasks,
      config: { environmentSteps: 1000, groupSize: 2 },
      createSampler: sampler,
      progress: { ...TRAIN_START, sampler: { [task.id]: 0.5 } },
      random: createRandom(1),
      source: "synthetic",
      actor: "a",
      onIteration: () => false,
    });
    expect(seen).toEqual([{ [task.id]: 0.5 }, [task.id]]);
    expect(progress.sampler).toEqual({ [task.id]: 1 });
  });
});
