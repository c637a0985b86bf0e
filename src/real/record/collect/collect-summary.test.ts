import { describe, expect, it } from "vitest";
import type { EndedEntry } from "./collect-journal.ts";
import type { PlannedEpisode } from "./collect-plan.ts";
import { summarizeCollection } from "./collect-summary.ts";

const planned = (id: string, templateId: number): PlannedEpisode => ({
  id,
  actor: "random",
  seed: 1,
  task: {
    id,
    goal: "",
    startUrls: [],
    sites: ["shop"],
    maxSteps: 5,
    checks: [],
    templateId,
    world: "A",
  },
});

describe("summarizeCollection", () => {
  it("names only the templates whose every episode was withheld", () => {
    const plan = [planned("a", 1), planned("b", 1), planned("c", 2), planned("d", 2)];
    const ended = [
      { id: "a", outcome: "withheld" },
      { id: "b", outcome: "withheld" },
      { id: "c", outcome: "withheld" },
      { id: "d", outcome: "kept" },
    ].map((entry) => ({
      kind: "ended",
      actor: "random",
      steps: 1,
      requests: 1,
      succeeded: false,
      unscored: false,
      appearances: 0,
      ...entry,
    })) as EndedEntry[];
    expect(summarizeCollection(plan, { ended, interrupted: 0 })).toMatchObject({
      withheld: 3,
      withheldTemplates: [1],
    });
  });
});
