import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../../../test/support/run-cli.ts";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "compare-agent-"))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("compare --agent", () => {
  it("says what is missing before it records anything", async () => {
    const config = join(folder, "arms.json");
    writeFileSync(config, JSON.stringify({ arms: ["bc", "agent"] }));
    const out = join(folder, "run");
    const compare = (...flags: string[]) =>
      runCli("compare", "--sites", "shopping", "--out", out, ...flags);
    const unnamed = await compare("--config", config);
    expect([unnamed.code, unnamed.said]).toEqual([
      2,
      expect.stringContaining("Expected --agent for the arm `agent`, got none."),
    ]);
    const homeless = await compare("--agent", "llm");
    expect([homeless.code, homeless.said]).toEqual([
      2,
      expect.stringContaining("Expected --endpoint and --model with --agent llm, got neither."),
    ]);
    const nobody = await compare("--agent", "nobody.ts");
    expect([nobody.code, nobody.said]).toEqual([2, expect.stringContaining("nobody.ts")]);
    expect(existsSync(out)).toBe(false);
  });
});
