import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createTasks, createThings, TinyEnv } from "../../test/support/tiny-world.ts";
import { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { decodeLearnerState, encodeCheckpoint } from "../agent/network/checkpoint.ts";
import { openRunFolder } from "../store/run-folder.ts";
import { type ArmTrainingConfig, PracticeSchema } from "./compare-config.ts";
import { trainArm, type TrainArmOptions } from "./train-arm.ts";
import { openRunRecords, type RunRecords } from "./run-records.ts";

const things = createThings(1);
let folder = "";
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "trainArm-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const LEARNING = { replayCoefficient: 0.5, replayUpdates: 2, klCoefficient: 0.1 };

const practiceIn = (
  records: RunRecords,
  target: number,
  onIteration: () => void,
  signal: AbortSignal,
  isLast = false,
  algorithm: ArmTrainingConfig["algorithm"] = "grpo",
): TrainArmOptions => ({
  records,
  arm: "arm",
  seed: 1,
  target,
  isLast,
  start: encodeCheckpoint(new CandidatePolicy({ tableBits: 12 })),
  config: PracticeSchema.parse({
    steps: target,
    algorithm,
    grpo: LEARNING,
    ppo: LEARNING,
    rollouts: { groupSize: 4, tasksPerIteration: 4 },
  }),
  cloned: {},
  tasks: createTasks(things),
  source: "real",
  lend: (work) => work([new TinyEnv(things)]),
  onIteration,
  warn: () => {},
  now: () => 0,
  signal,
});

/** A digest of the last checkpoint's bytes after training to each target in turn, with a stop at each of `cuts`. */
async function train(
  name: string,
  targets: number[],
  cuts: number[],
  algorithm: ArmTrainingConfig["algorithm"],
): Promise<string> {
  using runFolder = openRunFolder(join(folder, name), {});
  using records = await openRunRecords(runFolder);
  for (const target of targets) {
    for (const cut of cuts) {
      const stop = new AbortController();
      let iterations = 0;
      const count = (): void => {
        if (++iterations === cut) stop.abort(new Error("cut"));
      };
      await expect(
        trainArm(practiceIn(records, target, count, stop.signal, false, algorithm)),
      ).rejects.toThrow("cut");
    }
    const never = new AbortController().signal;
    await trainArm(practiceIn(records, target, () => {}, never, false, algorithm));
  }
  const running = records.readRunning("arm", 1)?.checkpoint as Uint8Array;
  expect(decodeLearnerState(running)?.length).toBeGreaterThan(1000);
  const checkpoint = records.readCheckpoint(`arm-1-${targets.at(-1)}`) as Uint8Array;
  return createHash("sha256").update(checkpoint).digest("hex");
}

it.each(["grpo", "ppo"] as const)(
  "ends with the same bytes however often it was stopped, by %s",
  { timeout: 60_000 },
  async (algorithm) => {
    const whole = await train("whole", [500], [], algorithm);
    expect(await train("cut", [500], [2, 1], algorithm)).toBe(whole);
  },
);

it("leaves curves for TensorBoard next to its metrics, a folder for each arm and seed", async () => {
  using runFolder = openRunFolder(join(folder, "curves"), {});
  using records = await openRunRecords(runFolder);
  await trainArm(practiceIn(records, 100, () => {}, new AbortController().signal));
  const metrics = readFileSync(runFolder.file("metrics.jsonl"), "utf8");
  expect(metrics).toContain('"grpo/approx_kl"');
  const events = readFileSync(runFolder.file("tensorboard", "arm-1", "events.out.tfevents"));
  expect(events.includes("grpo/approx_kl")).toBe(true);
});

it("obeys a stop although its world never waits for anything", async () => {
  using runFolder = openRunFolder(join(folder, "stopped"), {});
  using records = await openRunRecords(runFolder);
  const stop = new AbortController();
  setImmediate(() => stop.abort(new Error("stopped")));
  await expect(trainArm(practiceIn(records, 2000, () => {}, stop.signal))).rejects.toThrow(
    "stopped",
  );
});

it("takes the given number of gradient steps, at the end by replay alone", async () => {
  using runFolder = openRunFolder(join(folder, "told"), {});
  using records = await openRunRecords(runFolder);
  const never = new AbortController().signal;
  const told = async (arm: string, target: number, gradientSteps?: number) =>
    trainArm({ ...practiceIn(records, target, () => {}, never), arm, gradientSteps });
  const free = await told("free", 300);
  expect(free.rehearsedSteps).toBe(0);
  const more = await told("more", 300, free.gradientSteps + 50);
  expect(more.gradientSteps).toBe(free.gradientSteps + 50);
  // Other rollouts give another number of gradient steps, but never zero.
  expect(more.rehearsedSteps).toBeGreaterThan(0);
  expect(more.rehearsedSteps).toBeLessThan(more.gradientSteps);
  const fewer = await told("fewer", 3000, 10);
  expect(fewer.steps).toBeLessThan(3000);
  expect(fewer.gradientSteps).toBeGreaterThanOrEqual(10);
  expect(fewer.rehearsedSteps).toBe(0);
});

it("leaves no running checkpoint behind its last one, even after a kill in between", async () => {
  using runFolder = openRunFolder(join(folder, "last"), {});
  using records = await openRunRecords(runFolder);
  const never = new AbortController().signal;
  const checkpoints = (): string[] => readdirSync(runFolder.file("checkpoints")).toSorted();
  await trainArm(practiceIn(records, 100, () => {}, never));
  expect(checkpoints()).toEqual(["arm-1-100.bin", "arm-1.running"]);
  await trainArm(practiceIn(records, 200, () => {}, never, true));
  expect(checkpoints()).toEqual(["arm-1-100.bin", "arm-1-200.bin"]);
  writeFileSync(runFolder.file("checkpoints", "arm-1.running"), "left");
  await trainArm(practiceIn(records, 200, () => {}, never, true));
  expect(checkpoints()).toEqual(["arm-1-100.bin", "arm-1-200.bin"]);
});

it("resumes from a running checkpoint that an older version wrote", async () => {
  using runFolder = openRunFolder(join(folder, "older"), {});
  using records = await openRunRecords(runFolder);
  await trainArm(practiceIn(records, 100, () => {}, new AbortController().signal));
  const now = records.readRunning("arm", 1);
  const path = runFolder.file("checkpoints", "arm-1.running");
  const bytes = readFileSync(path);
  const lineEnd = bytes.indexOf("\n");
  const line = bytes.toString("utf8", 0, lineEnd).replace('"zeroVarianceShares"', '"silence"');
  writeFileSync(path, Buffer.concat([Buffer.from(line), bytes.subarray(lineEnd)]));
  expect(readFileSync(path).includes("silence")).toBe(true);
  expect(records.readRunning("arm", 1)).toEqual(now);
});
