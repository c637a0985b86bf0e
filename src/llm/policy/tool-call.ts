/**
 * Actions as the JSON of a tool call: `{"thought": "…", "action": {"name": "click", "arguments": {"id": "12"}}}`. Other
 * spellings that models use are read, too, with and without the outer object.
 */

import { z } from "zod";
import { type Action, LONGEST_WAIT_MS } from "../../core/action.ts";
import type { ActionParse } from "../../page/action-text.ts";
import { findJson } from "../../page/find-json.ts";

const id = z.string().describe("id of an element");
const call = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ name: z.literal(name), arguments: z.strictObject(shape) });
const CALLS = [
  call("click", { id }),
  call("type", { id, text: z.string(), submit: z.boolean() }),
  call("select", { id, option: z.string() }),
  call("check", { id, checked: z.boolean() }),
  call("drag", { id, to: z.string() }),
  call("hover", { id }),
  call("press", { keys: z.string() }),
  call("scroll", { direction: z.enum(["up", "down"]) }),
  call("wait", { ms: z.int().min(0).max(LONGEST_WAIT_MS) }),
  call("goto", { url: z.string() }),
  call("go_back", {}),
  call("go_forward", {}),
  call("new_tab", {}),
  call("tab_focus", { index: z.int() }),
  call("close_tab", {}),
  call("stop", { answer: z.string() }),
] as const;
const NAMES = CALLS.map(({ shape }) => shape.name.value);

/** What a server that enforces schemas makes a model write. */
export const TOOL_CALL_SCHEMA = z.strictObject({ thought: z.string(), action: z.union(CALLS) });

type Values = Readonly<Record<string, unknown>>;
interface Reader {
  form: string;
  read: (values: Values) => Action | null;
}

/** The first of these fields that holds a text or a number. */
function text(values: Values, ...names: string[]): string | null {
  for (const name of names) {
    const value = values[name];
    if (typeof value === "string") return value;
    if (typeof value === "number") return String(value);
  }
  return null;
}

function refOf(values: Values, ...names: string[]): string | null {
  const ref = text(values, ...names)?.replace(/^\[(\d+)\]$/u, "$1");
  return ref !== undefined && /^\d+$/u.test(ref) ? ref : null;
}

const READERS: Readonly<Record<string, Reader>> = {
  click: {
    form: '{"id": "12"}',
    read: (values) => withRef(values, (ref) => ({ kind: "click", ref })),
  },
  hover: {
    form: '{"id": "12"}',
    read: (values) => withRef(values, (ref) => ({ kind: "hover", ref })),
  },
  type: {
    form: '{"id": "12", "text": "words", "submit": true}',
    read: (values) =>
      withRef(values, (ref) => {
        const content = text(values, "text", "value", "content");
        const submit = values["submit"] === true || values["press_enter"] === true;
        return content === null ? null : { kind: "type", ref, text: content, submit };
      }),
  },
  select: {
    form: '{"id": "12", "option": "label"}',
    read: (values) =>
      withRef(values, (ref) => {
        const option = text(values, "option", "options", "value", "label");
        return option === null ? null : { kind: "select", ref, option };
      }),
  },
  check: {
    form: '{"id": "12", "checked": true}',
    read: (values) =>
      withRef(values, (ref) => ({ kind: "check", ref, checked: values["checked"] !== false })),
  },
  drag: {
    form: '{"id": "12", "to": "13"}',
    read: (values) =>
      withRef(values, (ref) => {
        const to = refOf(values, "to", "to_id", "to_bid", "target");
        return to === null ? null : { kind: "drag", ref, to };
      }),
  },
  press: {
    form: '{"keys": "Enter"}',
    read: (values) => {
      const keys = text(values, "keys", "key");
      return keys === null ? null : { kind: "press", keys };
    },
  },
  scroll: {
    form: '{"direction": "down"}',
    read: ({ direction }) =>
      direction === "up" || direction === "down" ? { kind: "scroll", direction } : null,
  },
  wait: {
    form: `{"ms": 1000} with at most ${LONGEST_WAIT_MS} milliseconds`,
    read: (values) => {
      const ms = Math.round(Number(text(values, "ms", "wait_ms") ?? 1_000));
      return ms >= 0 && ms <= LONGEST_WAIT_MS ? { kind: "wait", ms } : null;
    },
  },
  goto: {
    form: '{"url": "http://…"}',
    read: (values) => {
      const url = text(values, "url");
      return url === null ? null : { kind: "goto", url };
    },
  },
  tabfocus: {
    form: '{"index": 0}',
    read: (values) => {
      const index = Number(text(values, "index", "tab") ?? Number.NaN);
      return Number.isInteger(index) && index >= 0 ? { kind: "switchTab", index } : null;
    },
  },
  newtab: { form: "{}", read: () => ({ kind: "newTab" }) },
  closetab: { form: "{}", read: () => ({ kind: "closeTab" }) },
  goback: { form: "{}", read: () => ({ kind: "goBack" }) },
  goforward: { form: "{}", read: () => ({ kind: "goForward" }) },
  stop: {
    form: '{"answer": "…"}',
    read: (values) => ({ kind: "stop", answer: text(values, "answer", "text", "message") ?? "" }),
  },
};
const OTHER_NAMES: Readonly<Record<string, string>> = {
  fill: "type",
  input: "type",
  selectoption: "select",
  keyboardpress: "press",
  switchtab: "tabfocus",
  tabclose: "closetab",
  navigate: "goto",
  noop: "wait",
  sendmsgtouser: "stop",
  finish: "stop",
  done: "stop",
};

