/** `dreamgym tasks validate --solve` in Chromium: proven tasks pass, wrong ones fail with a reason. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { taskFile } from "../../fixtures/templates/task-files.ts";
import { loadTaskConfigs } from "../../src/real/harness/load-tasks.ts";
import { runCli } from "../support/run-cli.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "validate-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("dreamgym tasks validate --solve", () => {
  it("distinguishes solved tasks from unsolved ones, and fails for the latter", async () => {
    const task = loadTaskConfigs(taskFile("dev")).find(
      ({ eval: { eval_types: kinds, reference_answers: answers } }) =>
        kinds.join() === "string_match" && answers?.exact_match !== undefined,
    );
    if (task === undefined) expect.fail("a task of dev is judged by an answer alone");
    const path = join(folder, "tasks.json");
    const reference_answers = { exact_match: "an answer that no page holds" };
    const broken = { ...task, task_id: 1, eval: { ...task.eval, reference_answers } };
    writeFileSync(path, JSON.stringify([task, broken]));

    const { code, result } = await runCli("tasks", "validate", path, "--solve", "--json");
    expect(code).toBe(1);
    expect(JSON.parse(result)).toMatchObject({
      proven: false,
      results: [
        { taskId: String(task.task_id), problems: [] },
        {
          taskId: "1",
          problems: [expect.stringContaining("an answer that no page"), expect.any(String)],
        },
      ],
    });
  });

  it("reports a task without a demonstrator as unsolvable, before any browser starts", async () => {
    const [task] = loadTaskConfigs(taskFile("dev"));
    const path = join(folder, "foreign.json");
    writeFileSync(path, JSON.stringify({ ...task, intent_template_id: 3 }));
    const { code, said } = await runCli("tasks", "validate", path, "--solve");
    expect(code).toBe(2);
    expect(said).toMatch(/^dreamgym: Task \d+: expected a template that has a demonstrator.*\n$/);
  });
});
