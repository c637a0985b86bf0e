import { appendFileSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { Observation } from "../core/observation.ts";
import type { Trajectory, Transition } from "../core/trajectory.ts";
import {
  hasWholeEnd,
  listTrajectories,
  readTrajectories,
  readTrajectory,
  removeUnfinished,
  writeTrajectory,
} from "./trajectory-file.ts";

let folder: string;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "trajectories-")), "episodes");
});

function observation(url: string): Observation {
  return {
    url,
    title: "A page",
    nodes: [
      { ref: "1", role: "RootWebArea", name: "A page", states: {}, depth: 0 },
      { ref: "2", role: "link", name: "Next", states: { focused: true }, url, depth: 1 },
    ],
    tabs: [{ title: "A page", url, active: true }],
    lastActionError: null,
  };
}

function trajectory(id: string): Trajectory {
  const url = "http://example.test/";
  return {
    id,
    taskId: "7",
    goal: "Go on",
    templateId: 3,
    world: "A",
    source: "real",
    actor: "random",
    seed: 1,
    transitions: [
      {
        observation: observation(url),
        action: { kind: "click", ref: "2" },
        reward: 0,
        requests: [
          {
            kind: "document",
            method: "POST",
            url,
            fields: [["q", "x\ny"]],
            status: 303,
            redirect: url,
          },
        ],
        page: { url, html: "<p>line\nbreak</p>" },
      },
      {
        observation: observation(url),
        action: { kind: "stop", answer: "" },
        reward: 1,
        logprob: -0.5,
        requests: [],
      },
    ],
    finalObservation: observation(url),
    finalPage: { url, html: "<p>end</p>" },
    startRequests: [],
    stopReason: "terminated",
    score: { status: "scored", value: 1, checks: [] },
    error: null,
  };
}

async function collect(): Promise<Trajectory[]> {
  const all: Trajectory[] = [];
  for await (const one of readTrajectories(folder)) all.push(one);
  return all;
}

describe("a trajectory file", () => {
  it("gives back what was written", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    expect(await readTrajectory(path)).toEqual(trajectory("00001"));
  });

  it("is a header line, one line a transition and an end line", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const kinds = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toEqual(["header", "transition", "transition", "end"]);
  });

  it("without steps is read too", async () => {
    const path = await writeTrajectory(folder, { ...trajectory("00001"), transitions: [] });
    expect((await readTrajectory(path)).transitions).toEqual([]);
  });

  it("does not count before it is whole, and its half is removed", async () => {
    await writeTrajectory(folder, trajectory("00001"));
    writeFileSync(join(folder, "00002.jsonl.unfinished"), '{"kind":"header"');
    expect(await listTrajectories(folder)).toEqual(["00001.jsonl"]);
    await removeUnfinished(folder);
    expect(readdirSync(folder)).toEqual(["00001.jsonl"]);
  });

  it("keeps what the policy thought, and whose failure ended the episode", async () => {
    const one = trajectory("00001");
    const [first, ...others] = one.transitions;
    const failed: Trajectory = {
      ...one,
      transitions: [{ ...(first as Transition), thought: "Next comes next." }, ...others],
      stopReason: "error",
      score: null,
      error: "no model",
      failedPart: "policy",
    };
    expect(await readTrajectory(await writeTrajectory(folder, failed))).toEqual(failed);
  });

  it("of version 1, which knew neither, is read", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('"version":2', '"version":1'));
    expect(readFileSync(path, "utf8")).not.toBe(text);
    expect(await readTrajectory(path)).toEqual(trajectory("00001"));
  });

  it("is found whole by its last line, however long that is, and not where it breaks off", async () => {
    const long: Trajectory = {
      ...trajectory("00001"),
      finalPage: { url: "http://example.test/", html: "ä".repeat(100_000) },
    };
    const path = await writeTrajectory(folder, long);
    const text = readFileSync(path, "utf8");
    expect(await hasWholeEnd(path)).toBe(true);
    const lastLine = text.lastIndexOf("\n", text.length - 2) + 1;
    for (const length of [0, 1, lastLine, lastLine + 20, text.length - 1]) {
      writeFileSync(path, text.slice(0, length));
      expect(await hasWholeEnd(path)).toBe(false);
    }
    writeFileSync(path, text.replace('"stopReason":"terminated"', '"stopReason":"'));
    expect(await hasWholeEnd(path)).toBe(false);
  });

  it("with a line missing is refused", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, lines.toSpliced(1, 1).join("\n"));
    await expect(readTrajectory(path)).rejects.toThrow("expected 2 transition lines, got 1");
  });

  it("that breaks off is refused, naming the line", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, lines.slice(0, 2).join("\n"));
    await expect(readTrajectory(path)).rejects.toThrow(`${path}:2`);
  });

  it("with an unknown key or an action that is none is refused, naming line and key", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('"kind":"click"', '"kind":"teleport"'));
    await expect(readTrajectory(path)).rejects.toThrow(`${path}:2: \`action.kind\``);
    writeFileSync(path, text.replace('"taskId"', '"extra":1,"taskId"'));
    await expect(readTrajectory(path)).rejects.toThrow(`${path}:1: `);
  });

  it("with something after its end is refused", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    appendFileSync(path, '{"kind":"end"}\n');
    await expect(readTrajectory(path)).rejects.toThrow(`${path}:`);
  });
});

describe("a folder of trajectories", () => {
  it("is read in the order of the ids", async () => {
    for (const id of ["00010", "00002", "00001"]) await writeTrajectory(folder, trajectory(id));
    expect((await collect()).map((one) => one.id)).toEqual(["00001", "00002", "00010"]);
  });

  it("that is not there holds none", async () => {
    expect(await collect()).toEqual([]);
  });
});
