/**
 * Reads WebArena's id grammar with the limits of its own parser, for runs that compare with published ones.
 * `action-text.ts` reads the same grammar without them:
 *  - an answer of several lines is an empty answer, and a text of several lines is not an action;
 *  - `type [5] [1]` is not an action, because `[1]` counts as the flag for Enter;
 *  - `type` knows no characters beyond those of Western Europe's keyboards: curly quotes, dashes, emoji;
 *  - `page_focus`, `scroll [direction=down]`, `select` and empty brackets are not actions;
 *  - a pattern may start anywhere in the text after the verb.
 * Where the original crashes (an empty text, an unknown character), this parser gives a problem.
 */

import type { Action } from "../core/action.ts";
import type { ActionParse } from "./action-text.ts";

type Reader = (text: string) => Action | null;

const withRef =
  (kind: "click" | "hover"): Reader =>
  (text) => {
    const ref = new RegExp(`${kind} ?\\[(\\d+)\\]`, "u").exec(text)?.[1];
    return ref === undefined ? null : { kind, ref };
  };

const READERS: Readonly<Record<string, Reader>> = {
  click: withRef("click"),
  hover: withRef("hover"),
  type: (text) => {
    const flagged = /\[[01]\]$/u.test(text) ? text : `${text} [1]`;
    const [, ref, content = "", flag] =
      /type ?\[(\d+)\] ?\[([^\n]+)\] ?\[(\d+)\]/u.exec(flagged) ?? [];
    if (ref === undefined || !isTypeable(content)) return null;
    return { kind: "type", ref, text: content, submit: flag === "1" };
  },
  press: (text) => {
    const keys = /press ?\[([^\n]+)\]/u.exec(text)?.[1];
    return keys === undefined ? null : { kind: "press", keys };
  },
  scroll: (text) => {
    const direction = /scroll ?\[?(up|down)\]?/u.exec(text)?.[1];
    return direction === "up" || direction === "down" ? { kind: "scroll", direction } : null;
  },
  goto: (text) => {
    const url = /goto ?\[([^\n]+)\]/u.exec(text)?.[1];
    return url === undefined ? null : { kind: "goto", url };
  },
  tab_focus: (text) => {
    const index = /tab_focus ?\[(\d+)\]/u.exec(text)?.[1];
    return index === undefined ? null : { kind: "switchTab", index: Number(index) };
  },
  new_tab: () => ({ kind: "newTab" }),
  close_tab: () => ({ kind: "closeTab" }),
  go_back: () => ({ kind: "goBack" }),
  go_forward: () => ({ kind: "goForward" }),
  stop: (text) => ({ kind: "stop", answer: /stop ?\[([^\n]+)\]/u.exec(text)?.[1] ?? "" }),
};

/** ASCII, U+0081 to U+03E7 and the line break. */
function isTypeable(text: string): boolean {
  return !/[^\n\u0020-\u007f\u0081-\u03e7]/u.test(text);
}

export function parseOriginalAction(reply: string): ActionParse {
  const text = reply.trim();
  const verb = (text.includes("[") ? text.split("[")[0] : text.split(/\s/u)[0])?.trim() ?? "";
  const action = Object.hasOwn(READERS, verb) ? READERS[verb]?.(text) : null;
  if (action !== null && action !== undefined) return { action };
  return {
    problem: `Expected an action of WebArena (${Object.keys(READERS).join(", ")}) in its form, got "${text}".`,
  };
}
