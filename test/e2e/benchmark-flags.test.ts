/** The flags of the benchmarks: what a user types becomes the benchmark's options. */

import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import {
  addInfinityOptions,
  type InfinityFlags,
  openInfinity,
} from "../../src/cli/benchmarks/infinity.ts";
import {
  addMiniwobOptions,
  type MiniwobFlags,
  openMiniwob,
} from "../../src/cli/benchmarks/miniwob.ts";
import type { CliContext } from "../../src/cli/context.ts";
import { createProgress } from "../../src/cli/text/progress.ts";
import { ROOT } from "../support/read-sources.ts";

const MINIWOB = join(ROOT, "fixtures", "miniwob");
const INFINITY = join(ROOT, "fixtures", "infinity");

function contextWith(said: string[]): CliContext {
  const stream = { write: (text: string) => said.push(text) };
  return {
    signal: new AbortController().signal,
    progress: createProgress({ stream, now: () => 0 }),
    print: (line) => said.push(line),
    now: () => 0,
    environment: { browser: process.env["DREAMGYM_BROWSER"], path: process.env["PATH"] },
  };
}

/** What commander makes of the flags of a command that takes all of them. */
function parse(line: string): InfinityFlags & MiniwobFlags {
  const command = new Command().exitOverride().option("--path <folder>");
  addInfinityOptions(addMiniwobOptions(command));
  return command.parse(line.split(" ").filter(Boolean), { from: "user" }).opts();
}

describe("the flags of --env miniwob", () => {
  it("choose pages, seeds, the reward that counts, the clock and loads", async () => {
    await using benchmark = await openMiniwob(
      parse(
        `--path ${MINIWOB} --pages press-one,pick-card --page-seeds 3,9 --success full --page-clock --reload`,
      ),
      contextWith([]),
    );
    expect(benchmark.tasks.map(({ id }) => id)).toEqual([
      "miniwob.press-one.3",
      "miniwob.press-one.9",
      "miniwob.pick-card.3",
      "miniwob.pick-card.9",
    ]);
    expect(benchmark.facts).toMatchObject({
      success: "raw reward of 1",
      episodeMs: "the page's own",
      reload: "every episode",
      leftOut: "copy-word; late-start; leftover",
    });
  });

  it("default to all pages, five seeds, and BrowserGym's rules, and need a path", async () => {
    await using benchmark = await openMiniwob(parse(`--path ${MINIWOB}`), contextWith([]));
    expect(benchmark.tasks).toHaveLength(25);
    expect(benchmark.facts).toMatchObject({
      success: "raw reward above 0",
      episodeMs: "1000000",
      reload: "where a page needs it",
    });
    await expect(openMiniwob(parse(""), contextWith([]))).rejects.toThrow(/Expected --path/);
  });
});

describe("the flags of --env infinity", () => {
  it("choose applications, task files and the clock, and need a path", async () => {
    await using benchmark = await openInfinity(
      parse(`--path ${INFINITY} --apps pantry --task-set both --clock 2026-05-04T09:00:00Z`),
      contextWith([]),
    );
    expect(benchmark.tasks).toHaveLength(4);
    expect(benchmark.facts).toMatchObject({ sets: "real,function", clock: "2026-05-04T09:00:00Z" });
    await expect(openInfinity(parse(""), contextWith([]))).rejects.toThrow(/Expected --path/);
  });
});
