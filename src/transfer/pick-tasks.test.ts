import { describe, expect, it } from "vitest";
import type { Task } from "../core/task.ts";
import { pickTasks } from "./pick-tasks.ts";

const task = (templateId: number, k: number): Task => ({
  id: `${templateId}${k}`,
  templateId,
  goal: "",
  startUrls: [],
  sites: [],
  maxSteps: 8,
  checks: [],
  world: "A",
});

describe("pickTasks", () => {
  const tasks = [1, 2, 3].flatMap((template) => [0, 1, 2].map((k) => task(template, k)));

  it("takes from every template before it takes twice from one", () => {
    expect(pickTasks(tasks, 4).map(({ id }) => id)).toEqual(["10", "20", "30", "11"]);
  });

  it("takes all tasks without a limit, or with a limit above their number", () => {
    expect(pickTasks(tasks, null)).toEqual(tasks);
    expect(pickTasks(tasks, 100)).toHaveLength(9);
  });
});
