import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createTasks, createThings } from "../../../test/support/tiny-world.ts";
import { demonstrations } from "../../../test/support/tiny-training.ts";
import { toTokenRows, toTrainerRow, toVerifiersRow } from "./trainer-rows.ts";

const VENV = process.env["DREAMGYM_EXPORTS_VENV"];
const things = createThings(1);
const [task] = createTasks(things);
const [trajectory] = await demonstrations(things, task === undefined ? [] : [task]);
if (trajectory === undefined) throw new Error("no demonstration");

describe("a row for verifiers", () => {
  it("is a chain of messages, with those of the agent marked as sampled", () => {
    const row = toVerifiersRow(trajectory);
    expect(row.nodes.map(({ parent }) => parent)).toEqual([null, 0, 1, 2]);
    expect(row.nodes.map(({ message, sampled }) => `${message.role} ${sampled}`)).toEqual([
      "user false",
      "assistant true",
      "user false",
      "assistant true",
    ]);
    expect(row.nodes[0]?.message.content).toContain(`Goal: ${task?.goal}`);
    expect(row.nodes[1]?.message.content).toBe("click('100')");
    expect(row.nodes[3]?.message.content).toBe(`send_msg_to_user('${things[0]?.price}')`);
    expect(row).toMatchObject({
      task: { data: { id: "price-0" } },
      rewards: { checks: { score: 1 } },
      ok: true,
      stop_condition: "terminated",
    });
  });

  it("has no reward where no check could score", () => {
    const score = { status: "unscored", reason: "no page", checks: [] } as const;
    const row = toVerifiersRow({ ...trajectory, score: { ...score, checks: [] } });
    expect(row.rewards.checks).toBeNull();
    expect(JSON.stringify(row)).not.toContain("no page");
  });

  it.skipIf(VENV === undefined)(
    "is read by verifiers (needs DREAMGYM_EXPORTS_VENV)",
    { timeout: 300_000 },
    async () => {
      const rows = [
        toVerifiersRow(trajectory),
        toVerifiersRow({ ...trajectory, score: { status: "unscored", reason: "", checks: [] } }),
      ];
      const script = `
import json, sys
from verifiers.v1.trace import WireTrace
for row in json.loads(sys.argv[1]):
    trace = WireTrace.model_validate(row)
    print(json.dumps([trace.reward, trace.num_turns, trace.num_branches, len(trace.messages), [len(b.messages) for b in trace.branches]]))
`;
      const python = join(VENV ?? "", "bin", "python");
      const { stdout } = await promisify(execFile)(python, ["-c", script, JSON.stringify(rows)]);
      expect(stdout.trim().split("\n")).toEqual(["[1.0, 2, 1, 4, [4]]", "[0.0, 2, 1, 4, [4]]"]);
    },
  );
});

describe("a row with a mask", () => {
  it("weighs what the agent wrote alone", () => {
    const { messages, reward } = toTrainerRow(trajectory);
    expect(messages.map(({ role, weight }) => `${role} ${weight}`)).toEqual([
      "user 0",
      "assistant 1",
      "user 0",
      "assistant 1",
    ]);
    expect(reward).toBe(1);
  });
});

describe("rows of tokens", () => {
  it("hold each decision as it was sampled, and the reward of its episode", () => {
    const [first, second] = trajectory.transitions;
    if (first === undefined || second === undefined) throw new Error("too short");
    const sampled = { ids: [7, 8], logProbs: [-0.5, -0.1], promptIds: [1, 2, 3] };
    const row = { id: trajectory.id, task: "price-0", reward: 1 };
    const of = (...tokens: (typeof sampled | { ids: number[]; logProbs: number[] })[]) =>
      toTokenRows({
        ...trajectory,
        transitions: [first, second].map((step, at) => ({
          ...step,
          ...(tokens[at] && { tokens: tokens[at] }),
        })),
      });
    expect(of(sampled, { ids: [9], logProbs: [] })).toEqual([
      { ...row, step: 0, prompt_ids: [1, 2, 3], completion_ids: [7, 8], logprobs: [-0.5, -0.1] },
      { ...row, step: 1, prompt_ids: null, completion_ids: [9], logprobs: null },
    ]);
    expect(of({ ids: [], logProbs: [-1] })).toEqual([]);
    expect(toTokenRows(trajectory)).toEqual([]);
  });
});
