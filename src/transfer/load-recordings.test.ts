import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findEpisodes } from "./load-recordings.ts";

describe("findEpisodes", () => {
  let out: string;
  beforeEach(() => {
    out = mkdtempSync(join(tmpdir(), "recordings-"));
  });
  afterEach(() => rmSync(out, { recursive: true, force: true }));

  const record = (...folder: string[]): string => {
    const path = join(out, ...folder);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "one.jsonl"), "{}\n");
    return path;
  };

  it("finds them in a run, in a part of one, and in the episodes' own folder", async () => {
    const episodes = record("run", "offline", "episodes");
    for (const run of [join(out, "run"), join(out, "run", "offline"), episodes])
      expect(await findEpisodes(run)).toBe(episodes);
  });

  it("names the runs in a folder of several", async () => {
    for (const run of ["train", "dev"]) record(run, "episodes");
    await expect(findEpisodes(out)).rejects.toThrow(
      `Name ${join(out, "dev")} or ${join(out, "train")}, which hold some.`,
    );
  });
});
