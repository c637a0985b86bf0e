/**
 * BrowserGym's text forms: actions such as `click('12')`, and the accessibility tree as `[12] link 'Cart', focused`. The
 * bid of an element is its ref. Of BrowserGym's actions, those of its set for WebArena are read.
 */

import { type Action, LONGEST_WAIT_MS } from "../core/action.ts";
import type { Observation, PageNode } from "../core/observation.ts";
import type { ActionParse } from "./action-text.ts";
import { findCalls, type PythonCall, type PythonValue, writeCall } from "./python-calls.ts";
import { pythonQuote } from "./python-quote.ts";

export interface BrowserGymOptions {
  /** The ref that a bid stands for; null if there is none. By default only digits are refs. */
  refOf?: (bid: string) => string | null;
}

/** An action, or the form that was expected. */
type Reading = Action | string;
type Arguments = Readonly<Record<string, PythonValue>>;

interface Form {
  parameters: readonly string[];
  read: (values: Arguments, refOf: (bid: string) => string | null) => Reading;
}

const text = (value: PythonValue | undefined): string | null =>
  typeof value === "string" ? value : null;

/** An action on one element. */
const onElement =
  (form: string, make: (ref: string, values: Arguments) => Reading): Form["read"] =>
  (values, refOf) => {
    const bid = text(values["bid"]);
    if (bid === null) return form;
    const ref = refOf(bid);
    return ref === null ? `the bid of an element of the page` : make(ref, values);
  };

const onText =
  (parameter: string, form: string, make: (value: string) => Reading): Form["read"] =>
  (values) => {
    const value = text(values[parameter]);
    return value === null ? form : make(value);
  };

const FORMS: Readonly<Record<string, Form>> = {
  click: {
    parameters: ["bid", "button", "modifiers"],
    read: onElement("click('bid')", (ref, { button = "left", modifiers = [] }) =>
      button === "left" && Array.isArray(modifiers) && modifiers.length === 0
        ? { kind: "click", ref }
        : "click('bid') with the left button and no modifiers",
    ),
  },
  hover: {
    parameters: ["bid"],
    read: onElement("hover('bid')", (ref) => ({ kind: "hover", ref })),
  },
  fill: {
    parameters: ["bid", "value", "enable_autocomplete_menu"],
    read: onElement("fill('bid', 'text')", (ref, { value }) =>
      typeof value === "string"
        ? { kind: "type", ref, text: value, submit: false }
        : "fill('bid', 'text')",
    ),
  },
  clear: {
    parameters: ["bid"],
    read: onElement("clear('bid')", (ref) => ({ kind: "type", ref, text: "", submit: false })),
  },
  select_option: {
    parameters: ["bid", "options"],
    read: onElement("select_option('bid', 'option')", (ref, { options }) => {
      const option = Array.isArray(options) && options.length === 1 ? options[0] : options;
      return typeof option === "string"
        ? { kind: "select", ref, option }
        : "select_option('bid', 'option') with one option";
    }),
  },
  scroll: {
    parameters: ["delta_x", "delta_y"],
    read: ({ delta_y: delta }) =>
      typeof delta === "number" && delta !== 0
        ? { kind: "scroll", direction: delta > 0 ? "down" : "up" }
        : "scroll(0, 200) with a distance down or up",
  },
  keyboard_press: {
    parameters: ["key"],
    read: onText("key", "keyboard_press('Enter')", (keys) => ({ kind: "press", keys })),
  },
  goto: {
    parameters: ["url"],
    read: onText("url", "goto('url')", (url) => ({ kind: "goto", url })),
  },
  tab_focus: {
    parameters: ["index"],
    read: ({ index }) =>
      typeof index === "number" && Number.isInteger(index) && index >= 0
        ? { kind: "switchTab", index }
        : "tab_focus(index)",
  },
  noop: {
    parameters: ["wait_ms"],
    read: ({ wait_ms: wait = 1_000 }) => {
      const ms = typeof wait === "number" ? Math.round(wait) : Number.NaN;
      return ms >= 0 && ms <= LONGEST_WAIT_MS
        ? { kind: "wait", ms }
        : `noop(wait_ms) with 0 to ${LONGEST_WAIT_MS} milliseconds`;
    },
  },
  new_tab: { parameters: [], read: () => ({ kind: "newTab" }) },
  tab_close: { parameters: [], read: () => ({ kind: "closeTab" }) },
  go_back: { parameters: [], read: () => ({ kind: "goBack" }) },
  go_forward: { parameters: [], read: () => ({ kind: "goForward" }) },
  send_msg_to_user: {
    parameters: ["text"],
    read: onText("text", "send_msg_to_user('answer')", (answer) => ({ kind: "stop", answer })),
  },
  report_infeasible: {
    parameters: ["reason"],
    // WebArena's evaluators get the answer for tasks that cannot be done, and not the reason.
    read: onText("reason", "report_infeasible('reason')", () => ({ kind: "stop", answer: "N/A" })),
  },
};

