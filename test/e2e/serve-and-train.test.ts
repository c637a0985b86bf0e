/** `dreamgym serve` and `dreamgym train` in real browsers: a client over the socket, and a training engine in TypeScript. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { VOCABULARY, writeByteTokenizer } from "../support/byte-tokenizer.ts";
import { startFakeEngine } from "../support/fake-engine.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { ROOT } from "../support/read-sources.ts";
import { runCli } from "../support/run-cli.ts";
import { config } from "../support/task-configs.ts";

let shop: PageServer;
let folder: string;
let world: string[];
beforeAll(async () => {
  shop = await startPageServer({
    "/": '<title>Shop</title><a href="/kettle">Blue kettle</a>',
    "/kettle": `<title>Kettle</title><p id=price></p>
<script>price.textContent = "Price: 12.50";</script>`,
  });
  folder = mkdtempSync(join(tmpdir(), "serve-and-train-"));
  const tasks = join(folder, "tasks.json");
  writeFileSync(tasks, JSON.stringify([{ ...config({}), max_steps: 2 }]));
  const site = `shopping=http://${shop.address}`;
  world = ["--env", "real", "--site", site, "--tasks", tasks];
});
afterAll(async () => {
  await shop[Symbol.asyncDispose]();
});

/** The ids of all processes under one. Linux. */
function processesUnder(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/u.test(entry))) {
    const parent = parentOf(name);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const under = (id: number): number[] =>
    (children.get(id) ?? []).flatMap((child) => [child, ...under(child)]);
  return under(root);
}

function parentOf(id: string): number | null {
  try {
    // The name before the last bracket may hold anything.
    const [, rest = ""] = /.*\) (.*)/su.exec(readFileSync(`/proc/${id}/stat`, "utf8")) ?? [];
    return Number(rest.split(" ")[1]);
  } catch {
    return null; // it has just ended
  }
}

const isRunning = (id: number): boolean => existsSync(`/proc/${id}`);
const isBrowser = (id: number): boolean =>
  readFileSync(`/proc/${id}/cmdline`, "utf8").includes("--remote-debugging-pipe");

async function startServe(): Promise<{ server: ChildProcess; url: string }> {
  const words = ["serve", ...world, "--port", "0", "--max-sessions", "2", "--idle-seconds", "5"];
  const server = spawn(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...words], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(server.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return { server, url: String(line).trim() };
}

interface Reply {
  type: string;
  data: {
    observation?: { text: string; url: string };
    reward?: number | null;
    done?: boolean;
    code?: string;
  };
}

async function connect(url: string) {
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`);
  await once(socket, "open");
  const receive = async (): Promise<Reply> => {
    const [raw] = (await once(socket, "message")) as [Buffer];
    return JSON.parse(String(raw)) as Reply;
  };
  const ask = (type: string, data: unknown): Promise<Reply> => {
    const reply = receive();
    socket.send(JSON.stringify({ type, data }));
    return reply;
  };
  return {
    socket,
    receive,
    reset: () => ask("reset", { index: 0, split: "train" }),
    step: (action: string) => ask("step", { action_str: action }),
  };
}

async function solve({ reset, step }: Awaited<ReturnType<typeof connect>>): Promise<Reply> {
  const start = await reset();
  const link = /\[(\d+)\] link 'Blue kettle'/u.exec(start.data.observation?.text ?? "")?.[1];
  const page = await step(`click('${link}')`);
  const price = /Price: ([\d.]+)/u.exec(page.data.observation?.text ?? "")?.[1];
  return await step(`send_msg_to_user('${price}')`);
}

describe.skipIf(!existsSync("/proc"))("dreamgym serve --env real (needs /proc)", () => {
  it(
    "survives a browser that dies, and Ctrl-C leaves no process",
    { timeout: 90_000 },
    async () => {
      const { server, url } = await startServe();
      try {
        const [first, second] = [await connect(url), await connect(url)];
        const ends = await Promise.all([solve(first), solve(second)]);
        expect(ends.map(({ data }) => [data.reward, data.done])).toEqual([
          [1, true],
          [1, true],
        ]);
        await first.reset();
        const browsers = processesUnder(server.pid as number).filter(isBrowser);
        expect(browsers.length).toBeGreaterThan(0);
        for (const id of browsers) process.kill(id, "SIGKILL");
        expect((await first.step("click('1')")).data.code).toBe("EXECUTION_ERROR");
        expect((await solve(first)).data.reward).toBe(1);
        // It was silent for longer than --idle-seconds, or will be.
        expect((await second.receive()).data.code).toBe("SESSION_ERROR");
        const left = processesUnder(server.pid as number);
        expect(left.length).toBeGreaterThan(0);
        server.kill("SIGINT");
        await once(server, "exit");
        await expect.poll(() => left.filter(isRunning), { timeout: 10_000 }).toEqual([]);
      } finally {
        server.kill("SIGKILL");
      }
    },
  );
});

describe("dreamgym train --env real", () => {
  const iterationsOf = (out: string): number =>
    readFileSync(join(out, "metrics.jsonl"), "utf8").trim().split("\n").length;

  it("trains a language model and resumes", { timeout: 90_000 }, async () => {
    await using engine = await startFakeEngine(VOCABULARY);
    const base = join(folder, "model");
    mkdirSync(base);
    writeByteTokenizer(base);
    const file = join(folder, "train.json");
    const agent = { pageTokens: 200, replyTokens: 16 };
    const rollouts = { groupSize: 2, tasksPerIteration: 1 };
    writeFileSync(file, JSON.stringify({ agent, rollouts }));
    const out = join(folder, "run");
    const train = (steps: number) =>
      runCli(
        "train",
        ...world,
        ..."--engine-profile skyrl-json --parallel 2 --engine".split(" "),
        engine.url,
        "--base-model",
        base,
        "--config",
        file,
        "--steps",
        String(steps),
        "--out",
        out,
      );
    const first = await train(4);
    expect(first).toMatchObject({ code: 0 });
    expect(first.result).toMatch(/^tinker:\/\//u);
    expect(iterationsOf(out)).toBe(1);
    const second = await train(8);
    expect(second.said).toContain("Resuming after iteration 1.");
    expect(iterationsOf(out)).toBe(2);
    expect(shop.received.filter(({ path }) => path === "/").length).toBeGreaterThanOrEqual(4);
  });
});
