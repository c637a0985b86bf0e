/** Variations made from real recordings: what the gate lets in is true on the live site. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundledSites, SITE_URLS } from "../fixtures/index.ts";
import { runEpisode } from "../src/core/episode.ts";
import { createRandom } from "../src/core/random.ts";
import type { Task } from "../src/core/task.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import type { ChatRequest } from "../src/llm/chat-model.ts";
import { createScriptedModel } from "../src/llm/scripted.ts";
import { ReplayBuffer } from "../src/synthetic/buffer/replay-buffer.ts";
import {
  createVariations,
  type CreateVariationsOptions,
} from "../src/synthetic/curriculum/create-variations.ts";
import { isSolved, planOf, playPlan } from "../src/synthetic/curriculum/plan.ts";
import { solveByAnalogy } from "../src/synthetic/curriculum/solve-by-analogy.ts";
import type { Variation } from "../src/synthetic/curriculum/variation.ts";
import { createGoalProposer } from "../src/synthetic/reasoning/propose-goals.ts";
import { createExperienceEnv, type ExperienceEnv } from "../src/synthetic/experience-env.ts";
import { createRetrievalModel } from "../src/synthetic/retrieval/create-retrieval-model.ts";
import { type HttpSites, openSitesOverHttp } from "./support/http-sites.ts";

/** Upvote a post; comment on a post; how many comments has a post. */
const TEMPLATES = [208, 211, 219];
const SHOWN = 2;

const site = createBundledSites({ sites: ["reddit"] });
const tasks = (site.tasks["train"] ?? []).filter(({ templateId }) =>
  TEMPLATES.includes(templateId),
);
const heldOut = site.heldOut.names.map((name) => name.toLowerCase());
const isHeldOut = (text: string): boolean =>
  heldOut.some((name) => text.toLowerCase().includes(name));

/** Writes one goal for each name of a prompt about tasks with one value. */
function fillPattern({ messages }: ChatRequest): string {
  const prompt = messages.at(-1)?.content ?? "";
  const pattern = JSON.parse(/# The kind of task\n(.*)/.exec(prompt)?.[1] ?? '""') as string;
  const names = JSON.parse(`[${/^value 1: (.*)$/m.exec(prompt)?.[1] ?? ""}]`) as string[];
  return JSON.stringify({ goals: names.map((name) => pattern.replace("{value 1}", name)) });
}

describe("variations of recorded tasks", () => {
  let live: HttpSites;
  let env: ExperienceEnv;
  let buffer: ReplayBuffer;
  const episodes: Trajectory[] = [];
  let variations: Variation[] = [];
  const vary = (more: Pick<CreateVariationsOptions, "propose"> = {}): Promise<Variation[]> =>
    createVariations({
      ...more,
      buffer,
      tasks,
      episodes,
      env,
      isHeldOut,
      config: { perTemplate: 3 },
      random: createRandom(1),
    });

  const demonstrate = (task: Task): Promise<Trajectory> =>
    runEpisode({
      env: live.envs[0] as HttpSites["envs"][number],
      task,
      policy: site.createDemonstrator(task),
      seed: 0,
      id: task.id,
      actor: "demonstrator",
      source: "real",
      record: true,
    });

  beforeAll(async () => {
    live = await openSitesOverHttp(["reddit"]);
    for (const template of TEMPLATES)
      for (const task of tasks.filter(({ templateId }) => templateId === template).slice(0, SHOWN))
        episodes.push(await demonstrate(task));
    buffer = new ReplayBuffer(episodes);
    const model = await createRetrievalModel({ buffer });
    env = createExperienceEnv({ model, evaluator: createEvaluator(), origins: SITE_URLS });
    variations = await vary();
  }, 180_000);
  afterAll(async () => {
    await env[Symbol.asyncDispose]();
    await live[Symbol.asyncDispose]();
  });

  it("come in every kind that the recordings allow", () => {
    const kinds = new Set(variations.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(["composition", "hindsight", "other-entity", "shorter"]);
  });

  it("are solved on the live site by the plans that were proved in the dream", async () => {
    const [http] = live.envs;
    const failed: string[] = [];
    for (const { task, solution } of variations) {
      const played =
        http === undefined ? null : await playPlan(http, task, planOf(solution), "live");
      if (!isSolved(played)) failed.push(task.goal);
    }
    expect(failed).toEqual([]);
  });

  it("name nothing that is held out, and no task twice", () => {
    expect(variations.filter(({ task }) => isHeldOut(JSON.stringify(task)))).toEqual([]);
    const names = [...tasks, ...variations.map(({ task }) => task)].map(
      ({ goal, startUrls }) => `${goal} ${startUrls.join()}`,
    );
    expect(new Set(names).size).toBe(names.length);
  });

  it("are the same each time", async () => {
    expect(await vary()).toEqual(variations);
  });

  it("may be written by a language model, and pass the same gate", async () => {
    const chat = createScriptedModel(fillPattern);
    const both = await vary({ propose: createGoalProposer({ chat, count: 12 }) });
    const reasoned = both.filter(({ kind }) => kind === "reasoned");
    expect(reasoned.length).toBeGreaterThan(0);
    expect(reasoned.filter(({ task }) => isHeldOut(JSON.stringify(task)))).toEqual([]);
    const [http] = live.envs;
    for (const { task, solution } of reasoned)
      expect(isSolved(http ? await playPlan(http, task, planOf(solution), "live") : null)).toBe(
        true,
      );
  });

  it("leave the plans of recorded tasks to solve the others of their templates", async () => {
    // The dream knows the pages of all episodes, and the solver the plans of all but one.
    const [unknown, ...known] = episodes;
    const solved = await solveByAnalogy({ buffer, tasks, episodes: known, env });
    expect(solved.map(({ taskId }) => taskId)).toContain(unknown?.taskId);
    const shown = new Set(known.map(({ taskId }) => taskId));
    expect(solved.filter(({ taskId }) => shown.has(taskId))).toEqual([]);
    expect(solved.every(isSolved)).toBe(true);
  });
});
