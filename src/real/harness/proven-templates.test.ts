import { describe, expect, it } from "vitest";
import type { Task } from "../../core/task.ts";
import { leaveOutUnproven } from "./proven-templates.ts";

const task = (id: string, templateId: number): Task => ({
  id,
  goal: "",
  startUrls: ["http://shop.test/"],
  sites: ["shop"],
  maxSteps: 5,
  checks: [],
  templateId,
  world: "A",
});
const tasks = [task("a", 1), task("b", 1), task("c", 2)];

describe("leaveOutUnproven", () => {
  it("leaves out the whole template of a differing task, in one line, and keeps the others", () => {
    const { tasks: kept, leftOut } = leaveOutUnproven(tasks, [
      { taskId: "a", steps: 3, problems: [] },
      { taskId: "b", steps: 3, problems: ["two runs of the solver differ", "another"] },
      { taskId: "c", steps: 2, problems: [] },
    ]);
    expect(kept.map(({ id }) => id)).toEqual(["c"]);
    expect(leftOut).toEqual(["Template 1 is left out: task b: two runs of the solver differ"]);
  });

  it("keeps everything if each template's first task is proven", () => {
    const results = ["a", "c"].map((taskId) => ({ taskId, steps: 1, problems: [] }));
    expect(leaveOutUnproven(tasks, results)).toEqual({ tasks, leftOut: [] });
  });
});
