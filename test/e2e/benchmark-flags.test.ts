/** The flags of the benchmarks: what a user types becomes the benchmark's options. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { describe, expect, it } from "vitest";
import type { BenchmarkFlags } from "../../src/cli/benchmarks/benchmark-flags.ts";
import { infinityFlags } from "../../src/cli/benchmarks/infinity.ts";
import { miniwobFlags } from "../../src/cli/benchmarks/miniwob.ts";
import type { CliContext } from "../../src/cli/context.ts";
import type { Benchmark } from "../../src/real/harness/benchmark.ts";
import { createProgress } from "../../src/cli/text/progress.ts";
import { ROOT } from "../support/read-sources.ts";
import { runCli } from "../support/run-cli.ts";

const MINIWOB = join(ROOT, "fixtures", "miniwob");
const INFINITY = join(ROOT, "fixtures", "infinity");

const CONTEXT: CliContext = {
  signal: new AbortController().signal,
  progress: createProgress({ stream: { write: () => null }, now: () => 0 }),
  print: () => {},
  now: () => 0,
  environment: {
    browser: process.env["DREAMGYM_BROWSER"],
    path: process.env["PATH"],
    variables: {},
  },
};

/** Opens the benchmark as a command with its flags does. */
async function open(flags: BenchmarkFlags, line: string): Promise<Benchmark> {
  const command = new Command().exitOverride();
  flags.addOptions(command);
  const given = command.parse(line.split(" ").filter(Boolean), { from: "user" }).opts();
  return await flags.open(given, CONTEXT, null);
}

describe("the flags of --env miniwob", () => {
  it("choose pages, seeds, the reward that counts, the clock and loads", async () => {
    await using benchmark = await open(
      miniwobFlags,
      `--path ${MINIWOB} --pages press-one,pick-card --page-seeds 3,9 --success full --page-clock --reload`,
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
    await using benchmark = await open(miniwobFlags, `--path ${MINIWOB}`);
    expect(benchmark.tasks).toHaveLength(25);
    expect(benchmark.facts).toMatchObject({
      success: "raw reward above 0",
      episodeMs: "1000000",
      reload: "where a page needs it",
    });
    await expect(open(miniwobFlags, "")).rejects.toThrow(/Expected --path/);
  });
});

describe("dreamgym evaluate --env miniwob", () => {
  it("plays an agent that reads the page's goal, and reports its success", async () => {
    const folder = await mkdtemp(join(tmpdir(), "dreamgym-miniwob-"));
    const agent = join(folder, "agent.ts");
    await writeFile(
      agent,
      `export default {
        act({ goal, observation }) {
          const wanted = /"(.*)"/.exec(goal)?.[1] ?? "13";
          const button = observation.nodes.find(({ name, role }) => role === "button" && name === wanted);
          return { action: button ? { kind: "click", ref: button.ref } : { kind: "stop", answer: "" } };
        },
      };`,
    );
    const line = `evaluate --env miniwob --path ${MINIWOB} --pages press-one,pick-card,leftover --page-seeds 0,1`;
    const { code, result, said } = await runCli(
      ...line.split(" "),
      "--agent",
      agent,
      "--out",
      join(folder, "run"),
      "--json",
    );
    expect(code, said).toBe(0);
    expect(JSON.parse(result).counts).toMatchObject({ success: 4, failure: 2, open: 0 });
    await rm(folder, { recursive: true });
  });
});

describe("the flags of --env infinity", () => {
  it("choose applications, task files and the clock, and need a path", async () => {
    await using benchmark = await open(
      infinityFlags,
      `--path ${INFINITY} --apps pantry --task-set both --clock 2026-05-04T09:00:00Z`,
    );
    expect(benchmark.tasks).toHaveLength(4);
    expect(benchmark.facts).toMatchObject({ sets: "real,function", clock: "2026-05-04T09:00:00Z" });
    await expect(open(infinityFlags, "")).rejects.toThrow(/Expected --path/);
  });
});
