/** Recorded actions as calls of Playwright's API, as its traces note them. */

import type { Action } from "../../../core/action.ts";
import type { Observation } from "../../../core/observation.ts";
import { VIEWPORT } from "./trace-pages.ts";

export function titleOf(action: Action, { nodes }: Observation): string {
  const node = "ref" in action ? nodes.find(({ ref }) => ref === action.ref) : undefined;
  return node === undefined
    ? action.kind
    : `${action.kind} ${node.role} ${JSON.stringify(node.name)}`;
}

/** The call of Playwright's API that does the same. */
export function callOf(action: Action): { method: string; params: object } {
  switch (action.kind) {
    case "click":
      return {
        method: action.double ? "dblclick" : "click",
        params: {
          ...(action.button && { button: action.button }),
          ...(action.modifiers && { modifiers: action.modifiers.split("+") }),
        },
      };
    case "type":
      return { method: "fill", params: { value: action.text } };
    case "press":
      return { method: "keyboardPress", params: { key: action.keys } };
    case "select":
      return { method: "selectOption", params: { options: [{ label: action.option }] } };
    case "check":
      return { method: action.checked ? "check" : "uncheck", params: {} };
    case "scroll": {
      const pixels = action.pixels ?? VIEWPORT.height;
      return {
        method: "mouseWheel",
        params: { deltaY: action.direction === "up" ? -pixels : pixels },
      };
    }
    case "drag":
      return { method: "dragAndDrop", params: {} };
    case "upload":
      return { method: "setInputFiles", params: {} };
    case "stop":
      return { method: "close", params: { reason: action.answer } };
    default: {
      const { kind, ...params } = action;
      return { method: kind, params };
    }
  }
}
