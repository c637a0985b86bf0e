/** Every shape of `eval` in the public tasks, counted, and none that the evaluator cannot score. */

import { describe, expect, it } from "vitest";
import type { EpisodeOutcome, LivePage } from "../core/evaluator.ts";
import { createEvaluator } from "./evaluator.ts";
import type { Judge } from "./judge.ts";
import { parseTaskConfig, type TaskConfig } from "./task-config.ts";
import { toTask } from "./to-task.ts";
import { PUBLIC_ORIGINS, publicTasks } from "../../test/support/task-configs.ts";

/** `gitlab_get…()` for a helper, else the kind of address. */
function urlShape(url: string): string {
  const helper = /^func:(\w+)/u.exec(url)?.[1];
  return helper ?? (url === "last" ? "last" : "url");
}

function locatorShape(locator: string): string {
  const helper = /^func:(\w+)/u.exec(locator)?.[1];
  if (helper !== undefined) return helper;
  return locator.trim() === "" ? "page" : locator.startsWith("[...") ? "list" : "document";
}

/** The parts of a task's `eval`, each with what decides how it is scored. */
function shapesOf({ eval: config }: TaskConfig): string[] {
  const shapes: string[] = [];
  if (config.eval_types.includes("string_match"))
    for (const [kind, value] of Object.entries(config.reference_answers ?? {})) {
      const list = [value].flat();
      const form =
        value === "N/A" ? "N/A" : kind === "must_include" && list.length === 1 ? "one" : "some";
      const isLetter = form === "one" && list[0]?.length === 1 ? ", one character" : "";
      shapes.push(`string ${kind} ${form}${isLetter}`);
    }
  if (config.eval_types.includes("url_match")) {
    const url = config.reference_url ?? "";
    shapes.push(`url${url.includes(" |OR| ") ? " |OR|" : ""}${url.includes("?") ? " query" : ""}`);
  }
  if (config.eval_types.includes("program_html"))
    for (const target of config.program_html) {
      const kinds = Object.keys(target.required_contents).join("+");
      const clicks = target.prep_actions === undefined ? "" : " after clicks";
      shapes.push(`html ${urlShape(target.url)} ${locatorShape(target.locator)} ${kinds}${clicks}`);
    }
  return shapes;
}

const page: LivePage = {
  url: "http://page.test/",
  evaluate: async () => ({ failed: false, value: "text" }),
  source: async () => "<p>text",
};
const outcome: EpisodeOutcome = {
  answer: "an answer",
  finalUrl: "http://page.test/",
  finalPage: { url: "http://page.test/", html: "<p>text" },
  finalMarkup: "<p>text",
  requests: [],
  probe: {
    open: async (url) => ({ page: { url, html: "<p>text" } }),
    visit: async (_, body) => ({ value: await body(page) }),
  },
};
const judge: Judge = { judge: async () => ({ agrees: false, reason: "incorrect" }) };
const helpers = {
  shopping_get_latest_order_url: async () => "http://shopping.test/sales/order/view/order_id/1/",
  shopping_get_sku_latest_review_author: async () => "somebody",
  shopping_get_sku_latest_review_rating: async () => "100",
};

describe.skipIf(publicTasks === null)(
  "the shapes of `eval` (skipped where ../shared/data is absent)",
  () => {
    const { webarena, lite } = publicTasks ?? { webarena: [], lite: [] };
    const configs = [webarena, lite].map((list) =>
      list.map((data) => parseTaskConfig(data, "public")),
    );
    const count = (tasks: readonly TaskConfig[]): Record<string, number> => {
      const counts: Record<string, number> = {};
      for (const shape of tasks.flatMap(shapesOf)) counts[shape] = (counts[shape] ?? 0) + 1;
      return counts;
    };

    it("are these in WebArena's 812 tasks", () => {
      expect(count(configs[0] ?? [])).toMatchInlineSnapshot(`
        {
          "html last document exact_match": 85,
          "html last document exact_match after clicks": 10,
          "html last document must_include": 132,
          "html last page must_include": 1,
          "html last shopping_get_sku_latest_review_author must_include": 5,
          "html last shopping_get_sku_latest_review_rating must_include": 5,
          "html reddit_get_post_url document exact_match": 5,
          "html reddit_get_post_url document must_include": 55,
          "html reddit_get_post_url list must_include": 5,
          "html shopping_get_latest_order_url document must_include": 10,
          "html url document exact_match": 88,
          "html url document must_include": 134,
          "html url gitlab_get_project_memeber_role must_include": 12,
          "html url page must_include": 104,
          "string exact_match some": 45,
          "string fuzzy_match N/A": 36,
          "string fuzzy_match some": 82,
          "string must_include one": 67,
          "string must_include one, one character": 31,
          "string must_include some": 78,
          "url": 159,
          "url query": 39,
          "url |OR|": 7,
        }
      `);
    });

    it("are these in WebArena-Lite's 165 tasks", () => {
      expect(count(configs[1] ?? [])).toMatchInlineSnapshot(`
        {
          "html last document exact_match": 12,
          "html last document fuzzy_match": 2,
          "html last document must_include": 14,
          "html last page must_include": 1,
          "html reddit_get_post_url document exact_match": 1,
          "html reddit_get_post_url document fuzzy_match": 2,
          "html reddit_get_post_url document must_include": 7,
          "html reddit_get_post_url list must_include": 1,
          "html shopping_get_latest_order_url document must_include": 3,
          "html url document exact_match": 14,
          "html url document must_include": 19,
          "html url gitlab_get_project_memeber_role must_include": 3,
          "html url page must_include": 11,
          "string exact_match N/A": 5,
          "string exact_match some": 2,
          "string fuzzy_match N/A": 1,
          "string fuzzy_match some": 35,
          "string must_include one": 22,
          "string must_include one, one character": 4,
          "string must_include some": 12,
          "url": 29,
          "url query": 9,
          "url |OR|": 1,
        }
      `);
    });

    it.each(["strict", "webarena"] as const)("are all scored under %s", async (profile) => {
      const evaluator = createEvaluator({ profile, judge, helpers });
      const unscored: string[] = [];
      for (const config of configs.flat()) {
        const score = await evaluator.evaluate(toTask(config, PUBLIC_ORIGINS), outcome);
        for (const { passed, detail } of score.checks)
          if (passed === null) unscored.push(`${config.task_id}: ${detail}`);
      }
      expect(configs.flat()).toHaveLength(977);
      expect(unscored).toEqual([]);
    });
  },
);
