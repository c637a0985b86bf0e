/** `dreamgym record --agent llm`: a language model acts, and its words stand in the recording. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRecording } from "../../src/store/recording-folder.ts";
import { type Answer, says, startChatServer } from "../support/chat-server.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { runCli } from "../support/run-cli.ts";
import { config } from "../support/task-configs.ts";

let pages: PageServer;
let folder: string;
beforeAll(async () => {
  pages = await startPageServer({
    "/": '<title>Shop</title><a href="/kettle">Blue kettle</a>',
    "/kettle": "<title>Kettle</title><h1>Blue kettle</h1><p>12.50 euros</p>",
  });
  folder = mkdtempSync(join(tmpdir(), "record-llm-"));
});
afterAll(async () => {
  await pages[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** Thinks aloud first, then opens the kettle's page, then answers with its price. */
const shopper: Answer = (call, response) => {
  const { messages } = call.body;
  const link = /\[(\d+)\] link 'Blue kettle'/u.exec(messages[1]?.content ?? "")?.[1];
  const reply =
    link === undefined
      ? "The page says it. ```stop [12.50 euros]```"
      : messages.length > 2
        ? `The link leads there. \`\`\`click [${link}]\`\`\``
        : "I wonder where the price is.";
  return says(reply)(call, response);
};

describe("dreamgym record --agent llm", () => {
  it("keeps reasoning, parse failures and every call", { timeout: 60_000 }, async () => {
    await using server = await startChatServer(shopper);
    const record = (id: string, ...flags: string[]) =>
      runCli(
        ...`record http://${pages.address}/ --headless --no-screenshots --agent llm --model test`.split(
          " ",
        ),
        ...`--price 1,2 --endpoint ${server.url} --out ${folder} --id ${id}`.split(" "),
        "--goal",
        "What does the kettle cost?",
        ...flags,
      );
    const { code, said } = await record("one");
    expect([code, said]).toEqual([0, expect.stringContaining("took 30 tokens in and 15 out")]);
    const { actor, transitions } = await readRecording(join(folder, "one"));
    expect(actor).toBe("llm:openai:test");
    expect(transitions).toMatchObject([
      {
        action: { kind: "click" },
        thought: "The link leads there.",
        parseFailures: [expect.stringMatching(/^openai:test: Expected/u)],
      },
      { action: { kind: "stop", answer: "12.50 euros" }, thought: "The page says it." },
    ]);
    expect(
      readFileSync(join(folder, "llm", "calls.jsonl"), "utf8")
        .trim()
        .split("\n"),
    ).toHaveLength(3);
    // Nobody pays twice for the reply to a prompt.
    expect((await record("two")).code).toBe(0);
    const prompts = server.calls.map(({ body }) => JSON.stringify(body.messages));
    expect(new Set(prompts).size).toBe(prompts.length);
    const spent = await record("three", "--goal", "Another goal", "--max-run-tokens", "45");
    expect([spent.code, spent.said]).toEqual([
      1,
      expect.stringContaining("budget of 45 tokens is spent"),
    ]);
    expect(server.calls).toHaveLength(prompts.length);
  });

  it(
    "has a judge score a task, and keeps the recording without one",
    { timeout: 60_000 },
    async () => {
      await using server = await startChatServer(shopper);
      await using grader = await startChatServer(
        says('{"reasoning": "the same", "verdict": "correct"}'),
      );
      const fuzzy = { reference_answers: { fuzzy_match: ["twelve and a half euros"] } };
      const tasks = join(folder, "tasks.json");
      writeFileSync(tasks, JSON.stringify([{ ...config(fuzzy), require_login: false }]));
      const record = (out: string, ...flags: string[]) =>
        runCli(
          ...`record 1 --site shopping=http://${pages.address} --tasks ${tasks} --headless`.split(
            " ",
          ),
          ...`--no-screenshots --agent llm --model test --endpoint ${server.url}`.split(" "),
          ...`--judge-model grader --judge-endpoint ${grader.url}`.split(" "),
          "--out",
          join(folder, out),
          ...flags,
        );
      expect((await record("judged")).result).toContain("Score: 1.");
      expect(grader.calls).toHaveLength(1);
      // The agent's three calls spend the budget, so nothing is left for the judge.
      const { result } = await record("unjudged", "--max-run-tokens", "45");
      expect(result).toContain("Not scored: The budget of 45 tokens is spent");
      const { transitions, score } = await readRecording(join(folder, "unjudged", "1"));
      expect([transitions.length, score?.status]).toEqual([2, "unscored"]);
      expect(grader.calls).toHaveLength(1);
    },
  );
});
