import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Transition } from "../core/trajectory.ts";
import { editTrajectory, findFaults, mergeTrajectories } from "./edit-trajectory.ts";
import { readRecording, RecordingFolder } from "./recording-folder.ts";
import { listTrajectories, readTrajectory } from "./trajectory-file.ts";

const PICTURE = Buffer.from("png");
const page = (name: string) => ({
  url: `http://site.test/${name}`,
  title: name,
  nodes: [{ ref: "1", role: "button", name, states: {}, depth: 0 }],
  tabs: [],
  lastActionError: null,
});
const step = (name: string): Transition => ({
  observation: page(name),
  action: { kind: "click", ref: "1" },
  reward: 0,
  requests: [],
});
const ENDING = {
  finalObservation: page("end"),
  stopReason: "terminated" as const,
  score: null,
  error: null,
};

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "recording-"))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

function create(id: string, mask?: <T>(value: T) => T): RecordingFolder {
  const header = {
    id,
    taskId: "",
    goal: "Go",
    templateId: 0,
    world: "",
    source: "human" as const,
    actor: "person",
    seed: 0,
    startRequests: [],
  };
  return RecordingFolder.create(root, header, mask);
}

describe("a recording folder", () => {
  it("is a trajectory once it is whole, with pictures next to it", async () => {
    using folder = create("one");
    folder.addStep(step("a"), PICTURE);
    folder.addStep(step("b"), null);
    expect(await listTrajectories(root)).toEqual([]);
    const path = folder.finish(ENDING, PICTURE);
    expect(await listTrajectories(root)).toEqual(["one/trajectory.jsonl"]);
    const read = await readTrajectory(path);
    expect(read.transitions.map(({ screenshot }) => screenshot)).toEqual([
      "screenshots/0000.png",
      undefined,
    ]);
    expect(read.finalScreenshot).toBe("screenshots/0002.png");
    const hasFile = (name: string): boolean => existsSync(join(root, "one", name));
    expect(findFaults(read, hasFile)).toEqual([]);
    rmSync(join(root, "one", "screenshots", "0000.png"));
    expect(findFaults(read, hasFile)).toEqual([
      "step 1: the picture screenshots/0000.png is missing",
    ]);
  });

  it("keeps whole steps after a kill, and resumes after them", async () => {
    using killed = create("one");
    killed.addStep(step("a"), null);
    killed.addStep(step("b"), null);
    appendFileSync(join(root, "one", "trajectory.jsonl.unfinished"), '{"kind":"transi');
    const left = await readRecording(join(root, "one"));
    expect(left.transitions).toHaveLength(2);
    expect(left.error).toBe("The recording was not finished.");
    const { folder, header } = RecordingFolder.resume(join(root, "one"));
    expect(header.goal).toBe("Go");
    folder.addStep(step("c"), null);
    expect(folder.undo()?.observation.title).toBe("c");
    expect(folder.undo()?.observation.title).toBe("b");
    folder.addStep(step("d"), null);
    const read = await readTrajectory(folder.finish(ENDING, null));
    expect(read.transitions.map(({ observation }) => observation.title)).toEqual(["a", "d"]);
    expect(() => RecordingFolder.resume(join(root, "one"))).toThrow("a finished one");
    expect(() => create("one")).toThrow("--resume");
  });

  it("masks each line before it is written", () => {
    using folder = create(
      "one",
      (value) => JSON.parse(JSON.stringify(value).replaceAll("hidden", "masked")) as typeof value,
    );
    folder.addStep(step("hidden"), null);
    const text = readFileSync(join(root, "one", "trajectory.jsonl.unfinished"), "utf8");
    expect(text).toContain("masked");
    expect(text).not.toContain("hidden");
  });
});

describe("an edited trajectory", () => {
  const whole = async (id: string, names: string[]) => {
    using folder = create(id);
    for (const name of names) folder.addStep(step(name), null);
    return await readTrajectory(folder.finish(ENDING, null));
  };
  const titles = ({ transitions }: { transitions: readonly Transition[] }): string[] =>
    transitions.map(({ observation }) => observation.title);

  it("lacks the dropped steps, and ends where it was cut", async () => {
    const one = await whole("one", ["a", "b", "c", "d"]);
    expect(titles(editTrajectory(one, { id: "x", drop: [2] }))).toEqual(["a", "c", "d"]);
    const cut = editTrajectory(one, { id: "x", from: 2, to: 3, verdict: "success" });
    expect(titles(cut)).toEqual(["b", "c"]);
    expect(cut.finalObservation.title).toBe("d");
    expect(cut.score).toMatchObject({ status: "scored", value: 1 });
    expect(() => editTrajectory(one, { id: "x", drop: [5] })).toThrow("from 1 to 4");
    const answered = editTrajectory(one, { id: "x", answer: "42" });
    expect(answered.transitions.at(-1)?.action).toEqual({ kind: "stop", answer: "42" });
  });

  it("follows another one after a merge", async () => {
    const [one, two] = [await whole("one", ["a"]), await whole("two", ["b"])];
    const merged = mergeTrajectories([editTrajectory(one, { id: "x", answer: "no" }), two], "m");
    expect(titles(merged)).toEqual(["a", "b"]);
    expect(merged.finalObservation.title).toBe("end");
  });
});
