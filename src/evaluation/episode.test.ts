import { describe, expect, it } from "vitest";
import { ResetNeededError } from "../core/errors.ts";
import type { EpisodeOutcome } from "../core/evaluator.ts";
import type { Observation } from "../core/observation.ts";
import type { SiteRequest } from "../core/site-request.ts";
import type { Task } from "../core/task.ts";
import { createEpisode, type StepOutcome } from "./episode.ts";

const task: Task = {
  id: "1",
  goal: "Do it",
  startUrls: ["http://shop.test/"],
  sites: ["shop"],
  maxSteps: 2,
  checks: [],
  templateId: 1,
  world: "",
};

const observation = (url: string): Observation => ({
  url,
  title: "",
  nodes: [],
  tabs: [],
  lastActionError: null,
});

const request = (url: string): SiteRequest => ({
  kind: "document",
  method: "GET",
  url,
  fields: null,
  status: 200,
  redirect: null,
});

function play() {
  const outcomes: EpisodeOutcome[] = [];
  const episode = createEpisode({
    task,
    startRequests: [request("http://shop.test/")],
    evaluator: {
      evaluate: async (_task, outcome) => {
        outcomes.push(outcome);
        return { status: "scored", value: 1, checks: [] };
      },
    },
  });
  const step = (url: string): StepOutcome => ({
    observation: observation(url),
    requests: [request(url)],
    end: async () => ({
      finalPage: { url, html: "" },
      finalMarkup: "",
      probe: { open: async () => ({ page: null, reason: "" }) },
    }),
  });
  return { episode, step, outcomes };
}

describe("createEpisode", () => {
  it("scores when the agent stops, with its answer and every request since the start", async () => {
    const { episode, step, outcomes } = play();
    const first = await episode.finishStep({ kind: "goBack" }, step("http://shop.test/a"));
    expect(first).toMatchObject({ reward: 0, terminated: false, truncated: false, score: null });
    const last = await episode.finishStep(
      { kind: "stop", answer: "blue" },
      { ...step("http://shop.test/a"), requests: [] },
    );
    expect(last).toMatchObject({ reward: 1, terminated: true, truncated: false });
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ answer: "blue", finalUrl: "http://shop.test/a" });
    expect(outcomes[0]?.requests.map(({ url }) => url)).toEqual([
      "http://shop.test/",
      "http://shop.test/a",
    ]);
  });

  it("truncates at the step limit and scores with no answer", async () => {
    const { episode, step, outcomes } = play();
    await episode.finishStep({ kind: "goBack" }, step("http://shop.test/a"));
    const last = await episode.finishStep({ kind: "goBack" }, step("http://shop.test/b"));
    expect(last).toMatchObject({ terminated: false, truncated: true, reward: 1 });
    expect(outcomes[0]?.answer).toBe("");
  });

  it("calls a stop at the step limit terminated, not truncated", async () => {
    const { episode, step } = play();
    await episode.finishStep({ kind: "goBack" }, step("http://shop.test/a"));
    const last = await episode.finishStep({ kind: "stop", answer: "" }, step("http://shop.test/a"));
    expect(last).toMatchObject({ terminated: true, truncated: false });
  });

  it("refuses steps after the end", async () => {
    const { episode, step } = play();
    await episode.finishStep({ kind: "stop", answer: "" }, step("http://shop.test/"));
    expect(episode.isRunning).toBe(false);
    expect(() => episode.admit({ kind: "goBack" })).toThrow(ResetNeededError);
    await expect(episode.finishStep({ kind: "goBack" }, step("http://shop.test/"))).rejects.toThrow(
      ResetNeededError,
    );
  });

  it("gives no reward for an episode that could not be scored", async () => {
    const { step } = play();
    const episode = createEpisode({
      task,
      startRequests: [],
      evaluator: {
        evaluate: async () => ({ status: "unscored", reason: "no page", checks: [] }),
      },
    });
    const result = await episode.finishStep(
      { kind: "stop", answer: "" },
      step("http://shop.test/"),
    );
    expect(result).toMatchObject({ reward: 0, score: { status: "unscored" } });
  });

  it("ends where the page ends it, without an answer", async () => {
    const { episode, step, outcomes } = play();
    const click = { kind: "click", ref: "1" } as const;
    const result = await episode.finishStep(click, { ...step("http://shop.test/a"), isOver: true });
    expect(result).toMatchObject({ terminated: true, truncated: false, reward: 1 });
    expect(outcomes.map(({ answer }) => answer)).toEqual([""]);
    expect(episode.isRunning).toBe(false);
  });
});
