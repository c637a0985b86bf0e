import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { VOCABULARY, writeByteTokenizer } from "../../../test/support/byte-tokenizer.ts";
import { type FakeEngine, startFakeEngine } from "../../../test/support/fake-engine.ts";
import { BOOKS, visitBook } from "../../../test/support/recorded-library.ts";
import { runCli } from "../../../test/support/run-cli.ts";
import { writeTrajectory } from "../../store/trajectory-file.ts";

let folder: string;
let engine: FakeEngine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "train-"));
  engine = await startFakeEngine(VOCABULARY);
  for (const name of ["recordings", "model"]) mkdirSync(join(folder, name));
  writeByteTokenizer(join(folder, "model"));
  for (const book of BOOKS)
    await writeTrajectory(join(folder, "recordings"), visitBook(book, false));
  writeFileSync(join(folder, "tasks.json"), JSON.stringify([task()]));
  const config = { agent: { pageTokens: 200, replyTokens: 16 } };
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
});
afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const task = () => ({
  task_id: 1,
  sites: ["library"],
  require_login: false,
  storage_state: null,
  start_url: "__LIBRARY__/",
  geolocation: null,
  intent_template: "Who wrote {{title}}?",
  instantiation_dict: { title: "Red Harvest" },
  intent: 'Who wrote "Red Harvest"?',
  require_reset: false,
  eval: {
    eval_types: ["string_match"],
    reference_answers: { exact_match: "Ada Finch" },
    reference_url: null,
    program_html: [],
  },
  intent_template_id: 2,
  max_steps: 2,
});

const train = (out: string, steps: number, ...words: string[]) =>
  runCli(
    "train",
    "--from",
    join(folder, "recordings"),
    "--tasks",
    join(folder, "tasks.json"),
    "--site",
    "library=http://library.test",
    "--out",
    join(folder, out),
    "--steps",
    String(steps),
    "--group-size",
    "2",
    "--tasks-per-iteration",
    "1",
    ...words,
  );
const withEngine = () => [
  "--engine",
  engine.url,
  "--engine-profile",
  "skyrl-json",
  "--base-model",
  join(folder, "model"),
  "--config",
  join(folder, "config.json"),
];
const iterationsOf = (out: string): unknown[] =>
  readFileSync(join(folder, out, "metrics.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { iteration: number }).iteration);

describe("dreamgym train", () => {
  it("trains a language model on an engine, and resumes from its saved weights", async () => {
    const first = await train("llm", 8, ...withEngine());
    expect(first).toMatchObject({ code: 0 });
    expect(first.result).toMatch(/^tinker:\/\/model_\d+\/weights\/iteration-000002$/u);
    expect(iterationsOf("llm")).toEqual([1, 2]);
    const loads = engine.log.filter((path) => path === "load_weights").length;
    const second = await train("llm", 16, ...withEngine());
    expect(second.said).toContain("Resuming after iteration 2.");
    expect(second.result).toMatch(/iteration-000004$/u);
    expect(iterationsOf("llm")).toEqual([1, 2, 3, 4]);
    expect(engine.log.filter((path) => path === "load_weights")).toHaveLength(loads + 1);
  });

  it("trains the embedded policy with the same loop, and resumes", async () => {
    const first = await train("embedded", 8, "--agent", "embedded");
    expect(first).toMatchObject({ code: 0 });
    expect(first.result).toMatch(/policy-\d+\.bin$/u);
    const before = iterationsOf("embedded").length;
    await train("embedded", 16, "--agent", "embedded");
    expect(iterationsOf("embedded").length).toBeGreaterThan(before);
  });

  it.each([
    ["no engine", [], "--engine and --base-model"],
    ["a task that is not there", ["--agent", "embedded", "--task", "9"], "--task"],
    ["a tokenizer that is not there", ["--tokenizer", "nowhere"], "tokenizer.json"],
    ["a server that is not an engine", ["--engine", "http://127.0.0.1:9/"], "127.0.0.1:9"],
  ])("says in one line what is wrong with %s", { timeout: 60_000 }, async (_, words, said) => {
    const own =
      words.includes("embedded") || words.length === 0 ? words : [...withEngine(), ...words];
    const { code, said: text } = await train(`wrong-${words.length}-${said.length}`, 8, ...own);
    expect(code).not.toBe(0);
    expect(text).toContain(said);
    expect(text).not.toContain("    at ");
  });
});
