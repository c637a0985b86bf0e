import { describe, expect, it } from "vitest";
import type { ExperienceModel, OutcomeQuery } from "../core/experience.ts";
import type { Check } from "../core/task.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { visitTask } from "../../test/support/third-site/record-visits.ts";
import { createExperienceEnv, type ExperienceEnv } from "./experience-env.ts";
import type { OwnReward } from "./own-reward.ts";

const page = { kind: "page", url: "http://x.test/", status: 200, redirectStatus: null } as const;

interface Judging {
  ownReward?: OwnReward;
  reward?: 0 | 1 | null;
  checks?: Check[];
  tellsGoal?: boolean;
}

async function play({ reward = 1, checks = [], ...options }: Judging) {
  const asked: OutcomeQuery[] = [];
  const goals: (string | undefined)[] = [];
  const model: ExperienceModel = {
    predict({ goal }) {
      goals.push(goal);
      const next = { ...page, html: "<title>X</title><a href='/a'>A</a>" };
      return { reasoning: "", next, evidence: [], certainty: 1 };
    },
    judgeOutcome(query) {
      asked.push(structuredClone(query));
      return Promise.resolve({ reasoning: "because", reward });
    },
  };
  const env: ExperienceEnv = createExperienceEnv({
    model,
    evaluator: createEvaluator(),
    ...options,
  });
  const task = { ...visitTask("own", { goal: "Say yes", checks }), startUrls: [page.url] };
  await env.reset({ task, seed: 1 });
  const { score } = await env.step({ kind: "stop", answer: "yes" });
  return { score, asked, goals, claim: env.claim };
}

const NO: Check[] = [{ kind: "string_match", exactMatch: "no" }];

describe("the model's own reward", () => {
  it("is not asked for by default, and the model sees no goal", async () => {
    expect(await play({ checks: NO })).toMatchObject({
      asked: [],
      goals: [undefined],
      claim: null,
      score: { value: 0 },
    });
  });

  it("never replaces the verdict of checks", async () => {
    for (const ownReward of ["measured", "where-no-check"] as const) {
      const { score, claim, asked } = await play({ ownReward, checks: NO });
      expect(score).toMatchObject({
        status: "scored",
        value: 0,
        checks: [{ kind: "string_match" }],
      });
      expect(claim).toEqual({ reasoning: "because", reward: 1 });
      expect(asked).toMatchObject([
        { goal: "Say yes", answer: "yes", page: { url: page.url }, session: [{}] },
      ]);
    }
  });

  it("scores a task without checks only where the user says so, and is marked", async () => {
    const checks = [{ kind: "model_reward", detail: "because" }];
    expect((await play({ ownReward: "measured" })).score).toMatchObject({ status: "unscored" });
    expect((await play({ ownReward: "where-no-check" })).score).toMatchObject({
      status: "scored",
      value: 1,
      checks,
    });
    expect((await play({ ownReward: "where-no-check", reward: null })).score).toMatchObject({
      status: "unscored",
      checks,
    });
  });

  it("may come with the goal in every question, as in the paper", async () => {
    expect((await play({ tellsGoal: true })).goals).toEqual(["Say yes"]);
  });
});
