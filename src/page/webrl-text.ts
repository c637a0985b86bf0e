/** WebRL's and VisualAgentBench's actions as text: `do(action="Click", element="7")` and `exit(message="…")`. */

import type { Action } from "../core/action.ts";
import type { ActionParse } from "./action-text.ts";
import { findCalls, type PythonCall } from "./python-calls.ts";

/** What an action of `do` makes of its element and argument; null where one of them is missing. */
type Read = (element: string | null, argument: string | null) => Action | null;

const onElement =
  (make: (ref: string) => Action): Read =>
  (ref) =>
    ref === null ? null : make(ref);

const typing =
  (submit: boolean): Read =>
  (ref, text) =>
    ref === null || text === null ? null : { kind: "type", ref, text, submit };

const ACTIONS: Readonly<Record<string, Read>> = {
  Click: onElement((ref) => ({ kind: "click", ref })),
  Hover: onElement((ref) => ({ kind: "hover", ref })),
  Type: typing(false),
  Search: typing(true),
  "Select Dropdown Option": (ref, option) =>
    ref === null || option === null ? null : { kind: "select", ref, option },
  "Press Enter": () => ({ kind: "press", keys: "Enter" }),
  "Scroll Up": () => ({ kind: "scroll", direction: "up" }),
  "Scroll Down": () => ({ kind: "scroll", direction: "down" }),
  "Go Backward": () => ({ kind: "goBack" }),
  "Go Forward": () => ({ kind: "goForward" }),
};

/** Reads the first action of a reply. */
export function parseWebRlAction(reply: string): ActionParse {
  const call = findCalls(reply).find(({ name }) => name === "do" || name === "exit");
  const action = call === undefined ? null : readCall(call);
  if (action !== null) return { action };
  return {
    problem: `Expected do(action="…", argument="…", element="…") with an action of ${Object.keys(ACTIONS).join(", ")}, or exit(message="…"), got "${reply.trim()}".`,
  };
}

function readCall({ name, named, positional }: PythonCall): Action | null {
  const field = (key: string): string | null => {
    const value = named[key];
    return typeof value === "string" || typeof value === "number" ? String(value) : null;
  };
  if (name === "exit") {
    const [message] = positional;
    return {
      kind: "stop",
      answer: field("message") ?? (typeof message === "string" ? message : ""),
    };
  }
  const action = field("action") ?? "";
  const read = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  const element = field("element");
  const ref = element !== null && /^\d+$/u.test(element) ? element : null;
  return read?.(ref, field("argument")) ?? null;
}

/** null for an action that the grammar lacks: other keys than Enter, addresses, tabs, and most of a mouse's. */
export function printWebRlAction(action: Action): string | null {
  const write = (name: string, fields: { argument?: string; element?: string } = {}): string => {
    const parts = Object.entries({ action: name, ...fields });
    return `do(${parts.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(", ")})`;
  };
  switch (action.kind) {
    case "click": {
      const isPlain = !action.double && !action.button && !action.modifiers;
      return isPlain ? write("Click", { element: action.ref }) : null;
    }
    case "hover":
      return write("Hover", { element: action.ref });
    case "type":
      return write(action.submit ? "Search" : "Type", {
        argument: action.text,
        element: action.ref,
      });
    case "select":
      return write("Select Dropdown Option", { argument: action.option, element: action.ref });
    case "press":
      return action.keys === "Enter" ? write("Press Enter") : null;
    case "scroll":
      if (action.pixels !== undefined || action.over !== undefined) return null;
      return write(action.direction === "down" ? "Scroll Down" : "Scroll Up");
    case "goBack":
      return write("Go Backward");
    case "goForward":
      return write("Go Forward");
    case "stop":
      return `exit(message=${JSON.stringify(action.answer)})`;
    default:
      return null;
  }
}
