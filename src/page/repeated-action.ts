/**
 * Finds actions that were already taken on this very page. A page that looks the same answers the same. Repeating the
 * action costs a step and teaches nothing.
 */

import type { Action } from "../core/action.ts";
import { isSameAction, transferAction } from "../core/element-reference.ts";
import type { Observation, PageNode } from "../core/observation.ts";
import type { PolicyInput } from "../core/policy.ts";

/** Returns a test: was this action already taken in a state that looked like the current one? */
export function findRepeats({ history, observation }: PolicyInput): (action: Action) => boolean {
  const done: Action[] = [];
  for (const past of history) {
    if (!looksSame(past.observation, observation)) continue;
    const action = transferAction(past.action, past.observation, observation);
    if (action !== null) done.push(action);
  }
  return (action) => done.some((before) => isSameAction(before, action));
}

/** Whether two observations show the same address, open tabs and elements. The focus does not count. */
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
