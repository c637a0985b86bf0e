/** `dreamgym evaluate --env webarena` as a user calls it, and what its run folder must not hold. */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { config } from "../support/task-configs.ts";
import { runCli } from "../support/run-cli.ts";
import { settingsFromVariables } from "../../src/real/harness/webarena/webarena-settings.ts";
import { openWebArenaStandIn } from "../support/webarena-stand-in.ts";

it("evaluates an agent on the stand-in, and keeps passwords and sessions out of the run folder", async () => {
  await using standIn = await openWebArenaStandIn();
  const folder = await mkdtemp(join(tmpdir(), "evaluate-"));
  try {
    const tasks = ["right", "wrong", "hm", "down"].map((reference, index) => ({
      ...config({ reference_answers: { fuzzy_match: [reference] } }),
      task_id: index,
      intent_template_id: index,
      start_url: "__SHOPPING__/account",
    }));
    const write = async (name: string, text: string): Promise<string> => {
      await writeFile(join(folder, name), text);
      return join(folder, name);
    };
    const settings = { ...settingsFromVariables(standIn.variables), ...standIn.differences };
    const flags = [
      ["--tasks", await write("tasks.json", JSON.stringify(tasks))],
      ["--settings", await write("settings.json", JSON.stringify(settings))],
      [
        "--agent",
        await write(
          "agent.mjs",
          'export default { act: () => ({ action: { kind: "stop", answer: "x" } }) };',
        ),
      ],
      [
        "--judge",
        await write(
          "judge.mjs",
          `export default async (prompt) => {
            if (prompt.includes("down")) throw new Error("connection refused");
            return prompt.includes("right") ? "correct" : prompt.includes("wrong") ? "incorrect" : "?";
          };`,
        ),
      ],
      ["--out", join(folder, "run")],
      ["--browsers", "1"],
    ].flat();
    const { said, result } = await runCli("evaluate", "--env", "webarena", ...flags, "--json");
    expect(JSON.parse(result), said).toMatchObject({
      planned: 4,
      success: { mean: 0.5, n: 2 },
      errors: { evaluator: 1 },
    });
    expect(standIn.resets).toBe(1);

    const files = await readdir(join(folder, "run"), { recursive: true, withFileTypes: true });
    const texts = await Promise.all(
      files
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => readFile(join(parentPath, name), "utf8")),
    );
    expect(texts.join("")).toContain("/account");
    const { username, password } = standIn.differences.accounts?.shopping ?? {};
    expect(username).toBeTruthy();
    for (const secret of [password, "session="]) expect(texts.join("")).not.toContain(secret);
  } finally {
    await rm(folder, { recursive: true });
  }
});
