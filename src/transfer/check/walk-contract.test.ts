import { describe, expect, it } from "vitest";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import type { ExperienceModel } from "../../core/experience.ts";
import { runEpisode } from "../../core/episode.ts";
import type { Task } from "../../core/task.ts";
import { compareContracts } from "../../synthetic/measure/action-contract.ts";
import { createExperienceEnv, type ExperienceEnv } from "../../synthetic/experience-env.ts";
import { findWrongActions } from "./wrong-actions.ts";
import { walkContract } from "./walk-contract.ts";

const ORIGIN = "http://site.test";
const task: Task = {
  id: "1",
  goal: "Look around.",
  startUrls: [`${ORIGIN}/`],
  sites: ["site"],
  maxSteps: 8,
  checks: [],
  templateId: 1,
  world: "",
};

/** A world whose every page is this one. */
function worldOf(body: string): ExperienceEnv {
  const model: ExperienceModel = {
    predict: ({ cause }) => ({
      reasoning: "",
      next:
        cause.kind === "event"
          ? { kind: "unchanged" }
          : {
              kind: "page",
              url: cause.request.url,
              status: 200,
              redirectStatus: null,
              html: `<!doctype html><html><head><title>x</title></head><body>${body}</body></html>`,
            },
      evidence: [],
      certainty: 1,
    }),
  };
  return createExperienceEnv({ model, evaluator: createEvaluator(), origins: { site: ORIGIN } });
}

const BODY =
  '<a href="/a">A</a><button disabled>Off</button><select aria-label="Size"><option>S</option></select>';

async function compare(real: string, dreamed: string, budget = 60) {
  const actions = [
    { kind: "scroll", direction: "down" },
    { kind: "goto", url: `${ORIGIN}/a` },
    { kind: "stop", answer: "" },
  ] as const;
  let at = 0;
  const episode = await runEpisode({
    env: worldOf(real),
    policy: { act: () => ({ action: actions[at++] as (typeof actions)[number] }) },
    task,
    seed: 1,
    id: "walk",
    actor: "script",
    source: "real",
  });
  const said = await walkContract({
    real: worldOf(real),
    dream: worldOf(dreamed),
    tasks: new Map([["1", task]]),
    episodes: Array.from({ length: 12 }, (_, i) => ({ ...episode, id: `walk-${i}` })),
    budget,
  });
  return { said, contract: compareContracts(said) };
}

describe("walkContract", () => {
  it("finds one contract where both worlds are the same", async () => {
    const { contract, said } = await compare(BODY, BODY);
    expect(contract.agreement).toMatchObject({ share: 1 });
    expect(contract.sameRefusal).toBeGreaterThan(20);
    expect(new Set(said.map(({ what }) => what)).size).toBeGreaterThan(8);
  });

  it("finds a button that is off in reality alone", async () => {
    const { contract } = await compare(BODY, BODY.replace(" disabled", ""));
    expect(contract.onlyDreamAccepts).toBeGreaterThan(0);
    expect(contract.disagreements[0]).toMatchObject({
      what: "click on a disabled element",
      real: "Element […] is disabled.",
      dreamed: null,
    });
  });

  it("ends with its budget", async () => {
    expect((await compare(BODY, BODY, 7)).said).toHaveLength(7);
  });
});

describe("findWrongActions", () => {
  it("makes only actions that a browser refuses", async () => {
    const env = worldOf(BODY);
    const observation = await env.reset({ task: { ...task, maxSteps: 100 }, seed: 1 });
    const mistakes = findWrongActions(observation, false);
    for (const { what, action } of mistakes) {
      const { observation: after } = await env.step(action);
      expect(after.lastActionError, what).not.toBeNull();
    }
    expect(mistakes.length).toBeGreaterThan(9);
  });
});
