import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readVariables } from "./read-variables.ts";

describe("readVariables", () => {
  const path = join(mkdtempSync(join(tmpdir(), "variables-")), ".env");

  it("takes the environment alone without a file", () => {
    expect(readVariables({ A: "1" }, path)).toEqual({ A: "1" });
  });

  it("adds those of the file, and lets the environment win", () => {
    writeFileSync(path, 'A=2\nDREAMGYM_API_KEY="a key" # of a server\n');
    expect(readVariables({ A: "1" }, path)).toEqual({ A: "1", DREAMGYM_API_KEY: "a key" });
  });
});
