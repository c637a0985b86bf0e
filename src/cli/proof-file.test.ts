import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTaskConfig } from "../evaluation/task-config.ts";
import { openProofFile } from "./proof-file.ts";

const task = parseTaskConfig(
  {
    task_id: 7,
    sites: ["shop"],
    start_url: "http://shop.test/",
    intent: "Say the price.",
    intent_template: "Say the price.",
    intent_template_id: 1,
    instantiation_dict: {},
    require_login: false,
    storage_state: null,
    geolocation: null,
    require_reset: false,
    eval: {
      eval_types: ["string_match"],
      reference_answers: { exact_match: "9" },
      reference_url: "",
      program_html: [],
    },
  },
  "test",
);
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
      file.add({ ...task, task_id: 8 }, { taskId: "8", steps: 1, problems: ["not solved"] });
      file.add(task, proven);
    }
    appendFileSync(path, '{"taskId":"torn');
    using file = await openProofFile(path, 2);
    expect(file.find(task)).toEqual(proven);
    expect(file.find({ ...task, task_id: 8 })).toBeUndefined();
    expect(file.find({ ...task, intent: "Say the weight." })).toBeUndefined();
    using stricter = await openProofFile(path, 3);
    expect(stricter.find(task)).toBeUndefined();
  });
});
