import { existsSync, readdirSync, readFileSync } from "node:fs";
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

const KEY = "sk-of-the-test-12345";
const shop = useKettleShop({
  DREAMGYM_API_KEY: KEY,
  DREAMGYM_JUDGE_API_KEY: "sk-of-the-judge-678",
});

/** Opens the kettle's page, then answers with its price. */
const shopper: Answer = (call, response) => {
  const prompt = call.body.messages.at(-1)?.content ?? "";
  const link = /\[(\d+)\] link 'Blue kettle'/u.exec(prompt)?.[1];
  const reply =
    link === undefined
      ? "The page says it. ```stop [it costs 12.50 euros]```"
      : `The link leads there. \`\`\`click [${link}]\`\`\``;
  return says(reply)(call, response);
};

function evaluate(server: ChatServer, ...flags: string[]) {
  const fuzzy = { reference_answers: { fuzzy_match: ["12.50 euros"] } };
  const tasks = [
    { ...config(fuzzy), split: "dev" },
    { ...config(fuzzy), task_id: 2, intent: "What does the kettle cost?", split: "dev" },
  ];
  return shop.ask("evaluate", tasks, server, "--split", "dev", ...flags);
}

/** Every file that a run left, as one text. */
function leftBehind(path = shop.out): string {
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .join("\n");
}

describe("evaluate --agent llm", () => {
  it("plays, has a model judge, counts the cost, and keeps every prompt and no key", async () => {
    await using agent = await startChatServer(shopper);
    await using judge = await startChatServer(
      says('{"reasoning": "the same", "verdict": "correct"}'),
    );
    const { code, result } = await evaluate(
      agent,
      "--judge-endpoint",
      judge.url,
      "--judge-model",
      "grader",
      "--json",
    );
    expect(code).toBe(0);
    expect(JSON.parse(result)).toMatchObject({
      agent: "llm:openai:test",
      agentFacts: { endpoint: agent.url, actionForm: "webarena" },
      success: { mean: 1, n: 2 },
      // Two episodes of two calls. The judge's tokens are not the agent's.
      cost: { steps: 4, inputTokens: 40, outputTokens: 20, usd: 0.00008 },
    });
    expect(judge.calls[0]?.headers["authorization"]).toBe("Bearer sk-of-the-judge-678");
    expect(judge.calls[0]?.body.messages[1]?.content).toContain('"it costs 12.50 euros"');
    const files = leftBehind();
    expect(files).toContain('"asker":"judge"');
    expect(files).toContain("The link leads there.");
    expect(files).not.toMatch(/sk-of-the/u);
  });

  it("stops when the money is spent, and resumes without paying twice", async () => {
    await using agent = await startChatServer(shopper);
    await using judge = await startChatServer(says('{"verdict": "correct"}'));
    const flags = ["--judge-endpoint", judge.url, "--judge-model", "grader"];
    const first = await evaluate(agent, ...flags, "--max-run-tokens", "60");
    expect(first.code).toBe(1);
    expect(first.said).toMatch(/The budget of 60 tokens is spent: 60 so far\. Raise it/u);
    // Two calls of the agent, one of the judge, and the first one of the second episode.
    expect([agent.calls.length, judge.calls.length]).toEqual([3, 1]);
    const again = await evaluate(agent, ...flags, "--max-run-tokens", "1000", "--json");
    expect(again.code).toBe(0);
    expect(JSON.parse(again.result)).toMatchObject({ success: { mean: 1, n: 2 } });
    expect([agent.calls.length, judge.calls.length]).toEqual([4, 2]);
  });

  it("plays in a dream of what it recorded, and says that it was a dream", async () => {
    await using agent = await startChatServer(shopper);
    await using judge = await startChatServer(says('{"verdict": "correct"}'));
    const flags = ["--judge-endpoint", judge.url, "--judge-model", "grader", "--json"];
    expect((await evaluate(agent, ...flags, "--record")).code).toBe(0);
    const dream = join(shop.folder, "dream");
    const visits = shop.server.received.length;
    const { code, result } = await evaluate(
      agent,
      ...flags,
      "--world",
      "dream",
      "--recordings",
      shop.out,
      "--out",
      dream,
    );
    expect(code).toBe(0);
    expect(JSON.parse(result)).toMatchObject({ success: { mean: 1, n: 2 }, cost: { steps: 4 } });
    expect(shop.server.received).toHaveLength(visits);
    expect(leftBehind(join(dream, "episodes"))).toContain('"source":"synthetic"');
    expect(leftBehind(join(shop.out, "episodes"))).toContain('"source":"real"');
  });

  it("leaves tasks unscored without a judge, and stops early without an action", async () => {
    await using agent = await startChatServer(says("I would rather not."));
    const { result } = await evaluate(agent, "--limit", "1", "--json");
    expect(JSON.parse(result)).toMatchObject({ counts: { unscored: 1 }, earlyStops: 1 });
    // Three answers and three repairs.
    expect(agent.calls).toHaveLength(6);
  });

  it("ends with one line for a refused key", async () => {
    await using agent = await startChatServer(fails(401, { message: `Incorrect key ${KEY}` }));
    const { code, said } = await evaluate(agent);
    expect(code).toBe(2);
    expect(said).toMatch(/to accept the API key, got 401: .*\[masked\]/u);
    expect(said).not.toContain(KEY);
  });

  it("names what is missing", async () => {
    const site = shop.siteFlags([{ ...config({}), split: "dev" }]);
    const run = (...flags: string[]) =>
      runCli(
        ..."evaluate --agent llm --world text".split(" "),
        ...site,
        "--out",
        shop.out,
        ...flags,
      );
    expect((await run()).said).toContain("Expected --endpoint and --model with --agent llm");
    expect((await run("--endpoint", "http://localhost:1/v1")).said).toContain(
      "Expected --model, got none. Give it, or set DREAMGYM_MODEL",
    );
    expect((await run("--judge-model", "x")).said).toContain(
      "Expected --judge-endpoint, got none.",
    );
    expect(
      (await run("--endpoint", "http://localhost:1/v1", "--model", "x", "--key-variable", "NO_KEY"))
        .said,
    ).toContain("Expected an API key in the variable NO_KEY, got none.");
    expect((await run("--model-file", join(shop.folder, "none.gguf"))).said).toContain(
      "Expected a GGUF file at",
    );
    expect(existsSync(shop.out)).toBe(false);
  });
});

describe("doctor --endpoint", () => {
  it("says what a server supports", async () => {
    await using server = await startChatServer(says("hello"));
    const { code, result } = await runCli("doctor", "--endpoint", server.url, "--model", "test");
    expect(code).toBe(0);
    expect(result).toMatch(/yes .*chat {6}"hello", 10 tokens in and 5 out/u);
    expect(result).toMatch(/no .*schema {4}not enforced: replies are checked/u);
    expect(server.calls[0]?.headers["authorization"]).toBe(`Bearer ${KEY}`);
  });

  it("fails where the key is refused", async () => {
    await using server = await startChatServer(fails(403));
    const { code, result } = await runCli("doctor", "--endpoint", server.url, "--model", "test");
    expect(code).toBe(1);
    expect(result).toContain("to accept the API key, got 403");
  });
});
