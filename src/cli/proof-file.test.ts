import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Task } from "../core/task.ts";
import { openProofFile } from "./proof-file.ts";

const task: Task = {
  id: "7",
  sites: ["shop"],
  startUrls: ["http://shop.test/"],
  goal: "Say the price.",
  maxSteps: 8,
  checks: [{ kind: "string_match", exactMatch: "9" }],
  templateId: 1,
  world: "A",
};
const proven = { taskId: "7", steps: 3, problems: [] };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "proofs-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("openProofFile", () => {
  it("knows a proven task again, not one that failed, was changed since or wants more runs", async () => {
    const path = join(folder, "proofs.jsonl");
    {
      using file = await openProofFile(path, 2);
      file.add({ ...task, id: "8" }, { taskId: "8", steps: 1, problems: ["not solved"] });
      file.add(task, proven);
    }
    appendFileSync(path, '{"taskId":"torn');
    using file = await openProofFile(path, 2);
    expect(file.find(task)).toEqual(proven);
    expect(file.find({ ...task, id: "8" })).toBeUndefined();
    expect(file.find({ ...task, goal: "Say the weight." })).toBeUndefined();
    using stricter = await openProofFile(path, 3);
    expect(stricter.find(task)).toBeUndefined();
  });
});