function withRef(values: Values, make: (ref: string) => Action | null): Action | null {
  const ref = refOf(values, "id", "ref", "bid", "element", "element_id");
  return ref === null ? null : make(ref);
}

const isRecord = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export interface ToolCall {
  parse: ActionParse;
  thought: string | null;
}

/** The last tool call of a reply. Null without one. */
export function readToolCall(reply: string): ToolCall | null {
  for (const value of findJson(reply).flat().toReversed()) {
    if (!isRecord(value)) continue;
    const inner = [value["action"], value["function"]].find(isRecord) ?? value;
    const name = text(inner, "name", "action", "tool", "function");
    if (name === null) continue;
    return {
      parse: readCall(name, argumentsOf(inner)),
      thought: text(value, "thought", "reasoning"),
    };
  }
  return null;
}

/** Some servers send the arguments as a text, and some models write them next to the name. */
function argumentsOf(call: Values): Values {
  for (const key of ["arguments", "parameters", "args", "input"]) {
    const value = call[key];
    if (isRecord(value)) return value;
    const [parsed] = typeof value === "string" ? findJson(value) : [];
    if (isRecord(parsed)) return parsed;
  }
  return call;
}

function readCall(name: string, values: Values): ActionParse {
  const plain = name.toLowerCase().replaceAll(/[^a-z]/gu, "");
  const key = OTHER_NAMES[plain] ?? plain;
  const reader = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
  if (reader === undefined)
    return {
      problem: `Expected an action (${NAMES.join(", ")}), got "${name}".`,
    };
  const action = reader.read(values);
  if (action !== null) return { action };
  return {
    problem: `Expected the arguments ${reader.form} for ${name}, got ${JSON.stringify(values)}.`,
  };
}

/** Writes an action so that `readToolCall` reads the same one. */
export function printToolCall(action: Action): string {
  const { kind, ...fields } = action;
  const { ref, ...rest } = fields as { ref?: string };
  const name = {
    switchTab: "tab_focus",
    newTab: "new_tab",
    closeTab: "close_tab",
    goBack: "go_back",
    goForward: "go_forward",
  }[kind as string];
  return JSON.stringify({
    name: name ?? kind,
    arguments: { ...(ref !== undefined && { id: ref }), ...rest },
  });
}
