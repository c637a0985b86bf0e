import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  type Answer,
  type ChatServer,
  fails,
  says,
  startChatServer,
} from "../../../test/support/chat-server.ts";
import { useKettleShop } from "../../../test/support/kettle-shop.ts";
import { runCli } from "../../../test/support/run-cli.ts";
import { config } from "../../../test/support/task-configs.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { readLedger } from "../../store/ledger.ts";
import { readTrajectories } from "../../store/trajectory-file.ts";

const shop = useKettleShop({
  DREAMGYM_API_KEY: "sk-of-the-test-12345",
  DREAMGYM_JUDGE_API_KEY: "sk-of-the-judge-678",
});

const TOKENS = {
  logprobs: {
    content: [
      { token: "a", logprob: -0.5 },
      { token: "b", logprob: -0.25 },
    ],
  },
  prompt_token_ids: [1, 2, 3],
};

/** Thinks aloud first, then opens the kettle's page, then answers with its price. */
const shopper: Answer = (call, response) => {
  const { messages } = call.body;
  const link = /\[(\d+)\] link 'Blue kettle'/u.exec(messages[1]?.content ?? "")?.[1];
  const isRepair = messages.length > 2;
  const reply =
    link === undefined
      ? "The page says it. ```stop [12.50 euros]```"
      : isRepair
        ? `The link leads there. \`\`\`click [${link}]\`\`\``
        : "I wonder where the price is.";
  return says(reply, TOKENS)(call, response);
};

const CHECKED = { reference_answers: { exact_match: "12.50 euros" } };
const FUZZY = { reference_answers: { fuzzy_match: ["twelve and a half euros"] } };

const collect = (server: ChatServer, ...flags: string[]) => collectOn(CHECKED, server, ...flags);

function collectOn(check: typeof CHECKED | typeof FUZZY, server: ChatServer, ...flags: string[]) {
  const tasks = [
    { ...config(check), task_id: 1, intent: "What does the blue kettle cost?" },
    { ...config(check), task_id: 2, intent: "How much is the kettle?" },
  ];
  return shop.ask("collect", tasks, server, "--episodes", "2", ...flags);
}

async function recorded(): Promise<Trajectory[]> {
  const episodes: Trajectory[] = [];
  for await (const episode of readTrajectories(join(shop.out, "offline", "episodes")))
    episodes.push(episode);
  return episodes;
}

