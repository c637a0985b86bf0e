/**
 * Compares a dreamed state with the real one in two ways. *Form*: does it look right? *State*: is it right, in what
 * nobody sees? EnvSimBench (arXiv:2605.07247) splits its feedback match and configuration match in the same way.
 */

import type { Observation, PageNode } from "../../core/observation.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { attribute } from "../../page/dom.ts";
import { UNTOUCHED } from "../../page/form-state.ts";
import { submit } from "../../page/forms.ts";
import { parsePage } from "../../page/page-document.ts";
import { changeBetween, compareChanges, f1 } from "../buffer/teacher-forcing.ts";
import type { State } from "./recorded-episode.ts";

export type Counts = Map<string, number>;

export interface Agreement {
  /** The address bar shows the real URL. */
  url: boolean;
  /** It looks right: the URL, and every node with its role, name, value and states. Focus and order do not count. */
  form: boolean;
  /** The page is right in what it holds but does not show: see `readHidden`. */
  hidden: boolean;
  /** F1 of the nodes that appeared or disappeared since the state before. */
  changeF1: number;
}

/** @param start the real state before the actions */
export function compareStates(start: State, real: State, dreamed: State): Agreement {
  const [before, wanted, shown] = [start, real, dreamed].map(({ observation }) =>
    countShown(observation),
  ) as [Counts, Counts, Counts];
  const url = real.observation.url === dreamed.observation.url;
  return {
    url,
    form: url && changeBetween(wanted, shown).size === 0,
    hidden: changeBetween(readHidden(real.page), readHidden(dreamed.page)).size === 0,
    changeF1: f1(compareChanges(changeBetween(before, shown), changeBetween(before, wanted))),
  };
}

/**
 * The number of nodes that an action changed: the larger of how many appeared and how many disappeared. So a node
 * with another text counts once.
 */
export function sizeOfChange(before: Observation, after: Observation): number {
  let [appeared, disappeared] = [0, 0];
  for (const [node, times] of changeBetween(countShown(before), countShown(after))) {
    if (node.startsWith("+")) appeared += times;
    else disappeared += times;
  }
  return Math.max(appeared, disappeared);
}

/** What an agent reads of each node, with how often it occurs. */
function countShown({ nodes }: Observation): Counts {
  const counts: Counts = new Map();
  for (const node of nodes) add(counts, shownText(node));
  return counts;
}

function shownText({ role, name, value, states }: PageNode): string {
  const { focused: _, ...shown } = states;
  return `${role}|${name}|${value ?? ""}|${JSON.stringify(shown)}`;
}

/**
 * What a page holds but does not show: the target of each link, and the request that each form would send as it
 * stands, with method, address and every field, hidden ones among them.
 */
export function readHidden({ html, url }: PageSnapshot): Counts {
  const facts: Counts = new Map();
  const document = parsePage(html, url);
  for (const element of document.elements) {
    const target = element.name === "a" ? attribute(element, "href") : undefined;
    if (target !== undefined) add(facts, `link ${document.resolve(target) ?? target}`);
    if (element.name !== "form") continue;
    const sent = submit(element, null, document, UNTOUCHED);
    if (sent.kind !== "request") continue;
    const { method, url: address, fields } = sent.request;
    add(facts, `form ${method} ${address}`);
    for (const [name, value] of fields ?? [])
      add(facts, `field ${method} ${address} ${name}=${value}`);
  }
  return facts;
}

function add(counts: Counts, text: string): void {
  counts.set(text, (counts.get(text) ?? 0) + 1);
}
