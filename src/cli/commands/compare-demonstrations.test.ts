import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../../../test/support/run-cli.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "compare-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("says that nothing will be there to clone, before it records anything", async () => {
  const task = (id: number, split: string) => ({
    task_id: id,
    intent: "Who lives here?",
    intent_template_id: id,
    sites: ["notes"],
    start_url: "__NOTES__/",
    split,
    eval: { eval_types: ["string_match"], reference_answers: { exact_match: "Ann" } },
  });
  const tasks = join(folder, "tasks.json");
  writeFileSync(tasks, JSON.stringify([task(1, "train"), task(2, "dev")]));
  const site = ["--site", "notes=http://127.0.0.1:9", "--tasks", tasks];
  const out = join(folder, "run");
  const { said } = await runCli("compare", ...site, "--out", out, "--browser", "/missing/chromium");
  expect(said).toContain("No demonstrations: the site module has no `createDemonstrator`");
  expect(said.indexOf("No demonstrations")).toBeLessThan(said.indexOf("/missing/chromium"));
});
