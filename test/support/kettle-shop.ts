/** A shop with one kettle, and commands that ask a language model about it. Each test has a run folder of its own. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, vi } from "vitest";
import type { TaskConfigInput } from "../../src/evaluation/task-config.ts";
import type { ChatServer } from "./chat-server.ts";
import { type PageServer, startPageServer } from "./page-server.ts";
import { runCli } from "./run-cli.ts";

const PAGES = {
  "/": '<title>Shop</title><a href="/kettle">Blue kettle</a>',
  "/kettle": "<title>Kettle</title><h1>Blue kettle</h1><p>12.50 euros</p>",
};

export interface KettleShop {
  readonly server: PageServer;
  /** Of the test that runs. */
  readonly folder: string;
  /** Where its run goes. */
  readonly out: string;
  /** Flags that name the shop and these tasks. */
  siteFlags(tasks: readonly TaskConfigInput[]): string[];
  /** A command with `--agent llm`, in the text browser. */
  ask(
    command: string,
    tasks: readonly TaskConfigInput[],
    server: ChatServer,
    ...flags: string[]
  ): ReturnType<typeof runCli>;
}

/** @param keys variables of the environment, for the time of each test */
export function useKettleShop(keys: Readonly<Record<string, string>>): KettleShop {
  let folder = "";
  let server: PageServer;
  beforeAll(async () => {
    server = await startPageServer(PAGES);
  });
  afterAll(() => server[Symbol.asyncDispose]());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kettle-shop-"));
    for (const [name, key] of Object.entries(keys)) vi.stubEnv(name, key);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  const shop: KettleShop = {
    get server() {
      return server;
    },
    get folder() {
      return folder;
    },
    get out() {
      return join(folder, "run");
    },
    siteFlags(tasks) {
      const path = join(folder, "tasks.json");
      writeFileSync(path, JSON.stringify(tasks));
      return ["--site", `shopping=http://${server.address}`, "--tasks", path];
    },
    ask(command, tasks, { url }, ...flags) {
      const words = `${command} --world text --browsers 1 --agent llm --model test --price 1,2`;
      const places = [...shop.siteFlags(tasks), "--out", shop.out, "--endpoint", url];
      return runCli(...words.split(" "), ...places, ...flags);
    },
  };
  return shop;
}