describe("collect --agent llm", () => {
  it("records reasoning, parse failures, tokens, cost and every real request", async () => {
    await using server = await startChatServer(shopper);
    const visits = shop.server.received.length;
    const { code, result, said } = await collect(server, "--log-probs", "--json");
    expect(said).toContain("All models of this run took 60 tokens in and 30 out, $0.0001.");
    expect(code).toBe(0);
    expect(JSON.parse(result)).toMatchObject({
      episodes: 2,
      steps: 4,
      actors: { agent: { episodes: 2, steps: 4, successes: 2 }, random: { episodes: 0 } },
      // Two episodes of three calls: a repair among them.
      usage: { inputTokens: 60, outputTokens: 30, usd: expect.closeTo(0.00012, 9) },
    });
    const [episode] = await recorded();
    expect(episode).toMatchObject({ actor: "llm:openai:test", source: "real" });
    const [first, second] = episode?.transitions ?? [];
    expect(first).toMatchObject({
      action: { kind: "click" },
      thought: "The link leads there.",
      parseFailures: [expect.stringMatching(/^openai:test: Expected/u)],
      tokens: { ids: [], logProbs: [-0.5, -0.25], promptIds: [1, 2, 3] },
      logprob: -0.75,
      page: { html: expect.stringContaining("Blue kettle") },
    });
    expect(second).not.toHaveProperty("parseFailures");
    const ledger = await readLedger(join(shop.out, "offline"));
    expect(ledger).toMatchObject([{ line: "collection", episodes: 2, steps: 4, requests: 4 }]);
    expect(shop.server.received).toHaveLength(visits + 4);
  });

  it("stops when the tokens are spent, and resumes without paying twice", async () => {
    await using server = await startChatServer(shopper);
    const first = await collect(server, "--max-run-tokens", "60");
    expect(first.code).toBe(1);
    expect(first.said).toMatch(/The budget of 60 tokens is spent: 60 so far\. Raise it/u);
    expect(server.calls).toHaveLength(4);
    expect(await recorded()).toHaveLength(1);
    const again = await collect(server, "--max-run-tokens", "1000", "--json");
    expect(again.code).toBe(0);
    expect(JSON.parse(again.result)).toMatchObject({ episodes: 2, interrupted: 1 });
    // The second episode begins again, with the kept reply to its first question.
    expect(server.calls).toHaveLength(6);
    const prompts = server.calls.map(({ body }) => JSON.stringify(body.messages));
    expect(new Set(prompts).size).toBe(6);
    const third = await collect(server, "--max-run-tokens", "1000", "--json");
    expect([third.code, server.calls.length]).toEqual([0, 6]);
  });

  it("keeps the reasoning of replies that never held an action", async () => {
    await using server = await startChatServer(says("I would rather not."));
    await collect(server, "--episodes", "1");
    const [episode] = await recorded();
    expect(episode?.transitions).toHaveLength(1);
    expect(episode?.transitions[0]).toMatchObject({
      action: { kind: "stop", answer: "Early stop: Failed to parse actions for 3 times" },
      thought: "I would rather not.",
    });
    // Three decisions of a reply and its repair.
    expect(episode?.transitions[0]?.parseFailures).toHaveLength(6);
  });

  it("has a model judge what no rule can check, and scores nothing without one", async () => {
    await using server = await startChatServer(shopper);
    await using grader = await startChatServer(
      says('{"reasoning": "the same", "verdict": "correct"}'),
    );
    const judge = ["--judge-endpoint", grader.url, "--judge-model", "grader"];
    const { code, result } = await collectOn(FUZZY, server, ...judge, "--json");
    expect([code, grader.calls.length]).toEqual([0, 2]);
    expect(JSON.parse(result)).toMatchObject({ actors: { agent: { episodes: 2, successes: 2 } } });
    expect((await recorded()).map(({ score }) => score)).toMatchObject([
      { status: "scored", value: 1 },
      { status: "scored", value: 1 },
    ]);
    const kept = readFileSync(join(shop.out, "llm", "calls.jsonl"), "utf8");
    expect(kept).toContain('"asker":"judge"');
    const other = await collectOn(FUZZY, server, ...judge, "--judge-model", "another");
    expect([other.code, other.said]).toEqual([2, expect.stringContaining("judge")]);
    const unjudged = join(shop.folder, "unjudged");
    const { result: plain } = await collectOn(FUZZY, server, "--out", unjudged, "--json");
    expect(JSON.parse(plain)).toMatchObject({ actors: { agent: { episodes: 2, successes: 0 } } });
    expect(grader.calls).toHaveLength(2);
  });

  it("records nothing while the server is down, and says so", async () => {
    await using server = await startChatServer(fails(401, { message: "Incorrect key" }));
    const { code, said } = await collect(server);
    expect([code, said]).toEqual([2, expect.stringMatching(/to accept the API key, got 401/u)]);
    expect(readdirSync(join(shop.out, "offline"))).not.toContain("failed");
  });

  it("plays a share of the episodes that a config gives, next to exploration", async () => {
    await using server = await startChatServer(shopper);
    const file = join(shop.folder, "mix.json");
    writeFileSync(
      file,
      JSON.stringify({ mix: { demonstrator: 0, noisyDemonstrator: 0, random: 1, agent: 1 } }),
    );
    const { result } = await collect(server, "--episodes", "4", "--config", file, "--json");
    expect(JSON.parse(result)).toMatchObject({
      actors: { agent: { episodes: 2 }, random: { episodes: 2 } },
    });
  });

  it("does not resume with another agent", async () => {
    await using server = await startChatServer(shopper);
    await collect(server, "--episodes", "1");
    const { code, said } = await collect(server, "--episodes", "1", "--reply-tokens", "64");
    expect([code, said]).toEqual([2, expect.stringContaining("replyTokens")]);
    const journal = readFileSync(join(shop.out, "llm", "calls.jsonl"), "utf8");
    expect(journal.trim().split("\n")).toHaveLength(3);
  });

  it("needs an agent for its share of the mix, and tasks", async () => {
    const site = [...shop.siteFlags([]).slice(0, 2), "--world", "text", "--out", shop.out];
    const file = join(shop.folder, "mix.json");
    writeFileSync(file, JSON.stringify({ mix: { agent: 1 } }));
    const without = await runCli("collect", ...site, "--config", file);
    expect(without.said).toContain("Expected an agent for the episodes of `mix.agent`, got none.");
    const untold = await runCli("collect", ...site, "--agent", "random");
    expect(untold.said).toContain("Expected tasks of the split train, got none");
  });
});
