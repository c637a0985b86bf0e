import { describe, expect, it } from "vitest";
import { findGoalDates } from "./candidate-dates.ts";

const values = (goal: string): string[] => findGoalDates(goal).map(({ value }) => value);

describe("findGoalDates", () => {
  it.each([
    ["from 2024-02-29 on", ["2024-02-29"]],
    ["on 3/14/2024", ["2024-03-14"]],
    ["on 14/3/2024", ["2024-03-14"]],
    ["am 5.11.2023", ["2023-11-05"]],
    ["on the 2nd of August 2022", ["2022-08-02"]],
    ["Sept. 7 2021", ["2021-09-07"]],
    ["between Jan 1, 2023 and 31 December 2023", ["2023-01-01", "2023-12-31"]],
  ])("reads days: %s", (goal, expected) => expect(values(goal)).toEqual(expected));

  it("reads times, and the moment of a day and a time", () => {
    expect(values("at 9 a.m. or 12:05 am or 12pm or 17:45")).toEqual([
      "09:00",
      "00:05",
      "12:00",
      "17:45",
    ]);
    expect(values("on May 4, 2025 at 7:15pm")).toEqual(["2025-05-04", "19:15", "2025-05-04T19:15"]);
  });

  it("reads months without a day", () => {
    expect(values("sales in February 2023")).toEqual(["2023-02"]);
    expect(values("period 2023-11")).toEqual(["2023-11"]);
  });

  it("reads no date that does not exist, and none from other numbers", () => {
    for (const goal of [
      "on February 30, 2024",
      "2023-13-01",
      "at 25:00",
      "version 1.2.2024.7",
      "call 555-2024-11-02",
      "March 2nd",
      "marching 5000",
      "score 3:1",
    ])
      expect(values(goal), goal).toEqual([]);
  });

  it("says where the goal has it", () => {
    const goal = "Leave on June 1, 2026.";
    const [found] = findGoalDates(goal);
    expect(goal.slice(found?.span.start, found?.span.end)).toBe("June 1, 2026");
  });
});
