/** Our observations and actions in the fields of OpenEnv's `browsergym_env`. */

import type { Action } from "../../core/action.ts";
import { IDLE_ACTION } from "../../core/idle-action.ts";
import type { Observation } from "../../core/observation.ts";
import { parseBrowserGymAction, renderBrowserGymText } from "../../page/browsergym-text.ts";
import type { WireObservation } from "./wire.ts";

/** @param error why the last action failed; null if it did not */
export function toWireObservation(
  goal: string,
  observation: Observation,
  error: string | null,
): WireObservation {
  const tree = renderBrowserGymText(observation);
  return {
    text: `${renderTabs(observation)}${tree}`,
    url: observation.url,
    screenshot: null,
    goal,
    axtree_txt: tree,
    pruned_html: "",
    error: error ?? "",
    last_action_error: error !== null,
  };
}

/** One tab needs no list. */
function renderTabs({ tabs }: Observation): string {
  if (tabs.length < 2) return "";
  const lines = tabs.map(
    ({ title, url, active }, index) =>
      `Tab ${index}${active ? " (active tab)" : ""}: ${title} ${url}`,
  );
  return `${lines.join("\n")}\n\n`;
}

/** An action to perform. `problem`: the text was not an action, and the client gets this error instead of the page's. */
export interface ReadAction {
  action: Action;
  problem?: string;
}

/** A text that is not an action costs a step, as in BrowserGym. */
export function readWireAction(text: string): ReadAction {
  const read = parseBrowserGymAction(text);
  return "action" in read ? read : { action: IDLE_ACTION, problem: read.problem };
}
