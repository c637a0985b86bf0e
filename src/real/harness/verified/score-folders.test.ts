import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { DATA, hasData, readDemo, TASK_FILE } from "../../../../test/support/verified-data.ts";
import { ADDRESSES, goldEpisode } from "../../../../test/support/verified-gold.ts";
import { loadVerifiedTasks } from "./load-verified-tasks.ts";
import { scoreFolders, type ScoreFoldersOptions, type ScoredFolder } from "./score-folders.ts";
import { versionsFor } from "./versions.ts";
import { formatAddressConfig } from "./address-config.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeRun(): string {
  const folder = mkdtempSync(join(tmpdir(), "score-folders-"));
  folders.push(folder);
  return folder;
}

describe.skipIf(!hasData)("scoreFolders (skipped where ../shared/data is absent)", () => {
  const tasks = hasData ? loadVerifiedTasks(TASK_FILE) : { byId: new Map(), checksum: "" };
  const score = (run: string, options: Partial<ScoreFoldersOptions> = {}): ScoredFolder => {
    const [scored] = scoreFolders([run], {
      tasks,
      addresses: ADDRESSES,
      profile: "verified",
      versions: versionsFor(tasks.checksum),
      again: false,
      signal: new AbortController().signal,
      onProgress: () => {},
      now: () => 0,
      ...options,
    });
    return scored as ScoredFolder;
  };
  const writeGold = (run: string, id: number): void => {
    const { response, entries } = goldEpisode(tasks.byId.get(id) as never);
    mkdirSync(join(run, String(id)));
    writeFileSync(join(run, String(id), "agent_response.json"), response);
    writeFileSync(join(run, String(id), "network.har"), JSON.stringify({ log: { entries } }));
  };

  it("gives the reference's verdict on its own demo, in the reference's form", () => {
    const run = makeRun();
    cpSync(join(DATA, "demo-107"), join(run, "107"), { recursive: true });
    rmSync(join(run, "107", "eval_result.json"), { force: true });
    score(run, { addresses: null });
    const ours = JSON.parse(readFileSync(join(run, "107", "eval_result.json"), "utf8")) as Record<
      string,
      unknown
    >;
    const theirs = JSON.parse(readDemo("eval_result.json")) as Record<string, unknown>;
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(Object.keys(theirs)));
    for (const name of [
      "task_id",
      "intent_template_id",
      "sites",
      "task_revision",
      "status",
      "score",
      "webarena_verified_data_checksum",
    ])
      expect(ours[name], name).toEqual(theirs[name]);
    const outline = (result: Record<string, unknown>): unknown =>
      (result["evaluators_results"] as Record<string, unknown>[]).map((check) => ({
        name: check["evaluator_name"],
        status: check["status"],
        found: check["actual_normalized"],
        expected: check["expected"],
        assertions: (check["assertions"] as { assertion_name: string }[]).map(
          (one) => one.assertion_name,
        ),
      }));
    expect(outline(ours)).toEqual(outline(theirs));
  });

  it("summarizes a run, and names what it had to skip or could not score", () => {
    const run = makeRun();
    for (const id of [0, 7, 44]) writeGold(run, id);
    writeFileSync(join(run, "7", "network.har"), '{"log":');
    mkdirSync(join(run, "9"));
    mkdirSync(join(run, "5000"));
    const { skipped, summary, tasks: scored } = score(run);
    expect(skipped.map(({ reason }) => reason)).toEqual([
      "agent_response.json is missing",
      "the task file has no task with this id",
    ]);
    expect(summary.overall).toMatchObject({
      total: 3,
      success_count: 2,
      error_count: 1,
      failed_or_error_count: 1,
    });
    expect(summary.per_site["gitlab"]).toMatchObject({ total: 1, success_task_ids: [44] });
    expect(scored[1]?.verdict.error_msg).toMatch(/network\.har, got text that is not JSON/u);
    const file = JSON.parse(readFileSync(join(run, "eval_results.json"), "utf8")) as Record<
      string,
      unknown
    >;
    expect(file).toMatchObject({ timestamp: "1970-01-01T00:00:00.000Z", summary });
  });

  it("keeps the verdicts of files that have not changed, and scores the others again", () => {
    const run = makeRun();
    for (const id of [0, 44]) writeGold(run, id);
    expect(score(run).kept).toBe(0);
    const again = score(run);
    expect([again.kept, again.summary.overall.success_count]).toEqual([2, 2]);
    writeFileSync(join(run, "0", "agent_response.json"), "{}");
    const changed = score(run);
    expect([changed.kept, changed.summary.overall.success_count]).toEqual([1, 1]);
    expect(score(run, { again: true }).kept).toBe(0);
    expect(score(run, { profile: "strict" }).kept).toBe(0);
  });

  it("takes the addresses of the folder's own config", () => {
    const run = makeRun();
    writeGold(run, 44);
    // Without them the last page would be guessed to be a site of its own.
    writeFileSync(
      join(run, "44", "run_config.json"),
      formatAddressConfig({ gitlab: ["http://nowhere.example"] }),
    );
    expect(score(run, { addresses: null }).summary.overall.success_count).toBe(0);
    writeFileSync(join(run, "44", "run_config.json"), formatAddressConfig(ADDRESSES));
    expect(score(run, { addresses: null }).summary.overall.success_count).toBe(1);
  });

  it("scores the folder of a single task without a summary of a run", () => {
    const run = makeRun();
    writeGold(run, 44);
    expect(score(join(run, "44")).summary.overall.total).toBe(1);
    expect(existsSync(join(run, "eval_results.json"))).toBe(false);
    expect(() => score(join(run, "no-such"))).toThrow(/Expected a folder of a run or of a task/u);
  });
});
