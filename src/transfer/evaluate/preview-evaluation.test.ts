import { describe, expect, it } from "vitest";
import type { Task } from "../../core/task.ts";
import type { EpisodeResult } from "../../real/harness/episode-result.ts";
import { EvaluationConfigSchema } from "./evaluation-config.ts";
import { previewEvaluation, type PreviewOptions } from "./preview-evaluation.ts";

/** Every third task writes. */
const tasks = Array.from({ length: 12 }, (_, index): Task => ({
  id: String(index),
  goal: "",
  startUrls: [],
  sites: [index < 6 ? "shop" : "forum"],
  maxSteps: 10,
  checks:
    index % 3 === 2
      ? [
          {
            kind: "network_event",
            events: [{ present: true, method: "POST", url: "http://a.test/" }],
          },
        ]
      : [{ kind: "string_match", exactMatch: "x" }],
  templateId: index % 4,
  world: "",
}));

function preview(more: Partial<PreviewOptions> & { settings?: object } = {}) {
  const { settings = {}, ...options } = more;
  return previewEvaluation({
    tasks,
    config: EvaluationConfigSchema.parse(settings),
    workers: 4,
    isolated: true,
    dependencies: new Map(),
    done: [],
    like: [],
    ...options,
  });
}

describe("the preview of an evaluation", () => {
  it("counts tasks, episodes and the most steps there can be", () => {
    expect(preview({ settings: { trials: 2, maxSteps: 5 } })).toMatchObject({
      tasks: 12,
      templates: 4,
      episodes: 24,
      bySite: { shop: 6, forum: 6 },
      writers: 4,
      maxSteps: 120,
      rounds: 6,
      estimate: null,
    });
  });

  it("knows that tasks wait for those that write to their site, and for dependencies", () => {
    // Each site: two readers, a writer, two readers, a writer.
    expect(preview({ isolated: false }).rounds).toBe(4);
    const chain = new Map(tasks.slice(1).map(({ id }, index) => [id, [String(index)]]));
    expect(preview({ dependencies: chain }).rounds).toBe(12);
  });

  it("estimates the rest from episodes that were played", () => {
    const played = (taskId: string): EpisodeResult => ({
      taskId,
      trial: 1,
      templateId: 0,
      sites: [],
      checks: [],
      seed: 0,
      status: "success",
      error: null,
      reason: "",
      answer: "",
      steps: 1,
      earlyStop: null,
      attempt: 1,
      startedAt: 0,
      seconds: 2,
      usage: { inputTokens: 100, outputTokens: 10, usd: 0.01 },
      episode: "",
    });
    const done = [played("0"), played("1")];
    const { episodes, estimate } = preview({ done, like: done, workers: 1 });
    expect(episodes).toBe(10);
    expect(estimate).toMatchObject({
      seconds: 20,
      inputTokens: 1000,
      outputTokens: 100,
      fromEpisodes: 2,
    });
    expect(estimate?.usd).toBeCloseTo(0.1);
  });
});
