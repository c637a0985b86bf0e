import { describe, expect, it } from "vitest";
import { createTasks, createThings } from "../../../test/support/tiny-world.ts";
import { demonstrations } from "../../../test/support/tiny-training.ts";
import { toTokenRows, toTrainerRow, toVerifiersRow } from "./trainer-rows.ts";

const things = createThings(1);
const [task] = createTasks(things);
const [trajectory] = await demonstrations(things, task === undefined ? [] : [task]);
if (trajectory === undefined) throw new Error("no demonstration");

describe("a row for verifiers", () => {
  it("has goal and first page as prompt, and everything after it as completion", () => {
    const row = toVerifiersRow(trajectory);
    expect(row.prompt).toHaveLength(1);
    expect(row.prompt[0]?.content).toContain(`Goal: ${task?.goal}`);
    expect(row.completion.map(({ role }) => role)).toEqual(["assistant", "user", "assistant"]);
    expect(row.completion[0]?.content).toBe("click('100')");
    expect(row.completion[2]?.content).toBe(`send_msg_to_user('${things[0]?.price}')`);
    expect(row).toMatchObject({
      task: "price-0",
      reward: 1,
      answer: "",
      stop_condition: "terminated",
    });
  });

  it("has no reward where no check could score", () => {
    const score = { status: "unscored", reason: "no page", checks: [] } as const;
    const row = toVerifiersRow({ ...trajectory, score: { ...score, checks: [] } });
    expect(row.reward).toBeNull();
    expect(JSON.stringify(row)).not.toContain("no page");
  });
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
