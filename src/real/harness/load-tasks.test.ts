import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TaskError } from "../../core/errors.ts";
import { findTaskConfig, loadTaskConfigs, readTaskFiles } from "./load-tasks.ts";
import { parseTaskConfig } from "../../evaluation/task-config.ts";
import { config } from "../../../test/support/task-configs.ts";

let folder = "";
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "tasks-"))));
afterEach(() => rmSync(folder, { recursive: true }));

function write(name: string, data: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, typeof data === "string" ? data : JSON.stringify(data));
  return file;
}

const numbered = (id: number) => ({ ...config({}), task_id: id });

describe("loadTaskConfigs", () => {
  it("reads a list, a single config, and a folder of both in name order", () => {
    const list = write("b.json", [numbered(3), numbered(1)]);
    const single = write("a.json", numbered(7));
    const ids = (path: string) => loadTaskConfigs(path).map((task) => task.task_id);
    expect(ids(list)).toEqual([3, 1]);
    expect(ids(single)).toEqual([7]);
    expect(ids(folder)).toEqual([7, 3, 1]);
  });

  it("reads a file with a byte order mark and CRLF", () => {
    const text = JSON.stringify([numbered(1)], null, 2).replaceAll("\n", "\r\n");
    expect(loadTaskConfigs(write("mark.json", `\ufeff${text}`))).toHaveLength(1);
  });

  it("names the file, task and field of a fault on one line", () => {
    const file = write("x.json", [numbered(1), { ...numbered(12), max_steps: 0 }]);
    expect(() => loadTaskConfigs(file)).toThrow(TaskError);
    expect(() => loadTaskConfigs(file)).toThrow(/x\.json, task 12, field max_steps: [^\n]+$/);
  });

  it("names the WebArena-Verified format of a file once, even if it has many tasks", () => {
    const verified = { task_id: 1, start_urls: ["__MAP__"], eval: [{ evaluator: "X" }], more: 1 };
    const file = write("verified.json", [verified, { ...verified, task_id: 2 }]);
    const said =
      /^[^\n]*verified\.json: contains tasks in WebArena-Verified's format[^\n]*docs\/tasks\.md shows\.$/;
    expect(() => loadTaskConfigs(file)).toThrow(said);
    expect(() => loadTaskConfigs(write("verified.json", verified))).toThrow(said);
    const subset = write("subset.json", { description: null, task_ids: [3, 4] });
    expect(() => loadTaskConfigs(subset)).toThrow(/subset\.json: contains a list of task ids/);
    expect(() => loadTaskConfigs(write("none.json", {}))).toThrow(/none\.json, entry 0, field/);
  });

  it("reads the other files of a folder that contains another format", () => {
    write("a.json", { task_ids: [1] });
    write("b.json", numbered(7));
    const { tasks, faults } = readTaskFiles(folder);
    expect(tasks.map(({ config: { task_id: id } }) => id)).toEqual([7]);
    expect(faults).toHaveLength(1);
  });

  it("lists the fields that it ignores, and the number of their tasks, on one line", () => {
    const reset = { ...numbered(1), storage_state: null, require_reset: true };
    const quiet = { ...reset, task_id: 3, require_login: false, require_reset: false };
    const notes: string[] = [];
    const note = (line: string): number => notes.push(line);
    loadTaskConfigs(write("asks.json", [reset, numbered(2), quiet]), note);
    expect(notes).toEqual([
      expect.stringMatching(
        /asks\.json: Not acted on, of 3 tasks: require_login \(2\), storage_state \(1\), require_reset \(1\)\.[^\n]+$/,
      ),
    ]);
    loadTaskConfigs(write("quiet.json", [quiet]), note);
    expect(notes).toHaveLength(1);
  });

  it("locates broken JSON, a missing path, an empty folder and a repeated id", () => {
    expect(() => loadTaskConfigs(folder)).toThrow(/expected at least one task, got none/);
    const broken = write("broken.json", "[{");
    expect(() => loadTaskConfigs(broken)).toThrow(/^[^\n]*broken\.json: expected JSON[^\n]*$/);
    expect(() => loadTaskConfigs(join(folder, "none"))).toThrow(
      /task file or folder at [^\n]*none, got nothing\. Check the path\.$/,
    );
    const twice = write("twice.json", [numbered(2), numbered(2)]);
    expect(() => loadTaskConfigs(twice)).toThrow(/got 2 again/);
  });
});

describe("findTaskConfig", () => {
  const configs = [101, 102, 240].map((id) => parseTaskConfig(numbered(id), "here"));

  it("finds a task by its id", () => {
    expect(findTaskConfig(configs, "102").task_id).toBe(102);
  });

  it("suggests the nearest id for an unknown one", () => {
    expect(() => findTaskConfig(configs, "24")).toThrow(
      /one of 3 tasks, got "24"\. Did you mean 240\?/,
    );
    expect(() => findTaskConfig(configs, "103")).toThrow(/Did you mean 102\?/);
  });
});
