import { describe, expect, it } from "vitest";
import { wrongAnswersOf } from "./right-answer.ts";
import type { Task } from "./task.ts";

const taskOf = (answer: string): Task => ({
  id: answer,
  goal: "",
  startUrls: [],
  sites: [],
  maxSteps: 1,
  checks: [{ kind: "string_match", exactMatch: answer }],
  templateId: 0,
  world: "",
});

describe("wrongAnswersOf", () => {
  it("takes an answer of another task, also after one that cannot be done", () => {
    const others = [taskOf("oak"), taskOf("N/A"), taskOf("elm")];
    expect(wrongAnswersOf(taskOf("oak"), others)).toEqual(["", "N/A", "something else", "elm"]);
  });

  it("leaves out the right answer", () => {
    expect(wrongAnswersOf(taskOf("N/A"), [taskOf("N/A")])).toEqual(["", "something else"]);
    expect(wrongAnswersOf(taskOf("something else"), [])).toEqual(["", "N/A"]);
  });
});
