/** The page after an action that changed nothing but a control: known without another look at the page. */

import type { Action } from "../../../core/action.ts";
import type { PageNode } from "../../../core/observation.ts";
import type { PageState } from "./page-state.ts";

/** It holds as long as the page's own version is the same. */
export function deriveState(before: PageState, action: Action): PageState {
  if (!("ref" in action)) return { ...before, isDerived: true };
  const observation = {
    ...before.observation,
    nodes: before.observation.nodes.map((node) => changed(node, action)),
  };
  return {
    ...before,
    observation,
    nodes: new Map(observation.nodes.map((node) => [node.ref, node])),
    page: null,
    screenshot: null,
    isDerived: true,
  };
}

function changed(node: PageNode, action: Extract<Action, { ref: string }>): PageNode {
  const { focused: _focused, ...states } = node.states;
  if (node.ref !== action.ref) return { ...node, states };
  const target: PageNode = { ...node, states: { ...states, focused: true } };
  switch (action.kind) {
    case "type":
      return { ...target, value: action.text };
    case "select":
      return { ...target, value: action.option };
    case "check":
      return { ...target, states: { ...target.states, checked: action.checked } };
    default:
      return target;
  }
}
