import { appendFileSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openCollectJournal } from "./collect-journal.ts";
import type { PlannedEpisode } from "./collect-plan.ts";
import { summarizeCollection } from "./collect-summary.ts";

let path: string;

beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), "journal-")), "journal.jsonl");
});

function planned(id: string, taskId = "1"): PlannedEpisode {
  const task = {
    id: taskId,
    goal: "",
    startUrls: [],
    sites: [],
    maxSteps: 8,
    checks: [],
    templateId: 1,
    world: "A",
  };
  return { id, actor: "demonstrator", task, seed: 1 };
}

function ended(id: string, outcome: "kept" | "withheld" | "failed") {
  const counts = { steps: 3, requests: 5, appearances: 2 };
  const actor = "demonstrator" as const;
  return { id, actor, outcome, ...counts, succeeded: true, unscored: false };
}

describe("the journal of a collection", () => {
  it("knows after a kill which episodes were done and which were running", async () => {
    {
      using journal = await openCollectJournal(path);
      journal.start(planned("a"));
      journal.end(ended("a", "kept"));
      journal.start(planned("b"));
      appendFileSync(path, '{"kind":"ended","id":"b"'); // killed in the middle of a line
    }
    using journal = await openCollectJournal(path);
    expect(journal.isSettled(planned("a"))).toBe(true);
    expect(journal.isSettled(planned("b"))).toBe(false);
    expect(journal.interrupted).toBe(1);
  });

  it("still counts an episode as interrupted after its rerun", async () => {
    {
      using journal = await openCollectJournal(path);
      journal.start(planned("a"));
    }
    {
      using journal = await openCollectJournal(path);
      journal.start(planned("a"));
      journal.end(ended("a", "kept"));
    }
    using journal = await openCollectJournal(path);
    expect(journal.interrupted).toBe(1);
    expect(journal.isSettled(planned("a"))).toBe(true);
  });

  it("retries a failed episode once, across restarts", async () => {
    {
      using journal = await openCollectJournal(path);
      journal.end(ended("a", "failed"));
      expect(journal.isSettled(planned("a"))).toBe(false);
    }
    using journal = await openCollectJournal(path);
    journal.end(ended("a", "failed"));
    expect(journal.isSettled(planned("a"))).toBe(true);
  });

  it("records an episode again if its recording is gone, and keeps its cost", async () => {
    {
      using journal = await openCollectJournal(path);
      journal.end(ended("a", "kept"));
      journal.lose("a");
      expect(journal.isSettled(planned("a"))).toBe(false);
    }
    using journal = await openCollectJournal(path);
    expect(journal.isSettled(planned("a"))).toBe(false);
    journal.end(ended("a", "kept"));
    expect(journal.isSettled(planned("a"))).toBe(true);
    expect(summarizeCollection([planned("a")], journal)).toMatchObject({ episodes: 1, steps: 6 });
  });

  it("separates kept totals from spent totals", async () => {
    using journal = await openCollectJournal(path);
    journal.end(ended("a", "kept"));
    journal.end(ended("b", "failed"));
    journal.end(ended("c", "withheld"));
    const summary = summarizeCollection(
      ["a", "b", "c"].map((id) => planned(id)),
      journal,
    );
    expect(summary).toMatchObject({
      planned: 3,
      episodes: 1,
      steps: 9,
      requests: 15,
      failed: 1,
      withheld: 1,
      demonstratedTasks: 1,
      appearances: 2,
    });
    expect(summary.actors.demonstrator).toEqual({
      episodes: 1,
      steps: 3,
      successes: 1,
      unscored: 0,
    });
  });
});
