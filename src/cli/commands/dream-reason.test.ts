import { END, writeByteTokenizer } from "../../../test/support/byte-tokenizer.ts";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ChatServer,
  fails,
  says,
  startChatServer,
} from "../../../test/support/chat-server.ts";
import { runCli as run, runCliUntil } from "../../../test/support/run-cli.ts";
import { recordVisits } from "../../../test/support/third-site/visits.ts";
import { writeTrajectory } from "../../store/trajectory-file.ts";

const NO_CHANGE =
  '{"reasoning": "as before", "url": null, "changes": [], "html": null, "certainty": 0.7}';

let folder: string;
const runPath = () => join(folder, "run");

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dream-reason-"));
  const visits = (await recordVisits()).slice(0, 12);
  for (const [i, visit] of visits.entries())
    await writeTrajectory(join(runPath(), "offline", "episodes"), { ...visit, templateId: i % 4 });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (server: ChatServer, ...more: string[]): string[] => [
  "--from",
  runPath(),
  "--endpoint",
  server.url,
  "--model",
  "m",
  ...more,
];

describe("dreamgym dream reason", () => {
  it("measures a language model next to retrieval, and pays for no call twice", async () => {
    await using server = await startChatServer(says(NO_CHANGE));
    const chart = join(folder, "chart.svg");
    const flags = at(server, "--steps", "6", "--sure-from", "0.9", "--chart", chart, "--json");
    const { code, result } = await run("dream", "reason", ...flags);
    expect(code).toBe(0);
    const told = JSON.parse(result) as {
      model: string;
      rows: { name: string; fidelity: { steps: number; nextUrl: number }; seconds: number }[];
    };
    expect(told.model).toBe("openai:m");
    expect(told.rows.map(({ name }) => name)).toEqual(["retrieval", "hybrid", "language model"]);
    const { steps } = told.rows[0]?.fidelity ?? { steps: 0 };
    expect(steps).toBeGreaterThan(1);
    // Two steps may lead to the same prompt, which is asked once.
    const calls = server.calls.length;
    expect(new Set(server.calls.map(({ body }) => JSON.stringify(body.messages))).size).toBe(calls);
    expect(calls).toBeGreaterThan(steps);
    expect(readFileSync(chart, "utf8")).toMatch(/<svg xmlns="http.*>F1 of what can be known</su);
    const again = await run("dream", "reason", ...flags);
    expect(again.code).toBe(0);
    expect(server.calls).toHaveLength(calls);
  }, 60_000);

  it("ends at Ctrl-C without waiting for a reply, and resumes", { timeout: 60_000 }, async () => {
    const other = join(folder, "interrupted");
    const visits = (await recordVisits()).slice(0, 4);
    for (const [i, visit] of visits.entries())
      await writeTrajectory(join(other, "offline", "episodes"), { ...visit, templateId: i });
    const interrupt = new AbortController();
    await using server = await startChatServer([
      says(NO_CHANGE),
      () => interrupt.abort(),
      says(NO_CHANGE),
    ]);
    const words = ["dream", "reason", "--from", other, "--model", "m", "--steps", "3", "--json"];
    words.push("--endpoint", server.url);
    // The second reply never comes.
    const cut = await runCliUntil(interrupt.signal, ...words);
    expect(cut.code).not.toBe(0);
    expect(cut.said).toMatch(/stopped/iu);
    expect(server.calls).toHaveLength(2);
    const { code } = await run(...words);
    expect(code).toBe(0);
    const asked = server.calls.map(({ body }) => JSON.stringify(body.messages));
    expect(asked.filter((one) => one === asked[0])).toHaveLength(1);
  });

  it("resumes after its server died, and pays for no reply twice", async () => {
    const other = join(folder, "died");
    const visits = (await recordVisits()).slice(0, 4);
    for (const [i, visit] of visits.entries())
      await writeTrajectory(join(other, "offline", "episodes"), { ...visit, templateId: i });
    const reason = (server: ChatServer) => {
      const words = ["--from", other, "--model", "m", "--steps", "3", "--json"];
      return run("dream", "reason", ...words, "--endpoint", server.url);
    };
    await using server = await startChatServer([
      says(NO_CHANGE),
      says(NO_CHANGE),
      fails(401, { message: "the key expired" }),
      says(NO_CHANGE),
    ]);
    const cut = await reason(server);
    expect([cut.code, cut.said]).toEqual([2, expect.stringContaining("the key expired")]);
    const whole = await reason(server);
    expect(whole.code).toBe(0);
    const prompts = server.calls.map(({ body }) => JSON.stringify(body.messages));
    // The refused call is the only one that was made again.
    expect(prompts.length).toBe(new Set(prompts).size + 1);
    const rowsOf = ({ result }: typeof whole) =>
      (JSON.parse(result) as { rows: { name: string; seconds: number }[] }).rows;
    const reasoned = (rows: ReturnType<typeof rowsOf>) =>
      rows.find(({ name }) => name === "language model")?.seconds ?? 0;
    const again = await reason(server);
    expect(prompts).toHaveLength(server.calls.length);
    expect(reasoned(rowsOf(again))).toBeGreaterThan(0);
    rmSync(other, { recursive: true });
  }, 60_000);

  it("continues after a question that the server rejects, and shortens one that is too long", async () => {
    const tooLong = fails(400, { message: "the request exceeds the available context size" });
    await using server = await startChatServer([
      fails(400, { message: "cannot read this prompt" }),
      tooLong,
      says(NO_CHANGE),
      ...Array<typeof tooLong>(4).fill(tooLong),
      says(NO_CHANGE),
    ]);
    const { code, result } = await run(
      "dream",
      "reason",
      ...at(server, "--steps", "4", "--page-tokens", "100", "--calibrate", "0", "--json"),
    );
    expect(code).toBe(0);
    const { rows, lastUnread } = JSON.parse(result) as {
      rows: { name: string; unreadable: number; fidelity: { steps: number } }[];
      lastUnread: string;
    };
    const alone = rows.find(({ name }) => name === "language model");
    // The first question was rejected, and the third one was too long each time.
    expect([alone?.fidelity.steps, alone?.unreadable]).toEqual([4, 2]);
    expect(lastUnread).toContain("exceeds the available context size");
    const [, long = "", shorter = ""] = server.calls.map(
      ({ body }) => body.messages.at(-1)?.content ?? "",
    );
    expect(shorter.length).toBeLessThan(long.length);
  }, 60_000);

  it("says what is missing, and stops when the budget is spent", async () => {
    const nothing = await run("dream", "reason", "--from", runPath());
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.said).toContain("--endpoint");
    await using server = await startChatServer(says(NO_CHANGE));
    const spent = await run(
      "dream",
      "reason",
      ...at(server, "--examples", "1", "--max-run-tokens", "10"),
    );
    expect(spent.code).toBe(1);
    expect(spent.said).toContain("budget of 10 tokens is spent");
    expect(server.calls.length).toBeLessThan(3);
  }, 60_000);
});

