/** OpenEnv's own validator and Python client against our server. `tools/install-openenv.ts` installs them. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startOpenEnvServer } from "../src/serve/openenv/openenv-server.ts";
import { createTasks, createThings, TinyEnv } from "./support/tiny-world.ts";

const VENV = process.env["DREAMGYM_OPENENV"];
const SESSIONS = 8;
const things = createThings(1);

const serve = () =>
  startOpenEnvServer({
    world: {
      name: "tiny",
      description: "A list of things.",
      splits: { train: createTasks(things) },
      openEnv: async () => new TinyEnv(things),
    },
    limits: { maxSessions: SESSIONS, idleTimeoutMs: 60_000, stepTimeoutMs: 10_000 },
    host: "127.0.0.1",
    port: 0,
    version: "0.0.0",
    warn: () => {},
  });

async function python(program: string, ...words: string[]): Promise<string> {
  const path = join(VENV ?? "", "bin", program);
  return (await promisify(execFile)(path, words, { timeout: 100_000 })).stdout;
}

describe.skipIf(VENV === undefined)("OpenEnv in Python (needs DREAMGYM_OPENENV)", () => {
  it("validates the server: every criterion passes", { timeout: 120_000 }, async () => {
    await using server = await serve();
    const report = JSON.parse(
      await python("openenv", "validate", "--url", server.url, "--json"),
    ) as {
      passed: boolean;
      standard_profile: string;
      mode: string;
      criteria: { id: string; passed: boolean }[];
    };
    expect(report.criteria.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.criteria).toHaveLength(6);
    expect(report).toMatchObject({
      passed: true,
      standard_profile: "openenv-http/1.x",
      mode: "simulation",
    });
  });

  it("plays eight sessions at the same time", { timeout: 120_000 }, async () => {
    await using server = await serve();
    const script = join(import.meta.dirname, "support", "openenv-client.py");
    const lines = (await python("python", script, server.url, String(SESSIONS))).trim().split("\n");
    const episodes = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(episodes).toHaveLength(SESSIONS);
    for (const episode of episodes)
      expect(episode).toMatchObject({ reward: 1, done: true, error: false });
    expect(new Set(episodes.map(({ goal }) => goal)).size).toBe(SESSIONS);
    await expect.poll(() => server.sessions).toBe(0);
  });
});
