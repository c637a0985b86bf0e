import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fails, late, says, startChatServer } from "../../test/support/chat-server.ts";
import { BudgetError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import { splitJsonLines } from "../store/json-text.ts";
import { FREE, type Price } from "./budget.ts";
import type { CallLine } from "./call-journal.ts";
import type { ChatModel, ChatRequest } from "./chat-model.ts";
import { createModelRun, type ModelRun } from "./model-run.ts";
import { createOpenAiModel } from "./openai-compatible.ts";
import { createScriptedModel } from "./scripted.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "model-run-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const journal = (): string => join(folder, "llm", "calls.jsonl");
const lines = (): CallLine[] =>
  splitJsonLines(readFileSync(journal(), "utf8")).map(({ line }) => JSON.parse(line) as CallLine);

const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [{ role: "user", content }],
  maxTokens: 10,
  temperature: 0,
  ...more,
});

function openRun(options: Partial<Parameters<typeof createModelRun>[0]> = {}): ModelRun {
  return createModelRun({
    path: journal(),
    mask: (text) => text.replaceAll("hunter22", "[masked]"),
    now: () => 5,
    maxTokens: Infinity,
    maxUsd: Infinity,
    ...options,
  });
}

const use = (run: ModelRun, model: ChatModel, price: Price = FREE, concurrency = 4): ChatModel =>
  run.use(model, { asker: "policy", scope: "here", price, concurrency });

const overHttp = (url: string): ChatModel =>
  createOpenAiModel({
    baseUrl: url,
    model: "test",
    sleep: async () => {},
    now: () => 0,
    random: createRandom(1),
  });

describe("createModelRun", () => {
  it("writes every prompt and reply down", async () => {
    using run = openRun();
    await use(run, createScriptedModel(["four words of reply"])).complete(ask("two words"));
    expect(lines()).toMatchObject([
      {
        asker: "policy",
        model: "scripted",
        at: 5,
        usage: { inputTokens: 2, outputTokens: 4, usd: 0 },
        request: ask("two words"),
        reply: { text: "four words of reply", finish: "stop" },
      },
    ]);
  });

  it("pays for the same request once, also after a resume", async () => {
    await using server = await startChatServer(says("kept"));
    for (let start = 1; start <= 3; start++) {
      using run = openRun();
      const model = use(run, overHttp(server.url));
      const { text, usage } = await model.complete(ask("the same"));
      expect(text).toBe("kept");
      expect(usage).toEqual({
        promptTokens: 10,
        completionTokens: 5,
        cached: start > 1,
        ...(start > 1 && { keptSeconds: 0 }),
      });
      expect(run.spent).toMatchObject({ inputTokens: 10, outputTokens: 5 });
    }
    expect(server.calls).toHaveLength(1);
  });

  it("pays once for two equal requests at the same time", async () => {
    await using server = await startChatServer(late(30, says("one")));
    using run = openRun();
    const model = use(run, overHttp(server.url));
    const replies = await Promise.all([model.complete(ask("a")), model.complete(ask("a"))]);
    expect(replies.map(({ usage }) => usage.cached)).toEqual([false, true]);
    expect(server.calls).toHaveLength(1);
  });

  it.each([
    ["another seed", { seed: 2 }],
    ["another temperature", { temperature: 1 }],
    ["another limit", { maxTokens: 11 }],
    ["a schema", { schema: {} }],
    ["a stop", { stop: ["x"] }],
  ])("takes %s for another request", async (_, more) => {
    using run = openRun();
    const scripted = createScriptedModel(["first", "second"]);
    const model = use(run, scripted);
    await model.complete(ask("a"));
    expect((await model.complete(ask("a", more))).text).toBe("second");
  });

  it("drops a line that a kill tore, and keeps the others", async () => {
    {
      using run = openRun();
      await use(run, createScriptedModel(["one"])).complete(ask("a"));
    }
    writeFileSync(journal(), `${readFileSync(journal(), "utf8")}{"key": "to`);
    using run = openRun();
    const model = use(run, createScriptedModel(["two"]));
    expect((await model.complete(ask("a"))).text).toBe("one");
    expect((await model.complete(ask("b"))).text).toBe("two");
    expect(lines()).toHaveLength(2);
  });

  it("masks secrets, and does not answer with a masked reply later", async () => {
    const scripted = createScriptedModel(["type [3] [hunter22]", "type [3] [hunter22]"]);
    for (let start = 1; start <= 2; start++) {
      using run = openRun();
      const reply = await use(run, scripted).complete(ask("The password is hunter22."));
      expect(reply.text).toBe("type [3] [hunter22]");
    }
    expect(readFileSync(journal(), "utf8")).not.toContain("hunter22");
    expect(scripted.requests).toHaveLength(2);
  });

  it("does not keep a failed call, which is made again", async () => {
    await using server = await startChatServer([fails(400), says("well")]);
    using run = openRun();
    const model = use(run, overHttp(server.url));
    await expect(model.complete(ask("a"))).rejects.toThrow("400");
    expect((await model.complete(ask("a"))).text).toBe("well");
    expect(run.spent.inputTokens).toBe(10);
  });
});

describe("the budget of a run", () => {
  it("is exceeded by no more than the calls in flight", async () => {
    await using server = await startChatServer(late(20, says("x")));
    using run = openRun({ maxTokens: 40 });
    const model = use(run, overHttp(server.url), FREE, 2);
    const calls = Array.from({ length: 12 }, (_, index) => model.complete(ask(`${index}`)));
    const ends = await Promise.allSettled(calls);
    const rejected = ends.flatMap((end) =>
      end.status === "rejected" ? [end.reason as unknown] : [],
    );
    // A call costs 15 tokens. The third one still starts at 30, and with it the fourth.
    expect(server.calls).toHaveLength(4);
    expect(server.mostOpen).toBe(2);
    expect(rejected).toHaveLength(8);
    for (const error of rejected) expect(error).toBeInstanceOf(BudgetError);
    expect(run.spent.inputTokens + run.spent.outputTokens).toBe(60);
  });

  it("counts money, and what earlier calls of the command spent", async () => {
    const price = { input: 1_000_000, output: 2_000_000 };
    {
      using run = openRun({ maxUsd: 3 });
      await use(run, createScriptedModel(["b"]), price).complete(ask("a"));
      expect(run.spent.usd).toBe(3);
    }
    using run = openRun({ maxUsd: 3 });
    const model = use(run, createScriptedModel(["c"]), price);
    expect((await model.complete(ask("a"))).text).toBe("b");
    await expect(model.complete(ask("new"))).rejects.toThrow(
      "The budget of $3 is spent: $3.0000 so far. Raise it, and run the same command again to resume.",
    );
  });
});

describe("the limit of calls", () => {
  it("gives the place of a call that is aborted while it waits to the next one", async () => {
    await using server = await startChatServer(late(20, says("x")));
    using run = openRun();
    const model = use(run, overHttp(server.url), FREE, 1);
    const controller = new AbortController();
    const first = model.complete(ask("1"));
    const second = model.complete(ask("2"), controller.signal);
    const third = model.complete(ask("3"));
    const stopped = expect(second).rejects.toThrow("enough");
    await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(new Error("enough"));
    await stopped;
    await Promise.all([first, third]);
    expect(server.mostOpen).toBe(1);
    expect(server.calls).toHaveLength(2);
  });
});
