import { describe, expect, it } from "vitest";
import { parseTaskConfig } from "../../evaluation/task-config.ts";
import { countTasks } from "./task-stats.ts";

const task = (id: number, template: number, sites: string[], split: string, types: string[]) =>
  parseTaskConfig(
    {
      sites,
      task_id: id,
      require_login: true,
      storage_state: null,
      geolocation: null,
      require_reset: false,
      start_url: "__SHOP__/",
      intent_template: "Do {{x}}",
      instantiation_dict: { x: String(id) },
      intent: `Do ${id}`,
      intent_template_id: template,
      split,
      eval: {
        eval_types: types,
        reference_answers: types.includes("string_match")
          ? { exact_match: id === 1 ? "N/A" : "four" }
          : null,
        reference_url: types.includes("url_match") ? "__SHOP__/done" : "",
        program_html: [],
      },
    },
    `task ${id}`,
  );

describe("countTasks", () => {
  const stats = countTasks(
    [
      task(1, 7, ["shop"], "train", ["string_match"]),
      task(2, 7, ["shop"], "dev", ["string_match", "url_match"]),
      task(3, 8, ["shop", "map"], "dev", ["url_match"]),
    ],
    { 1: 2, 2: 6 },
  );

  it("counts a task across two sites once, and a task with two checks for both", () => {
    expect(stats.total).toEqual({
      tasks: 3,
      templates: 2,
      splits: { train: 1, dev: 2 },
      checks: { "string_match exact_match": 2, url_match: 2 },
      unachievable: 1,
      steps: { least: 2, median: 2, most: 6 },
    });
    expect(stats.sites.map(({ sites, tasks, templates }) => [sites, tasks, templates])).toEqual([
      ["shop", 2, 1],
      ["shop+map", 1, 1],
    ]);
  });

  it("knows no steps of a task that was never demonstrated", () => {
    expect(stats.templates.map(({ id, steps }) => [id, steps?.most ?? null])).toEqual([
      [7, 6],
      [8, null],
    ]);
  });
});
