import { describe, expect, it } from "vitest";
import {
  createTasks,
  createThings,
  demonstrate,
  TinyEnv,
} from "../../../test/support/tiny-world.ts";
import type { Action } from "../../core/action.ts";
import { runEpisode } from "../../core/episode.ts";
import type { Score } from "../../core/score.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { carryOver } from "./carry-over.ts";

const things = createThings(1);
const tasks = createTasks(things);
const ofKind = (templateId: number): Task[] =>
  tasks.filter((task) => task.templateId === templateId);
const [prices, follows] = [ofKind(1), ofKind(2)];
const buffer = new ReplayBuffer();

function play(task: Task, first: readonly Action[] = [], env = new TinyEnv(things)) {
  return runEpisode({
    env,
    task,
    policy: {
      act: ({ observation, history }) => ({
        action: first[history.length] ?? demonstrate(task, observation),
      }),
    },
    seed: 0,
    id: task.id,
    actor: "search",
    source: "synthetic",
  });
}

/** Answers with the right price on the page of another thing, as if that page showed it too. */
async function lucky(task: Task, other: number): Promise<Trajectory> {
  const honest = await play(task);
  const answer = honest.transitions.at(-1)?.action;
  if (answer?.kind !== "stop") throw new Error("Expected an answer.");
  return play(task, [{ kind: "click", ref: String(100 + other) }, answer]);
}

describe("carryOver", () => {
  it("solves every sibling from the plan of one task", async () => {
    for (const siblings of [prices, follows]) {
      const [first] = siblings as [Task];
      const standing = await carryOver({
        buffer,
        tasks,
        plans: [await play(first)],
        env: new TinyEnv(things),
      });
      expect([...standing.keys()].toSorted()).toEqual(siblings.map(({ id }) => id).toSorted());
      for (const [taskId, [plan]] of standing)
        expect([plan?.taskId, plan?.score]).toMatchObject([taskId, { status: "scored", value: 1 }]);
    }
  });

  it("drops answers that were found by luck, and replaces them by what a sibling's plan gives", async () => {
    const [first, second, third] = prices as [Task, Task, Task];
    const plans = [await lucky(first, 4), await lucky(second, 5)];
    const none = await carryOver({ buffer, tasks, plans, env: new TinyEnv(things) });
    expect(none.size).toBe(0);
    const honest = await play(third);
    const standing = await carryOver({
      buffer,
      tasks,
      plans: [...plans, honest],
      env: new TinyEnv(things),
    });
    expect(standing.size).toBe(prices.length);
    const opened = (standing.get(first.id) ?? []).map(({ transitions }) => transitions[0]?.action);
    expect(opened).toEqual([{ kind: "click", ref: "100" }]);
  });

  it("keeps plans whose checks cannot all be decided", async () => {
    const undecided = (_: Task, checked: Score): Score =>
      checked.status === "scored" && checked.value === 1
        ? {
            status: "unscored",
            reason: "no recording shows the page",
            checks: [
              { kind: "network_event", passed: true, detail: "" },
              { kind: "program_html", passed: null, detail: "no recording shows the page" },
            ],
          }
        : checked;
    const env = new TinyEnv(things, undecided);
    const plans = [await play(follows[0] as Task, [], env)];
    const standing = await carryOver({ buffer, tasks, plans, env });
    expect(standing.size).toBe(follows.length);
  });

  it("keeps the plans of a task without siblings", async () => {
    const [only] = prices as [Task];
    const plan = await lucky(only, 4);
    const standing = await carryOver({
      buffer,
      tasks: [only],
      plans: [plan],
      env: new TinyEnv(things),
    });
    expect(standing).toEqual(new Map([[only.id, [plan]]]));
  });
});
