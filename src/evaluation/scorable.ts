/** What is known before any episode: which checks of a task no rule can compute. */

import { EvaluatorError } from "../core/errors.ts";
import { BUILT_IN_HELPERS, parseHelperCall } from "./helper-call.ts";
import { readLocator } from "./read-locator.ts";
import type { TaskConfig } from "./task-config.ts";
import type { TaskFault } from "./task-fault.ts";

const EMPTY_PAGE = { url: "http://page.test/", html: "" };

/**
 * Locators that no browser could read, or none of our rules. They are tried on an empty page, so what a locator asks of
 * an element stays unchecked.
 */
export function findLocatorFaults(config: TaskConfig, where: string): TaskFault[] {
  return config.eval.program_html.flatMap(({ locator }, index) => {
    if (parseHelperCall(locator) !== null) return [];
    try {
      readLocator(locator, EMPTY_PAGE);
      return [];
    } catch (error) {
      if (!(error instanceof EvaluatorError)) throw error;
      return [{ where, field: `eval.program_html.${index}.locator`, message: error.message }];
    }
  });
}

/** Why the task would be unscored although nothing went wrong; empty when rules alone score it. */
export function whyUnscored({ eval: config }: TaskConfig): string[] {
  const reasons = new Set<string>();
  const fuzzy = config.reference_answers?.fuzzy_match ?? "N/A";
  if (config.eval_types.includes("string_match") && fuzzy !== "N/A")
    reasons.add("fuzzy_match needs a judge");
  if (!config.eval_types.includes("program_html")) return [...reasons];
  for (const {
    url,
    locator,
    prep_actions: preparation = [],
    required_contents,
  } of config.program_html) {
    for (const call of [parseHelperCall(url), parseHelperCall(locator)])
      if (call !== null && !BUILT_IN_HELPERS.has(call.name))
        reasons.add(`${call.name || "func:"}() needs the site's own interface`);
    if (preparation.length > 0) reasons.add("prep_actions click before the check");
    if (required_contents.fuzzy_match !== undefined) reasons.add("fuzzy_match needs a judge");
  }
  return [...reasons];
}
