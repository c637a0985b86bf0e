/** The dream keeps the contract of all environments. Its pages are those that the text browser recorded. */

import { describe, expect, it } from "vitest";
import type { Action } from "../core/action.ts";
import { runEpisode } from "../core/episode.ts";
import { ResetNeededError } from "../core/errors.ts";
import type { Observation } from "../core/observation.ts";
import type { Task } from "../core/task.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { createHttpEnv } from "../text-browser/http/http-env.ts";
import { CONTRACT_PAGES, describeEnvContract } from "../../test/contracts/env-contract.ts";
import { startPageServer } from "../../test/support/page-server.ts";
import { ReplayBuffer } from "./buffer/replay-buffer.ts";
import { createExperienceEnv } from "./experience-env.ts";
import { RetrievalModel } from "./retrieval/retrieval-model.ts";

const TASK: Task = {
  id: "page",
  goal: "Look around.",
  startUrls: ["http://site.test/"],
  sites: ["site"],
  maxSteps: 50,
  checks: [],
  templateId: 1,
  world: "",
};

const evaluator = createEvaluator();

/** A dream of the contract's pages, learned from one walk along their first links. */
async function learnContractPages(): Promise<RetrievalModel> {
  await using server = await startPageServer(CONTRACT_PAGES);
  await using live = createHttpEnv({
    origins: { site: { origin: "http://site.test", address: server.address } },
    evaluator,
  });
  const visit = await runEpisode({
    env: live,
    task: TASK,
    seed: 0,
    id: "visit",
    actor: "script",
    source: "real",
    record: true,
    policy: {
      act: ({ observation }) => {
        const link = observation.nodes.find(({ role }) => role === "link");
        return {
          action:
            link === undefined ? { kind: "stop", answer: "" } : { kind: "click", ref: link.ref },
        };
      },
    },
  });
  return new RetrievalModel({ buffer: new ReplayBuffer([visit]) });
}

describeEnvContract("ExperienceEnv", async () => {
  const model = await learnContractPages();
  return {
    createEnv: () =>
      createExperienceEnv({ model, evaluator, origins: { site: "http://site.test" } }),
    task: TASK,
    countReceived: null,
  };
});

describe("a fork of the dream", () => {
  const follow = (observation: Observation): Action => {
    const link = observation.nodes.find(({ role }) => role === "link");
    return link === undefined ? { kind: "goBack" } : { kind: "click", ref: link.ref };
  };

  it("walks on by itself, and leaves the original where it was", async () => {
    await using env = createExperienceEnv({ model: await learnContractPages(), evaluator });
    const start = await env.reset({ task: TASK, seed: 0 });
    const fork = env.fork();
    const { observation: next } = await fork.step(follow(start));
    expect(next.url).not.toBe(start.url);
    expect((await env.step({ kind: "scroll", direction: "down" })).observation.url).toBe(start.url);
    const again = await env.step(follow(start));
    expect(again.observation).toEqual(next);
    // A fork of a fork goes back through the same history.
    const { observation: back } = await fork.fork().step({ kind: "goBack" });
    expect(back.url).toBe(start.url);
    // The start page, the click, and the page behind it.
    expect(fork.answers).toHaveLength(3);
  });

  it("counts its own steps and keeps the requests of its past", async () => {
    const task: Task = {
      ...TASK,
      maxSteps: 2,
      checks: [{ kind: "url_match", urls: ["http://site.test/"] }],
    };
    await using env = createExperienceEnv({ model: await learnContractPages(), evaluator });
    await env.reset({ task, seed: 0 });
    await env.step({ kind: "scroll", direction: "down" });
    const fork = env.fork();
    const ended = await fork.step({ kind: "stop", answer: "" });
    expect(ended.score).toMatchObject({ status: "scored", value: 1 });
    await expect(fork.step({ kind: "goBack" })).rejects.toThrow(ResetNeededError);
    expect(await env.step({ kind: "scroll", direction: "down" })).toMatchObject({
      truncated: true,
    });
  });

  it("needs a running episode", async () => {
    const env = createExperienceEnv({ model: await learnContractPages(), evaluator });
    expect(() => env.fork()).toThrow(ResetNeededError);
  });
});
