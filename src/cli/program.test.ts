import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli as run } from "../../test/support/run-cli.ts";

function write(name: string, text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), "cli-")), name);
  writeFileSync(path, text);
  return path;
}

describe("the command line", () => {
  it("refuses an unknown flag, names the nearest one, and exits with 2", async () => {
    const { code, said } = await run("collect", "--episods", "3");
    expect(code).toBe(2);
    expect(said).toContain("Did you mean --episodes?");
    expect(said).toContain("dreamgym collect --help");
  });

  it("refuses an unknown command in the same way", async () => {
    const { code, said } = await run("colect");
    expect(code).toBe(2);
    expect(said).toContain("Did you mean collect?");
  });

  it.each([
    ["quickstart"],
    ["collect"],
    ["dream"],
    ["dream", "check"],
    ["evaluate"],
    ["compare"],
    ["report"],
    ["sites"],
    ["tasks"],
    ["tasks", "list"],
    ["tasks", "show"],
    ["tasks", "stats"],
    ["tasks", "validate"],
    ["doctor"],
  ])("shows help with an example of %s %s and exits with 0", async (...words) => {
    const { code, result } = await run(...words, "--help");
    expect(code).toBe(0);
    expect(result).toMatch(new RegExp(`Examples?:\n  dreamgym ${words.join(" ")}`));
  });

  it.each([
    ["a split that is not there", { evaluate: [{ split: "nope", tasks: 3, points: "all" }] }],
    ["a site that is not there", { sites: ["shoping"] }],
    ["worlds that the tasks are not of", { worlds: { A: 3, B: 2 } }],
    ["the same seed twice", { seeds: [1, 1] }],
  ])("refuses to compare on %s before anything is done", async (_what, config) => {
    const path = write("compare.json", JSON.stringify(config));
    const out = join(mkdtempSync(join(tmpdir(), "cli-")), "run");
    const { code, said } = await run("compare", "--config", path, "--out", out);
    expect(code).toBe(2);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(existsSync(out)).toBe(false);
  });

  it.each([
    ["an unknown task id", ["tasks", "show", "999999999"], "Did you mean"],
    ["a path without tasks", ["tasks", "list", "/no/tasks.json"], "Check the path."],
    [
      "a browser that is not there",
      ["collect", "--out", join(mkdtempSync(join(tmpdir(), "cli-")), "run"), "--browser", "/no/it"],
      "no such file",
    ],
    ["a run folder that cannot be", ["collect", "--out", "/proc/run"], "--out"],
    ["recordings that are not there", ["dream", "--from", "/no/run"], "dreamgym collect"],
    ["a folder without recordings", ["dream", "--from", "docs"], "got none"],
    ["a split that is not there", ["tasks", "validate", "--split", "nope"], "heldout-world"],
    ["a split to list that is not there", ["tasks", "list", "--split", "nope"], "heldout-world"],
    ["--write without --solve", ["tasks", "validate", "--write"], "--solve"],
    ["a text that cannot be written", ["dream", "--out", "/no/dream.md"], "--out"],
    ["a config file that is not there", ["collect", "--config", "/no.json"], "/no.json"],
  ])("tells %s in one line without a stack", async (_what, words, part) => {
    const { code, said } = await run(...words);
    expect(code).toBeGreaterThan(0);
    expect(said.trim().split("\n")).toHaveLength(1);
    expect(said).toContain(part);
  });

  it("names file and key of a config that does not fit", async () => {
    const path = write("collect.json", '{"mix": {"randm": 1}}');
    const { code, said } = await run("collect", "--config", path);
    expect(code).toBe(2);
    expect(said).toMatch(/collect\.json: `mix`: .*randm/);
  });

  it("names file, task and field of a task that does not fit", async () => {
    const path = write("tasks.json", '[{"task_id": 7}]');
    const { code, said } = await run("tasks", "validate", path);
    expect(code).toBe(2);
    expect(said).toMatch(/tasks\.json, task 7, field/);
    // All that is missing, a line each.
    expect(said.trim().split("\n").length).toBeGreaterThan(4);
  });

  it("prints the first faults of each kind where there are very many, and all with --json", async () => {
    const tasks = Array.from({ length: 50 }, (_, id) => ({ task_id: id, intent: id }));
    const path = write("tasks.json", JSON.stringify(tasks));
    const { code, said } = await run("tasks", "validate", path);
    expect(code).toBe(2);
    expect(said.trim().split("\n").length).toBeLessThan(60);
    expect(said).toMatch(/field intent: 50\n.*task 0, field intent.*\n.*task 1, .*\n.*and 48 more/);
    const all = JSON.parse((await run("tasks", "validate", path, "--json")).result) as {
      faults: string[];
    };
    expect(said).toContain(`${all.faults.length} faults`);
    expect(all.faults.filter((fault) => fault.includes("field intent:"))).toHaveLength(50);
  });

  it("counts the tasks that come with it", async () => {
    const { code, result } = await run("tasks", "validate", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(result)).toMatchObject({ splits: { train: expect.any(Number) } });
  });
});
