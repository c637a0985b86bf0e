/**
 * A page in fewer tokens, with nothing lost: nodes that say nothing are left out, as WebArena does, and long refs lose
 * the part that all of them share. Qwen, for one, spends a token on each digit.
 */

import type { Action } from "../../core/action.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import type { PastStep, PolicyInput } from "../../core/policy.ts";

/** Roles without meaning where they have no name, value or state: WebArena's, and Chromium's newer names. */
const BLANK = new Set(
  "generic none img image list listitem strong emphasis paragraph banner navigation main section Section LabelText Legend".split(
    " ",
  ),
);
/** Refs of one document share what is above this. */
const BLOCK = 10_000;

export interface BriefInput {
  input: PolicyInput;
  /** The action with the page's own ref. */
  restore: (action: Action) => Action;
  /** The other way: an action of the page with the ref that the prompt shows. */
  shorten: (action: Action) => Action;
}

export function shortenInput({ goal, history, observation }: PolicyInput): BriefInput {
  const page = shortenPage(observation);
  return {
    input: { goal, history: history.map(shortenStep), observation: page.observation },
    restore: (action) => moveRef(action, page.offset),
    shorten: (action) => moveRef(action, -page.offset),
  };
}

function shortenStep({ observation, action }: PastStep): PastStep {
  const page = shortenPage(observation);
  return { observation: page.observation, action: moveRef(action, -page.offset) };
}

/** A ref that is not a number stays as it is. */
function moveRef(action: Action, offset: number): Action {
  return withRef(action, (ref) => {
    const value = Number(ref);
    return offset === 0 || !Number.isSafeInteger(value) ? ref : String(value + offset);
  });
}

function withRef(action: Action, change: (ref: string) => string): Action {
  if (!("ref" in action)) return action;
  const changed = { ...action, ref: change(action.ref) };
  return changed.kind === "drag" ? { ...changed, to: change(changed.to) } : changed;
}

/** A browser's own text shows its own refs, so they stay. */
function shortenPage(observation: Observation): { observation: Observation; offset: number } {
  const offset = observation.text === undefined ? sharedPart(observation.nodes) : 0;
  const nodes = withoutBlankNodes(observation.nodes).map((node) =>
    offset === 0 ? node : { ...node, ref: String(Number(node.ref) - offset) },
  );
  return { observation: { ...observation, nodes }, offset };
}

/** 0 where the refs are short, or too long to reckon with. */
function sharedPart(nodes: readonly PageNode[]): number {
  let least = Number.MAX_SAFE_INTEGER;
  for (const { ref } of nodes) {
    const value = Number(ref);
    if (!Number.isSafeInteger(value)) return 0;
    least = Math.min(least, value);
  }
  return nodes.length === 0 ? 0 : Math.floor(least / BLOCK) * BLOCK;
}

/** The children of a node that is left out move up. */
function withoutBlankNodes(nodes: readonly PageNode[]): PageNode[] {
  const dropped: number[] = [];
  return nodes.flatMap((node) => {
    while ((dropped.at(-1) ?? -1) >= node.depth) dropped.pop();
    const depth = node.depth - dropped.length;
    if (!isBlank(node)) return [depth === node.depth ? node : { ...node, depth }];
    dropped.push(node.depth);
    return [];
  });
}

function isBlank({ role, name, value, states }: PageNode): boolean {
  return BLANK.has(role) && name === "" && value === undefined && Object.keys(states).length === 0;
}
