import { describe, expect, it } from "vitest";
import { config, publicTasks } from "../../test/support/task-configs.ts";
import { findLocatorFaults, whyUnscored } from "./scorable.ts";
import { parseTaskConfig } from "./task-config.ts";
import { describeFault } from "./task-fault.ts";

const onPage = (locator: string) =>
  parseTaskConfig(
    config({
      eval_types: ["program_html"],
      program_html: [{ url: "last", locator, required_contents: { must_include: ["tea"] } }],
    }),
    "here",
  );

describe("findLocatorFaults", () => {
  it("names locators that browsers or rules cannot read, and no others", () => {
    const faults = (locator: string) =>
      findLocatorFaults(onPage(locator), "tasks.json, task 1").map(describeFault);
    for (const locator of ["", "document.querySelector('p').outerText", "func:helper('x')"])
      expect(faults(locator)).toEqual([]);
    expect(faults("document.querySelector('p:first').outerText")).toEqual([
      "tasks.json, task 1, field eval.program_html.0.locator: Expected a CSS selector, got p:first: no browser knows :first",
    ]);
    expect(faults("documentquery('p')")).toHaveLength(1);
  });
});

describe.skipIf(publicTasks === null)(
  "public tasks (skipped where ../shared/data is absent)",
  () => {
    const { webarena, lite } = publicTasks ?? { webarena: [], lite: [] };
    const [full, short] = [webarena, lite].map((list) =>
      list.map((data) => parseTaskConfig(data, "public")),
    );

    it("have no locator that cannot be read", () => {
      for (const task of [...(full ?? []), ...(short ?? [])])
        expect(findLocatorFaults(task, String(task.task_id))).toEqual([]);
    });

    it("are unscored without a judge when they are fuzzy, and when they need a site's own interface", () => {
      const count = (tasks: typeof full, reason: RegExp) =>
        (tasks ?? []).filter((task) => whyUnscored(task).some((r) => reason.test(r))).length;
      expect([count(full, /judge/), count(full, /interface/), count(full, /click/)]).toEqual([
        82, 15, 5,
      ]);
      expect([count(short, /judge/), count(short, /interface/)]).toEqual([39, 3]);
    });
  },
);
