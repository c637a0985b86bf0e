import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TaskError } from "../core/errors.ts";
import { parseTaskConfig } from "./task-config.ts";
import { toTask } from "./to-task.ts";
import { config, publicTasks, PUBLIC_ORIGINS } from "../../test/support/task-configs.ts";

describe("parseTaskConfig", () => {
  it("names place and field on one line", () => {
    const broken = { ...config({}), intent: 7 };
    expect(() => parseTaskConfig(broken, "tasks/dev.json, task 3")).toThrow(
      /^tasks\/dev\.json, task 3, field intent: .*expected string/,
    );
    expect(() => parseTaskConfig(broken, "x")).toThrow(TaskError);
    expect(() => parseTaskConfig(broken, "x")).toThrow(/^[^\n]+$/);
  });

  it("refuses an eval type whose reference is missing", () => {
    const broken = config({ eval_types: ["url_match"], reference_url: "" });
    expect(() => parseTaskConfig(broken, "here")).toThrow(/field eval\.reference_url: .*url_match/);
  });

  it("needs no field of WebArena that says nothing about this task", () => {
    const least = {
      sites: ["desk"],
      task_id: 1,
      start_url: "__DESK__/",
      intent: "What is the status of the issue about toner?",
      eval: { eval_types: ["string_match"], reference_answers: { exact_match: "deferred" } },
      intent_template_id: 1,
    };
    expect(parseTaskConfig(least, "here")).toMatchObject({
      require_login: false,
      storage_state: null,
      eval: { reference_url: null, program_html: [] },
    });
    const asked = { ...least, eval: { eval_types: ["program_html"] } };
    expect(() => parseTaskConfig(asked, "here")).toThrow(/field eval\.program_html: .*none/);
  });

  it("refuses unknown fields", () => {
    expect(() => parseTaskConfig({ ...config({}), maxSteps: 3 }, "here")).toThrow(/maxSteps/);
  });

  it("never throws anything but a TaskError", () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        try {
          parseTaskConfig(data, "here");
        } catch (error) {
          expect(error).toBeInstanceOf(TaskError);
        }
      }),
    );
  });
});

describe("toTask", () => {
  it("puts origins in the placeholders' place, without a double slash", () => {
    const parsed = parseTaskConfig(
      {
        ...config({}),
        sites: ["shopping", "shopping_admin"],
        start_url: "__SHOPPING__/a |AND| __SHOPPING_ADMIN__/b",
      },
      "here",
    );
    const task = toTask(parsed, {
      shopping: "http://shopping.test/",
      shopping_admin: "http://admin.test/admin",
    });
    expect(task.startUrls).toEqual(["http://shopping.test/a", "http://admin.test/admin/b"]);
  });

  it("says which origin is missing", () => {
    const elsewhere = { ...config({}), sites: ["gitlab"], start_url: "__GITLAB__" };
    const parsed = parseTaskConfig(elsewhere, "here");
    expect(() => toTask(parsed, { shopping: "http://shopping.test" })).toThrow(
      /__GITLAB__, got origins for: shopping/,
    );
  });

  it.each([
    ["start_url", { start_url: "/" }, "starts with __SITE__, or http, got"],
    ["start_url", { start_url: "__SHOPPING__ |AND| __shop__" }, 'got "__shop__"'],
    ["start_url", { start_url: "__SHOPING__" }, "sites (shopping), got __SHOPING__"],
    [
      "eval.network_events.0.url",
      config({ eval_types: ["network_event"], network_events: [{ url: "/cart" }] }),
      'got "/cart"',
    ],
    [
      "eval.program_html.0.required_contents",
      config({
        eval_types: ["program_html"],
        program_html: [{ url: "last", locator: "", required_contents: {} }],
      }),
      "got none of them",
    ],
    [
      "eval.network_events.0.url",
      config({ eval_types: ["network_event"], network_events: [{ url: "__SHOPPING__/?q=tea" }] }),
      "belongs in the field query",
    ],
    [
      "eval.network_events.0.method",
      config({
        eval_types: ["network_event"],
        network_events: [{ url: "__SHOPPING__/", method: "" }],
      }),
      'got ""',
    ],
    [
      "eval.reference_answers.must_include.1",
      config({ reference_answers: { must_include: ["tea", "a |OR| ''"] } }),
      "which every text contains",
    ],
    [
      "eval.reference_answers.exact_match",
      config({ reference_answers: { exact_match: " " } }),
      "which every episode without an answer would match",
    ],
  ])("names what can never pass, or always would, at %s", (field, change, reason) => {
    const parse = (): unknown => parseTaskConfig({ ...config({}), ...change }, "here");
    expect(parse).toThrow(`here, field ${field}: `);
    expect(parse).toThrow(reason);
  });

  it("splits alternatives of a reference URL", () => {
    const parsed = parseTaskConfig(
      config({
        eval_types: ["url_match"],
        reference_url: "__SHOPPING__/f/a |OR| __SHOPPING__/f/b",
      }),
      "here",
    );
    expect(toTask(parsed, { shopping: "http://s.test" }).checks).toEqual([
      { kind: "url_match", urls: ["http://s.test/f/a", "http://s.test/f/b"] },
    ]);
  });
});

describe.skipIf(publicTasks === null)(
  "public configs (skipped where ../shared/data is absent)",
  () => {
    it("accepts all 812 of WebArena and all 165 of WebArena-Lite, and makes tasks of them", () => {
      const { webarena, lite } = publicTasks ?? { webarena: [], lite: [] };
      expect(webarena).toHaveLength(812);
      expect(lite).toHaveLength(165);
      for (const data of [...webarena, ...lite]) {
        const task = toTask(parseTaskConfig(data, "public"), PUBLIC_ORIGINS);
        expect(task.checks.length).toBeGreaterThan(0);
        expect(JSON.stringify(task)).not.toMatch(/__(SHOPPING|REDDIT|GITLAB|MAP|WIKIPEDIA)__/);
      }
    });
  },
);
