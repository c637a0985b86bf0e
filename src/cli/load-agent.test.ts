import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTasks, createThings, TinyEnv } from "../../test/support/tiny-world.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { encodeCheckpoint } from "../agent/network/checkpoint.ts";
import { runEpisode } from "../core/episode.ts";
import { loadAgent } from "./load-agent.ts";

const things = createThings(1);
const [task] = createTasks(things);
if (task === undefined) throw new Error("Expected a task.");
const tiny = { name: "tiny" };

function write(name: string, content: string | Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), "agent-")), name);
  writeFileSync(path, content);
  return path;
}

/** The actions of an episode of the agent. */
async function play(name: string, { trials = 1, seed = 0 } = {}): Promise<string> {
  const agent = await loadAgent(name, tiny, trials);
  const { transitions } = await runEpisode({
    env: new TinyEnv(things),
    task: task as NonNullable<typeof task>,
    policy: agent.policyFor({ task: task as NonNullable<typeof task>, trial: 1, seed }),
    seed,
    id: "x",
    actor: agent.name,
    source: "synthetic",
  });
  return JSON.stringify(transitions.map(({ action }) => action));
}

describe("an agent", () => {
  it("that acts at random does the same for the same seed alone", async () => {
    expect(await play("random")).toBe(await play("random"));
    const plays = await Promise.all([1, 2, 3, 4].map((seed) => play("random", { seed })));
    expect(new Set(plays).size).toBeGreaterThan(1);
  });

  it("of a checkpoint is greedy for one trial, and samples for several", async () => {
    const path = write("policy.bin", encodeCheckpoint(new CandidatePolicy()));
    const agent = await loadAgent(path, tiny, 1);
    expect(agent.name).toBe("policy.bin");
    expect(agent.facts).toMatchObject({
      path,
      mode: "greedy",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(await play(path, { seed: 1 })).toBe(await play(path, { seed: 2 }));
    const sampled = await Promise.all([1, 2, 3, 4].map((seed) => play(path, { trials: 2, seed })));
    expect(new Set(sampled).size).toBeGreaterThan(1);
  });

  it("of a module is a policy, or what its function returns for a trial and seed", async () => {
    const policy = write(
      "a.mjs",
      `export default { act: () => ({ action: { kind: "stop", answer: "a" } }) }`,
    );
    expect(await play(policy)).toContain('"answer":"a"');
    const create = write(
      "b.mjs",
      `export default (episode) => ({ act: () => ({ action: { kind: "stop", answer: JSON.stringify(episode) } }) })`,
    );
    expect(JSON.parse(await play(create, { seed: 7 }))).toEqual([
      { kind: "stop", answer: '{"trial":1,"seed":7}' },
    ]);
  });

  it.each([
    [
      "nothing there",
      () => "no-such-agent",
      /random, scripted, a checkpoint or a module, got no-such-agent/,
    ],
    [
      "scripts where there are none",
      () => "scripted",
      /Expected --env tiny to have scripted solvers/,
    ],
    [
      "a module without a policy",
      () => write("c.mjs", "export default { play() {} }"),
      /got an object with play/,
    ],
    [
      "a module without a default export",
      () => write("d.mjs", "export const x = 1"),
      /got no default export/,
    ],
    ["a file that is not a checkpoint", () => write("e.bin", "hello"), /e\.bin/],
  ])("is refused for %s", async (_what, name, message) => {
    await expect(loadAgent(name(), tiny, 1)).rejects.toThrow(message);
  });

  it("whose function returns a promise is refused at its first episode", async () => {
    const late = write("f.mjs", "export default async () => ({ act() {} })");
    await expect(play(late)).rejects.toThrow(/return a policy, got a promise/);
  });
});
