import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { runCli } from "../../../test/support/run-cli.ts";
import { DATA, hasData, TASK_FILE } from "../../../test/support/verified-data.ts";

const folder = mkdtempSync(join(tmpdir(), "score-command-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("dreamgym score", () => {
  it.skipIf(!hasData)(
    "scores a run and prints why a task failed (skipped where ../shared/data is absent)",
    async () => {
      const run = join(folder, "run");
      mkdirSync(join(run, "107"), { recursive: true });
      for (const name of ["agent_response.json", "network.har"])
        copyFileSync(join(DATA, "demo-107", name), join(run, "107", name));
      const { code, result } = await runCli("score", run, "--tasks", TASK_FILE);
      expect([code, result]).toEqual([
        0,
        `${join(run, "107")}: task 107 (shopping_admin): failure, score 0
  agent_response.task_type_mismatch: Expected "retrieve", got "navigate".
  retrieved_data_missing_or_null: Expected data, got none.`,
      ]);
      mkdirSync(join(run, "8"));
      const again = await runCli("score", run, "--tasks", TASK_FILE);
      expect(again.code).toBe(1);
      expect(again.result).toContain("1 of 1 tasks were scored before");
      expect(again.result).toContain("agent_response.json is missing");
      const json = await runCli("score", run, "--tasks", TASK_FILE, "--json");
      expect(JSON.parse(json.result)).toMatchObject([
        { summary: { overall: { total: 1, failure_count: 1 } } },
      ]);
    },
  );

  it("says in one line what it expected", async () => {
    const list = write("tasks.json", "[]");
    const broken = write("broken.json", '[{"task_id": "7"}]');
    const config = write("config.json", '{"environments": {"__GITLAB__": {"urls": 7}}}');
    const said = async (...words: string[]): Promise<string> => {
      const { code, said: line } = await runCli("score", ...words);
      expect(code).toBe(2);
      expect(line).not.toMatch(/\n {4}at /u);
      return line;
    };
    expect(await said(folder, "--tasks", join(folder, "none.json"))).toMatch(
      /Expected webarena-verified\.json at .*none\.json, got ENOENT\. Name it with --tasks\./u,
    );
    expect(await said(folder, "--tasks", broken)).toMatch(/position 0 of .*broken\.json: `sites`/u);
    expect(await said(folder, "--tasks", list)).toMatch(/Expected folders named by task ids in/u);
    expect(await said(join(folder, "x"), "--tasks", list)).toMatch(
      /Expected a folder of a run or of a task at .*x/u,
    );
    expect(await said(folder, "--tasks", list, "--config", config)).toMatch(
      /config\.json: `environments\.__GITLAB__\.urls`/u,
    );
    expect(await said(folder, "--tasks", list, "--profile", "lax")).toMatch(
      /Allowed choices are verified, strict/u,
    );
  });
});
