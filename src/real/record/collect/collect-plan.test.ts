import { describe, expect, it } from "vitest";
import type { Task } from "../../../core/task.ts";
import { CollectConfigSchema, planCollection } from "./collect-plan.ts";

const tasks: Task[] = Array.from({ length: 30 }, (_, index) => ({
  id: String(index),
  goal: "",
  startUrls: [],
  sites: [],
  maxSteps: 8,
  checks: [],
  templateId: Math.floor(index / 10),
  world: "A",
}));
const plan = (config: object) => planCollection(CollectConfigSchema.parse(config), tasks);
const count = (episodes: ReturnType<typeof plan>, actor: string): number =>
  episodes.filter((episode) => episode.actor === actor).length;

describe("the plan of a collection", () => {
  it("is the same for the same config, and differs for another seed", () => {
    expect(plan({ seed: 3 })).toEqual(plan({ seed: 3 }));
    expect(plan({ seed: 3 })).not.toEqual(plan({ seed: 4 }));
  });

  it("shows the same share of every template and never more than half", () => {
    const shown = plan({ episodes: 300, demonstratedShare: 0.5 }).filter(
      ({ actor }) => actor !== "random",
    );
    for (const template of [0, 1, 2]) {
      const ids = shown
        .filter(({ task }) => task.templateId === template)
        .map(({ task }) => task.id);
      expect(new Set(ids).size).toBe(5);
    }
    expect(() => plan({ demonstratedShare: 0.6 })).toThrow("demonstratedShare");
  });

  it("demonstrates some templates only, and explores all of them", () => {
    const episodes = plan({ episodes: 300, demonstratedTemplates: 0.67, demonstratedShare: 0.1 });
    const shown = episodes.filter(({ actor }) => actor !== "random");
    expect(new Set(shown.map(({ task }) => task.templateId)).size).toBe(2);
    expect(new Set(shown.map(({ task }) => task.id)).size).toBe(2);
    const explored = episodes.filter(({ actor }) => actor === "random");
    expect(new Set(explored.map(({ task }) => task.templateId)).size).toBe(3);
  });

  it("keeps the mix, demonstrates each task cleanly once, and adds noise to the rest", () => {
    const episodes = plan({
      episodes: 100,
      mix: { demonstrator: 0.5, noisyDemonstrator: 0.1, random: 0.4 },
    });
    expect(episodes).toHaveLength(100);
    expect(count(episodes, "random")).toBe(40);
    expect(count(episodes, "demonstrator")).toBe(15);
    expect(count(episodes, "noisy-demonstrator")).toBe(45);
    const clean = episodes.filter(({ actor }) => actor === "demonstrator");
    expect(new Set(clean.map(({ task }) => task.id)).size).toBe(15);
  });

  it("has about the same mix in its first half, so that a stopped collection is a small one", () => {
    const half = plan({ episodes: 100 }).slice(0, 50);
    expect(count(half, "random")).toBeGreaterThanOrEqual(18);
    expect(count(half, "random")).toBeLessThanOrEqual(22);
  });

  it("starts the same for any number of episodes, so that it can be extended", () => {
    const configs = [
      {},
      { demonstratedShare: 0.1, mix: { demonstrator: 5, noisyDemonstrator: 1, random: 1 } },
      { demonstratedShare: 0, mix: { demonstrator: 1, noisyDemonstrator: 1, random: 1 } },
      { mix: { demonstrator: 0, noisyDemonstrator: 0.3, random: 0 } },
    ];
    for (const config of configs) {
      const long = plan({ ...config, episodes: 90 });
      for (const episodes of [1, 2, 7, 50, 89])
        expect(plan({ ...config, episodes })).toEqual(long.slice(0, episodes));
    }
  });

  it("explores every task if there are no demonstrations", () => {
    const episodes = plan({ episodes: 60, demonstratedShare: 0 });
    expect(count(episodes, "random")).toBe(60);
    expect(new Set(episodes.map(({ task }) => task.id)).size).toBe(30);
  });

  it("throws if there is nothing to collect on or to demonstrate, instead of only exploring", () => {
    const config = CollectConfigSchema.parse({});
    expect(() => planCollection(config, [])).toThrow("Expected tasks to collect on, got none");
    const single = tasks.filter((_, index) => index % 10 === 0);
    expect(() => planCollection(config, single)).toThrow("Expected tasks to demonstrate, got none");
    const mix = { demonstrator: 0, noisyDemonstrator: 0, random: 1 };
    expect(planCollection(CollectConfigSchema.parse({ mix, episodes: 3 }), single)).toHaveLength(3);
  });

  it("gives each episode its own name and seed", () => {
    const episodes = plan({ episodes: 100 });
    expect(new Set(episodes.map(({ id }) => id)).size).toBe(100);
    expect(new Set(episodes.map(({ seed }) => seed)).size).toBe(100);
  });
});
