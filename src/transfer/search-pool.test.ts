import { beforeAll, describe, expect, it } from "vitest";
import {
  HOUSE_ORIGINS as origins,
  HOUSE_TASKS as tasks,
  openHouse,
  recordHouse,
} from "../../test/support/house-site.ts";
import type { Env } from "../core/env.ts";
import { runEpisode } from "../core/episode.ts";
import { ModelError } from "../core/errors.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { SearchConfigSchema } from "../rl/tree-search.ts";
import { searchInDream } from "./pipeline.ts";
import { openSearchPool } from "./search-pool.ts";

describe("searching in a dream on worker threads", { timeout: 120_000 }, () => {
  let recordings: Trajectory[];
  const { signal } = new AbortController();
  beforeAll(async () => {
    recordings = await recordHouse({ solves: false });
  }, 60_000);

  const search = async (workers: number, seeds: number[] = []) => {
    const world = { recordings, origins, placeboSeed: seeds[0] ?? null };
    const states: number[] = [];
    await using pool = openSearchPool({
      world,
      workers,
      signal,
      onTask: ({ done }) => states.push(done),
    });
    const config = SearchConfigSchema.parse({ expansions: 40, solutions: 2 });
    const jobs = tasks.map((task) => ({ task, config }));
    const results = await pool.search(jobs, new CandidatePolicy({}, 1));
    return { results, states };
  };

  it("finds the plans, whatever the number of threads, and reports the progress", async () => {
    const [one, three] = [await search(1), await search(3)];
    expect(one.results).toEqual(three.results);
    expect(one.results.map(({ solutions }) => solutions.length > 0)).toEqual(tasks.map(() => true));
    expect(one.states).toEqual([1, 2, 3, 4]);
  });

  it("finds nothing in the placebo, where each request gets another one's answer", async () => {
    const solved = ({ results }: Awaited<ReturnType<typeof search>>): number =>
      results.filter(({ solutions }) => solutions.length > 0).length;
    expect(solved(await search(1, [3]))).toBeLessThan(tasks.length);
  });

  it("says which task's search failed", async () => {
    await using pool = openSearchPool({
      world: { recordings, origins, placeboSeed: null },
      workers: 1,
      signal,
    });
    const [task] = tasks as [Task];
    const elsewhere = { ...task, id: "lost", sites: ["nowhere"] };
    const searching = pool.search(
      [{ task: elsewhere, config: SearchConfigSchema.parse({}) }],
      new CandidatePolicy({}, 1),
    );
    await expect(searching).rejects.toThrow(ModelError);
    await expect(searching).rejects.toThrow(/search of task "lost" failed/);
  });

  it("stops when aborted", async () => {
    const controller = new AbortController();
    await using pool = openSearchPool({
      world: { recordings, origins, placeboSeed: null },
      workers: 1,
      signal: controller.signal,
      onTask: () => controller.abort(new Error("enough")),
    });
    const jobs = tasks.map((task) => ({ task, config: SearchConfigSchema.parse({}) }));
    await expect(pool.search(jobs, new CandidatePolicy({}, 1))).rejects.toThrow("enough");
  });

  it("trains a policy in the dream that solves the tasks there", async () => {
    const policy = await searchInDream({
      recordings,
      tasks,
      origins,
      workers: 1,
      config: { rounds: 2, search: { expansions: 40, solutions: 2 } },
      clone: { epochs: 12 },
    });
    await using house = await openHouse();
    const env = house.envs[0] as Env;
    const rewards = [];
    for (const task of tasks) {
      const options = { env, policy: policy.greedy(), task, seed: 0, id: task.id, actor: "x" };
      const { score } = await runEpisode({ ...options, source: "real" });
      rewards.push(score?.status === "scored" ? score.value : null);
    }
    expect(rewards).toEqual(tasks.map(() => 1));
  });
});