const ownRef = (bid: string): string | null => (/^\d+$/u.test(bid) ? bid : null);

/** Reads one action. `fill` with `keyboard_press('Enter')` after it is one action, too. */
export function parseBrowserGymAction(
  reply: string,
  { refOf = ownRef }: BrowserGymOptions = {},
): ActionParse {
  const calls = findCalls(reply);
  const [first, second] = calls;
  if (first === undefined) return { problem: "Received an empty action." };
  const action = readCall(first, refOf);
  if (typeof action === "string") return { problem: `Expected ${action}, got "${reply.trim()}".` };
  if (calls.length === 1) return { action };
  const isSubmit = second?.name === "keyboard_press" && second.positional[0] === "Enter";
  if (calls.length === 2 && isSubmit && action.kind === "type")
    return { action: { ...action, submit: true } };
  return { problem: `Received ${calls.length} actions. Send one at a time.` };
}

function readCall(call: PythonCall, refOf: (bid: string) => string | null): Reading {
  const form = Object.hasOwn(FORMS, call.name) ? FORMS[call.name] : undefined;
  if (form === undefined) return `an action (${Object.keys(FORMS).join(", ")})`;
  const { parameters } = form;
  const unknown = Object.keys(call.named).find((name) => !parameters.includes(name));
  if (unknown !== undefined || call.positional.length > parameters.length)
    return `${call.name}(${parameters.join(", ")})`;
  const values = Object.fromEntries(
    call.positional.map((value, index) => [parameters[index] ?? "", value]),
  );
  return form.read({ ...values, ...call.named }, refOf);
}

/**
 * Writes an action for BrowserGym. `parseBrowserGymAction` reads those of the set for WebArena again. Null for an
 * action that BrowserGym lacks.
 */
export function printBrowserGymAction(action: Action): string | null {
  switch (action.kind) {
    case "click":
      return printClick(action);
    case "hover":
      return writeCall("hover", [action.ref]);
    case "check":
      return writeCall(action.checked ? "check" : "uncheck", [action.ref]);
    case "drag":
      return action.at === undefined ? writeCall("drag_and_drop", [action.ref, action.to]) : null;
    case "upload":
      return writeCall("upload_file", [action.ref, action.files.map(({ name }) => name)]);
    case "answerDialog":
      return null;
    case "type": {
      const fill = writeCall("fill", [action.ref, action.text]);
      return action.submit ? `${fill}\n${writeCall("keyboard_press", ["Enter"])}` : fill;
    }
    case "select":
      return writeCall("select_option", [action.ref, action.option]);
    case "press":
      return writeCall("keyboard_press", [action.keys]);
    case "scroll":
      return writeCall("scroll", [
        0,
        (action.pixels ?? 720) * (action.direction === "down" ? 1 : -1),
      ]);
    case "wait":
      return writeCall("noop", [action.ms]);
    case "goto":
      return writeCall("goto", [action.url]);
    case "switchTab":
      return writeCall("tab_focus", [action.index]);
    case "newTab":
      return "new_tab()";
    case "closeTab":
      return "tab_close()";
    case "goBack":
      return "go_back()";
    case "goForward":
      return "go_forward()";
    case "stop":
      return writeCall("send_msg_to_user", [action.answer]);
  }
}

function printClick({
  ref,
  double,
  button,
  modifiers,
}: Extract<Action, { kind: "click" }>): string {
  const isPlain = button === undefined && modifiers === undefined;
  const how = isPlain ? [] : [button ?? "left", modifiers?.split("+") ?? []];
  return writeCall(double ? "dblclick" : "click", [ref, ...how]);
}

/** BrowserGym's accessibility tree. A text that its parent's name contains is left out. */
export function renderBrowserGymText({ nodes }: Pick<Observation, "nodes">): string {
  const names: string[] = [];
  return nodes
    .flatMap((node) => {
      names.length = node.depth;
      const parent = names.at(-1) ?? "";
      names.push(node.name);
      if (node.role === "StaticText" && node.depth > 0 && parent.includes(node.name)) return [];
      return ["\t".repeat(node.depth) + lineOf(node)];
    })
    .join("\n");
}

function lineOf({ ref, role, name, value, states }: PageNode): string {
  if (role === "StaticText") return `StaticText ${pythonQuote(name)}`;
  const head = role === "RootWebArea" ? role : `[${ref}] ${role}`;
  const parts = [
    `${head} ${pythonQuote(name)}${value === undefined ? "" : ` value=${pythonQuote(value)}`}`,
  ];
  if (states.focused) parts.push("focused");
  if (states.clickable) parts.push("clickable");
  if (states.required) parts.push("required");
  for (const state of ["checked", "pressed", "disabled", "expanded", "selected"] as const) {
    const found = states[state];
    if (found === undefined) continue;
    // Chromium's names for three-way states are lower case.
    const isThreeWay = state === "checked" || state === "pressed";
    parts.push(`${state}=${isThreeWay ? `'${found}'` : found === true ? "True" : "False"}`);
  }
  return parts.join(", ");
}
