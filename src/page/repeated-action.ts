/**
 * What was done before on this very page. A page that looks the same answers the same, so doing it again only turns
 * in circles: it costs a step and teaches nothing.
 */

import type { Action } from "../core/action.ts";
import type { Observation, PageNode } from "../core/observation.ts";
import type { PastStep, PolicyInput } from "../core/policy.ts";

/** Tells of actions in the current state whether they were taken in a state that looked the same. */
export function findRepeats({ history, observation }: PolicyInput): (action: Action) => boolean {
  const done: Action[] = [];
  for (const past of history) {
    const action = looksSame(past.observation, observation) && onPage(past, observation);
    if (action) done.push(action);
  }
  return (action) => done.some((before) => isSameAction(before, action));
}

/** A past action as it would be done on a page that looks the same: refs differ, places do not. Null: on no element. */
function onPage({ observation: { nodes }, action }: PastStep, now: Observation): Action | null {
  if (!("ref" in action)) return action;
  const place = nodes.findIndex((node) => node.ref === action.ref);
  const target = now.nodes[place];
  return target === undefined ? null : { ...action, ref: target.ref };
}

/** Whether two actions have the same kind, target and arguments. */
function isSameAction(a: Action, b: Action): boolean {
  if (a.kind !== b.kind) return false;
  const other = b as Record<string, unknown>;
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([key, value]) => other[key] === value)
  );
}

/** Whether two observations show the same: address, open tabs and every element; where the focus is does not count. */
export function looksSame(a: Observation, b: Observation): boolean {
  return (
    a.url === b.url &&
    a.tabs.length === b.tabs.length &&
    (a.nodes === b.nodes ||
      (a.nodes.length === b.nodes.length &&
        a.nodes.every((node, index) => sameNode(node, b.nodes[index] as PageNode))))
  );
}

function sameNode(a: PageNode, b: PageNode): boolean {
  return (
    a.role === b.role &&
    a.name === b.name &&
    a.value === b.value &&
    a.url === b.url &&
    a.states.checked === b.states.checked &&
    a.states.expanded === b.states.expanded &&
    a.states.selected === b.states.selected &&
    a.states.pressed === b.states.pressed &&
    a.states.disabled === b.states.disabled
  );
}
