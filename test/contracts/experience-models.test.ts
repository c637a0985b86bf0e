/** All experience models keep the contract of experience models, and so do the questions to them. */

import { describe, expect, expectTypeOf, it, vi } from "vitest";
import type { ExperienceModel, ExperienceQuery } from "../../src/core/experience.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { ReplayBuffer } from "../../src/synthetic/buffer/replay-buffer.ts";
import { createExperienceEnv } from "../../src/synthetic/experience-env.ts";
import { RetrievalModel } from "../../src/synthetic/retrieval/retrieval-model.ts";
import { MODEL_MAKERS } from "../support/model-makers.ts";
import {
  playVisit,
  recordVisit,
  type Step,
  visitTask,
} from "../support/third-site/record-visits.ts";
import { recordVisits, seenSeeds, unseenSeeds } from "../support/third-site/visits.ts";
import { describeExperienceModelContract } from "./experience-model-contract.ts";

/** Passes questions on to a model and keeps a copy of each. */
function keepQueries(model: ExperienceModel, kept: ExperienceQuery[]): ExperienceModel {
  return {
    predict(query) {
      kept.push(structuredClone(query));
      return model.predict(query);
    },
  };
}

const GOAL = "Find the seed that nobody else may know of";

/** The questions of a dream of this site, in an episode with looks, changes, scripts and unknown pages. */
async function askInDream(recordings: readonly Trajectory[]): Promise<ExperienceQuery[]> {
  const model = new RetrievalModel({ buffer: new ReplayBuffer(recordings) });
  const queries: ExperienceQuery[] = [];
  const env = createExperienceEnv({
    model: keepQueries(model, queries),
    evaluator: createEvaluator(),
  });
  const [seen] = seenSeeds();
  const [unseen] = unseenSeeds();
  if (seen === undefined || unseen === undefined) expect.fail("the site has seeds of both sorts");
  const steps: Step[] = [
    `link ${seen.bed}`,
    `link ${seen.name}`,
    "tab Harvest",
    "button One more",
    "button Put in basket",
    `link ${unseen.bed}`,
    `link ${unseen.name}`,
    "button Put in basket",
    "searchbox Words = cedar",
    "button Find",
    `searchbox Words = ${unseen.name}`,
    "button Find",
    "searchbox Words = Cobalt Lovage",
    "button Find",
    "goto /a/b/c/d/e",
  ];
  const task = visitTask("ask", {
    goal: GOAL,
    checks: [{ kind: "string_match", exactMatch: "the answer" }],
  });
  await playVisit(env, "ask", steps, task);
  return queries;
}

/** Queries that each find one thing: only the rest of the site shows what an entry of a listing is. */
async function recordFinds(): Promise<Trajectory[]> {
  const finds: Trajectory[] = [];
  for (const { name, slug } of seenSeeds().slice(0, 4))
    finds.push(await recordVisit(`find-${slug}`, [`searchbox Words = ${name}`, "button Find"]));
  return finds;
}

const recorded = recordVisits();

async function open(): Promise<{
  recordings: [Trajectory[], Trajectory[]];
  queries: ExperienceQuery[];
}> {
  const finds = await recordFinds();
  const visits = [...(await recorded), ...finds];
  return { recordings: [visits, finds], queries: await askInDream(visits) };
}

/** The makers from modules of their own. */
async function loadMakers(): Promise<typeof MODEL_MAKERS> {
  vi.resetModules();
  return (await import("../support/model-makers.ts")).MODEL_MAKERS;
}

for (const [name, createModel] of Object.entries(MODEL_MAKERS))
  describeExperienceModelContract(name, async () => ({
    createModel,
    loadMaker: async () => (await loadMakers())[name] ?? expect.fail(`no maker of ${name}`),
    ...(await open()),
  }));

describe("a question to an experience model", () => {
  it("holds session, page and cause, and by default nothing else about the task", async () => {
    expectTypeOf<keyof ExperienceQuery>().toEqualTypeOf<"session" | "page" | "cause" | "goal">();
    const queries = await askInDream(await recorded);
    expect(queries.length).toBeGreaterThan(10);
    for (const query of queries) {
      expect(Object.keys(query).toSorted()).toEqual(["cause", "page", "session"]);
      const text = JSON.stringify(query);
      expect(text).not.toContain(GOAL);
      expect(text).not.toContain("the answer");
    }
  });
});
