import { mkdtempSync, rmSync, truncateSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HOUSE_TASKS, recordHouse } from "../../test/support/house-site.ts";
import { RecordingError } from "../core/errors.ts";
import type { Trajectory } from "../core/trajectory.ts";
import type { SearchJob } from "../agent/learning/expert-iteration.ts";
import { SearchConfigSchema } from "../rl/tree-search.ts";
import { keepSearches, type Searched } from "./keep-searches.ts";

let folder: string;
let plans: Trajectory[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "searches-"));
  plans = await recordHouse({ solves: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const config = SearchConfigSchema.parse({});
const jobs: SearchJob[] = HOUSE_TASKS.map((task) => ({ task, config }));
const found = (part: readonly SearchJob[], before: readonly Searched[]): Searched[] =>
  part.map((_, i) => ({
    solutions: plans,
    certainties: plans.map(() => 1),
    expansions: before.length + i,
    answers: 0,
    firstSolvedAt: null,
    isExhausted: false,
    realSteps: 5,
  }));

it("repeats no finished part after a cut, and gives the same results", async () => {
  const path = join(folder, "cut", "round-1.jsonl");
  const searched: number[] = [];
  const keep = (cutAt: number) =>
    keepSearches({
      path,
      jobs,
      partSize: 1,
      search(part, before) {
        if (before.length === cutAt) return Promise.reject(new Error("cut"));
        searched.push(before.length);
        return Promise.resolve(found(part, before));
      },
    });
  await expect(keep(2)).rejects.toThrow("cut");
  const results = await keep(Infinity);
  expect(searched).toEqual([0, 1, 2, 3]);
  expect(results).toEqual(jobs.flatMap((job, i) => found([job], results.slice(0, i))));
  expect(await keep(0)).toEqual(results);
});

it("searches a part again whose line a kill tore", async () => {
  const path = join(folder, "torn.jsonl");
  let searched = 0;
  const options = {
    path,
    jobs,
    partSize: 2,
    search: (part: readonly SearchJob[], before: readonly Searched[]) => {
      searched++;
      return Promise.resolve(found(part, before));
    },
  };
  const whole = await keepSearches(options);
  truncateSync(path, statSync(path).size - 10);
  expect(await keepSearches(options)).toEqual(whole);
  expect(searched).toBe(3);
});

it("refuses searches of other tasks", async () => {
  const path = join(folder, "other.jsonl");
  const search = (part: readonly SearchJob[], before: readonly Searched[]) =>
    Promise.resolve(found(part, before));
  await keepSearches({ path, jobs, partSize: 4, search });
  const others = keepSearches({ path, jobs: jobs.toReversed(), partSize: 4, search });
  await expect(others).rejects.toThrow(RecordingError);
});
