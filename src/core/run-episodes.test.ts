import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createTasks, createThings, demonstrate, TinyEnv } from "../../test/support/tiny-world.ts";
import { runEpisode } from "./episode.ts";
import { ConfigError, PolicyError, SiteError } from "./errors.ts";
import type { Policy } from "./policy.ts";
import { runEpisodes, type RunEpisodesOptions } from "./run-episodes.ts";
import type { Task } from "./task.ts";
import { failureOf } from "./trajectory.ts";

const things = createThings(1);
const tasks = createTasks(things).slice(0, 10);
const broken: Policy = { act: () => Promise.reject(new Error("no model")) };

interface Played {
  task: string;
  env: number;
  attempt: number;
}

/** Plays the tasks in `pool`. The policy solves them unless `policyFor` returns another one. */
async function play(
  pool: readonly TinyEnv[],
  more: Partial<RunEpisodesOptions<Task, TinyEnv>> = {},
  policyFor: (task: Task) => Policy | undefined = () => undefined,
): Promise<{ played: Played[]; error: unknown }> {
  const played: Played[] = [];
  const error = await runEpisodes({
    pool,
    jobs: tasks,
    async play(task: Task, env: TinyEnv, attempt) {
      const trajectory = await runEpisode({
        env,
        policy: policyFor(task) ?? {
          act: ({ observation }) => ({ action: demonstrate(task, observation) }),
        },
        task,
        seed: 0,
        id: task.id,
        actor: "demonstrator",
        source: "synthetic",
      });
      played.push({ task: task.id, env: pool.indexOf(env), attempt });
      return failureOf(trajectory);
    },
    ...more,
  }).catch((thrown: unknown) => thrown);
  return { played, error };
}

const ids = (played: readonly Played[]): string[] => played.map(({ task }) => task);

describe("runEpisodes", () => {
  it("plays every job once, in both environments", async () => {
    const { played, error } = await play([new TinyEnv(things), new TinyEnv(things)]);
    expect(error).toBeUndefined();
    expect(ids(played).toSorted()).toEqual(tasks.map(({ id }) => id).toSorted());
    expect(new Set(played.map(({ env }) => env))).toEqual(new Set([0, 1]));
  });

  it("moves failed jobs to the end of the queue while they may be retried", async () => {
    const env = new TinyEnv(things);
    env.failing = 2;
    const { played, error } = await play([env], {
      isRetried: ({ part }, { id }) => part === "env" && id === tasks[0]?.id,
    });
    expect(error).toBeUndefined();
    expect(ids(played)).toEqual([...tasks.map(({ id }) => id), tasks[0]?.id]);
    expect(played.at(-1)?.attempt).toBe(2);
  });

  it("stops after too many environment failures in a row", async () => {
    const env = new TinyEnv(things);
    env.failing = 3;
    const { played, error } = await play([env], { maxFailuresInARow: { env: 3, policy: 1 } });
    expect(error).toBeInstanceOf(SiteError);
    expect((error as Error).message).toContain(
      'The sites or the browser failed in 3 episodes in a row. The last error was "the site is gone".',
    );
    expect(played).toHaveLength(3);
  });

  it("stops after too many policy failures in a row, and names the policy", async () => {
    const { played, error } = await play(
      [new TinyEnv(things)],
      { maxFailuresInARow: { env: 1, policy: 4 } },
      ({ id }) => (id === tasks[1]?.id ? undefined : broken),
    );
    expect(error).toBeInstanceOf(PolicyError);
    expect((error as Error).message).toContain(
      'The policy failed in 4 episodes in a row. The last error was "no model".',
    );
    // The second task was solved, so the count starts after it.
    expect(played).toHaveLength(6);
  });

  it("does not count a policy's failure as the environment's, or the other way round", async () => {
    const env = new TinyEnv(things);
    const { error, played } = await play(
      [env],
      { maxFailuresInARow: { env: 2, policy: 6 } },
      ({ id }) => {
        const isOdd = tasks.findIndex((task) => task.id === id) % 2 === 1;
        if (isOdd) return broken;
        env.failing = 1;
        return undefined;
      },
    );
    expect(error).toBeUndefined();
    expect(played).toHaveLength(10);
  });

  it("waits for the sibling of a job that throws, and does not start more jobs", async () => {
    const [quick, slow] = [new TinyEnv(things), new TinyEnv(things)];
    const step = slow.step.bind(slow);
    slow.step = async (action) => {
      for (let i = 0; i < 5; i++) await setImmediate();
      return step(action);
    };
    slow.failing = 1;
    quick.reset = () => Promise.reject(new ConfigError("no such world"));
    const { played, error } = await play([quick, slow], { isRetried: () => true });
    expect(error).toMatchObject({ message: "no such world" });
    expect(played).toEqual([{ task: tasks[1]?.id, env: 1, attempt: 1 }]);
  });

  it("stops with the signal's reason before the next job", async () => {
    const controller = new AbortController();
    const { played, error } = await play(
      [new TinyEnv(things)],
      { signal: controller.signal },
      ({ id }) => {
        if (id === tasks[2]?.id) controller.abort(new Error("enough"));
        return undefined;
      },
    );
    expect(error).toMatchObject({ message: "enough" });
    expect(played).toHaveLength(3);
  });

  it("refuses an empty pool instead of playing nothing", async () => {
    expect((await play([])).error).toBeInstanceOf(ConfigError);
  });

  it("starts the job that is chosen, and waits while none may start", async () => {
    const running: string[] = [];
    let most = 0;
    const order: string[] = [];
    await runEpisodes({
      pool: [1, 2, 3],
      jobs: ["a1", "a2", "b1", "a3"],
      // One job of a letter at a time, the last one first.
      chooseNext: (waiting, now) =>
        waiting.findLastIndex((job) => !now.some((other) => other[0] === job[0])),
      async play(job) {
        running.push(job);
        most = Math.max(most, running.length);
        order.push(job);
        await setImmediate();
        running.splice(running.indexOf(job), 1);
        return null;
      },
    });
    expect(order).toEqual(["a3", "b1", "a2", "a1"]);
    expect(most).toBe(2);
  });

  it("refuses jobs of which none may ever start", async () => {
    const work = runEpisodes({
      pool: [1, 2],
      jobs: ["a", "b"],
      chooseNext: () => -1,
      play: () => Promise.resolve(null),
    });
    await expect(work).rejects.toThrow(/None of 2 waiting episodes may start/);
  });
});
