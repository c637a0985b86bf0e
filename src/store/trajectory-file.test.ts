import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
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
  it("returns the trajectory that was written", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    expect(await readTrajectory(path)).toEqual(trajectory("00001"));
  });

  it("has a header line, one line per transition and an end line", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const kinds = readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { kind: string }).kind);
    expect(kinds).toEqual(["header", "transition", "transition", "end"]);
  });

  it("can be read without steps", async () => {
    const path = await writeTrajectory(folder, { ...trajectory("00001"), transitions: [] });
    expect((await readTrajectory(path)).transitions).toEqual([]);
  });

  it("can be read as editors save it: a byte order mark, CRLF, an empty last line", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    writeFileSync(path, `\ufeff${readFileSync(path, "utf8").replaceAll("\n", "\r\n")}\r\n`);
    expect(await readTrajectory(path)).toEqual(trajectory("00001"));
  });

  it("does not count until it is whole, and a half-written file is removed", async () => {
    await writeTrajectory(folder, trajectory("00001"));
    writeFileSync(join(folder, "00002.jsonl.unfinished"), '{"kind":"header"');
    expect(await listTrajectories(folder)).toEqual(["00001.jsonl"]);
    await removeUnfinished(folder);
    expect(readdirSync(folder)).toEqual(["00001.jsonl"]);
  });

  it("keeps the policy's thoughts, and which part failed", async () => {
    const one = trajectory("00001");
    const [first, ...others] = one.transitions;
    const failed: Trajectory = {
      ...one,
      transitions: [{ ...(first as Transition), thought: "Next comes next." }, ...others],
      stopReason: "error",
      score: null,
      error: "no model",
      failedPart: "policy",
      errorCode: "policy",
    };
    expect(await readTrajectory(await writeTrajectory(folder, failed))).toEqual(failed);
  });

  it("of version 1, which had neither field, can be read", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('"version":4', '"version":1'));
    expect(readFileSync(path, "utf8")).not.toBe(text);
    expect(await readTrajectory(path)).toEqual(trajectory("00001"));
  });

  it("counts as whole by its last line of any length, and not if it is cut short", async () => {
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

  it("with a missing line is rejected", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, lines.toSpliced(1, 1).join("\n"));
    await expect(readTrajectory(path)).rejects.toThrow("expected 2 transition lines, got 1");
  });

  it("that is cut short is rejected with the line", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const lines = readFileSync(path, "utf8").split("\n");
    writeFileSync(path, lines.slice(0, 2).join("\n"));
    await expect(readTrajectory(path)).rejects.toThrow(`${path}:2`);
  });

  it("with an unknown key or action is rejected with line and key", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace('"kind":"click"', '"kind":"teleport"'));
    await expect(readTrajectory(path)).rejects.toThrow(`${path}:2: \`action.kind\``);
    writeFileSync(path, text.replace('"taskId"', '"extra":1,"taskId"'));
    await expect(readTrajectory(path)).rejects.toThrow(`${path}:1: `);
  });

  it("with something after its end is rejected", async () => {
    const path = await writeTrajectory(folder, trajectory("00001"));
    appendFileSync(path, '{"kind":"end"}\n');
    await expect(readTrajectory(path)).rejects.toThrow(`${path}:`);
  });
});

/** Written by version 1 on 2026-11-27. Do not edit: such files are on users' disks. */
const VERSION_1 = `{"kind":"header","version":1,"id":"v1","taskId":"7","goal":"Go on","templateId":3,"world":"A","source":"real","actor":"random","seed":1,"startRequests":[]}
{"kind":"transition","observation":{"url":"http://a.test/","title":"A","nodes":[{"ref":"1","role":"RootWebArea","name":"A","states":{},"depth":0}],"tabs":[{"title":"A","url":"http://a.test/","active":true}],"lastActionError":null},"action":{"kind":"stop","answer":"x"},"reward":1,"logprob":-0.5,"requests":[],"page":{"url":"http://a.test/","html":"<p>A</p>"}}
{"kind":"end","steps":1,"finalObservation":{"url":"http://a.test/","title":"A","nodes":[],"tabs":[],"lastActionError":null},"stopReason":"terminated","score":{"status":"scored","value":1,"checks":[]},"error":null}
`;

describe("a trajectory file of another version", () => {
  const pathOf = (name: string, text: string): string => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it("can be read if it is older", async () => {
    const read = await readTrajectory(pathOf("v1.jsonl", VERSION_1));
    expect(read).toMatchObject({ id: "v1", transitions: [{ reward: 1, logprob: -0.5 }] });
  });

  it("is rejected if it is newer, and the message says what to do", async () => {
    const path = pathOf("v1.jsonl", VERSION_1.replace('"version":1', '"version":99'));
    await expect(readTrajectory(path)).rejects.toThrow(
      /:1: `version`: expected 1, 2, 3 or 4, got 99\. .*update dreamgym/,
    );
  });
});

describe("a trajectory that could not be read back", () => {
  const withStep = (step: object): Trajectory => {
    const whole = trajectory("00001");
    return { ...whole, transitions: whole.transitions.map((one) => ({ ...one, ...step })) };
  };

  it.each([
    ["a reward of NaN", { reward: Number.NaN }, "`reward`"],
    ["an unknown action", { action: { kind: "teleport" } }, "`action.kind`"],
  ])("is not written: %s", async (_name, step, key) => {
    const refusal = new RegExp(`:2: .*${key}.*\\. Nothing was written\\.$`);
    await expect(writeTrajectory(folder, withStep(step))).rejects.toThrow(refusal);
    expect(existsSync(folder)).toBe(false);
  });

  it("is not written: one without an id", async () => {
    await expect(writeTrajectory(folder, trajectory(""))).rejects.toThrow("empty text");
    expect(existsSync(folder)).toBe(false);
  });
});

describe("what a file cannot hold as it is", () => {
  it.each(["../outside", "a/b", "a\\b", "..", ".hidden", "a\u0000b", "C:x", "50%2F"])(
    "is written in the folder: the id %j",
    async (id) => {
      const path = await writeTrajectory(folder, trajectory(id));
      expect(dirname(path)).toBe(folder);
      expect(basename(path)).not.toMatch(/^\./);
      expect((await readTrajectory(path)).id).toBe(id);
    },
  );

  it("has a file for each id", async () => {
    const ids = ["a/b", "a%2Fb", "a%b"];
    const paths = await Promise.all(ids.map((id) => writeTrajectory(folder, trajectory(id))));
    expect(new Set(paths).size).toBe(ids.length);
  });

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])(
    "is left out: a log-probability of %d",
    async (logprob) => {
      const whole = trajectory("00001");
      const transitions = whole.transitions.map((one) => ({ ...one, logprob }));
      const read = await readTrajectory(await writeTrajectory(folder, { ...whole, transitions }));
      expect(read.transitions.length).toBe(transitions.length);
      for (const transition of read.transitions) expect(transition).not.toHaveProperty("logprob");
    },
  );

  it("keeps ids with dots, blanks and letters of any script", async () => {
    for (const id of ["1.5", "a b", "größe-7", "日本"]) {
      expect((await readTrajectory(await writeTrajectory(folder, trajectory(id)))).id).toBe(id);
    }
  });
});

describe("a folder of trajectories", () => {
  it("is read in order of the ids", async () => {
    for (const id of ["00010", "00002", "00001"]) await writeTrajectory(folder, trajectory(id));
    expect((await collect()).map((one) => one.id)).toEqual(["00001", "00002", "00010"]);
  });

  it("that does not exist is empty", async () => {
    expect(await collect()).toEqual([]);
  });
});