describe("dreamgym dream --experience", () => {
  it("shows an episode as a language model dreams it", async () => {
    await using server = await startChatServer(says(NO_CHANGE));
    const show = at(server, "--show", "--json");
    const told = async (...more: string[]): Promise<string> => {
      const { code, result } = await run("dream", ...show, ...more);
      expect(code).toBe(0);
      return result;
    };
    const retrieved = await told();
    expect(server.calls).toEqual([]);
    expect(await told("--experience", "hybrid", "--sure-from", "0")).toBe(retrieved);
    expect(server.calls).toEqual([]);
    expect(await told("--experience", "llm")).toContain("as before");
    expect(server.calls.length).toBeGreaterThan(0);
    const asked = JSON.stringify(server.calls.map(({ body }) => body.messages));
    expect(asked).not.toContain("# The visitor's goal");
    // Calibration asks about recorded transitions, also where the hybrid asks nothing.
    const before = server.calls.length;
    await told("--experience", "hybrid", "--sure-from", "0", "--calibrate", "2");
    expect(server.calls.length - before).toBeGreaterThan(0);
    expect(server.calls.length - before).toBeLessThanOrEqual(2);
  }, 60_000);
});

describe("dreamgym dream annotate", () => {
  it("explains each transition once, and the examples carry the words", async () => {
    const transitions = Array.from({ length: 20 }, (_, step) => ({
      step,
      reasoning: `rule ${step}`,
    }));
    await using server = await startChatServer(says(JSON.stringify({ transitions })));
    const { code, result } = await run("dream", "annotate", ...at(server, "--json"));
    expect(code).toBe(0);
    expect(JSON.parse(result)).toMatchObject({ episodes: 12, unread: 0 });
    const calls = server.calls.length;
    await run("dream", "annotate", ...at(server));
    expect(server.calls).toHaveLength(calls);

    const out = join(folder, "sft.jsonl");
    const written = await run(
      "dream",
      "examples",
      "--from",
      runPath(),
      "--out",
      out,
      "--only-annotated",
    );
    expect(written.code).toBe(0);
    expect(readFileSync(out, "utf8")).toContain("rule 0");
    expect(existsSync(`${out}.partial`)).toBe(false);
    const twice = await run("dream", "examples", "--from", runPath(), "--out", out);
    expect(twice.said).toContain("exists");
  }, 60_000);

  it("writes the same examples as data of the Tinker API, where the reply alone is learned", async () => {
    const models = mkdtempSync(join(tmpdir(), "tokenizer-"));
    writeByteTokenizer(models);
    const of = async (out: string, ...more: string[]): Promise<string[]> => {
      const words = ["--from", runPath(), "--out", join(folder, out), "--examples", "1", ...more];
      expect((await run("dream", "examples", ...words)).code).toBe(0);
      return readFileSync(join(folder, out), "utf8").trim().split("\n");
    };
    const chats = await of("chat.jsonl");
    const data = await of("tinker.jsonl", "--as", "tinker", "--tokenizer", models);
    expect(data).toHaveLength(chats.length);
    const { messages } = JSON.parse(chats[0] ?? "") as { messages: { content: string }[] };
    const datum = JSON.parse(data[0] ?? "") as {
      model_input: { chunks: { type: string; tokens: number[] }[] };
      loss_fn_inputs: Record<"target_tokens" | "weights", { data: number[]; shape: number[] }>;
    };
    const { target_tokens: targets, weights } = datum.loss_fn_inputs;
    const learned = targets.data.filter((_, at) => weights.data[at] === 1);
    expect(learned.pop()).toBe(END);
    expect(Buffer.from(learned).toString("utf8")).toBe(messages.at(-1)?.content);
    const [{ type, tokens } = { type: "", tokens: [] }] = datum.model_input.chunks;
    expect(type).toBe("encoded_text");
    expect([tokens.length, targets.shape, weights.shape]).toEqual([
      targets.data.length,
      [targets.data.length],
      [targets.data.length],
    ]);
    expect(tokens.slice(1)).toEqual(targets.data.slice(0, -1));
    for (const [flag, problem] of [
      ["--as=tinker", "Expected --tokenizer with --as tinker, got none."],
      [`--tokenizer=${models}`, "Expected --tokenizer with --as tinker alone"],
    ] as const) {
      const wrong = await run("dream", "examples", "--from", runPath(), "--out", "x.jsonl", flag);
      expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining(problem)]);
    }
    rmSync(models, { recursive: true });
  }, 60_000);

  it("ends with the server's own words when it refuses", async () => {
    await using server = await startChatServer(fails(401, { message: "bad key" }));
    const other = mkdtempSync(join(tmpdir(), "dream-refused-"));
    const [visit] = await recordVisits();
    if (visit) await writeTrajectory(join(other, "offline", "episodes"), visit);
    const refused = await run(
      "dream",
      "annotate",
      "--from",
      other,
      "--endpoint",
      server.url,
      "--model",
      "m",
    );
    expect(refused.code).toBe(2);
    expect(refused.said).toContain("bad key");
    rmSync(other, { recursive: true });
  }, 60_000);
});
