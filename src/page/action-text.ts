/**
 * Reads and writes WebArena's id grammar for actions. Forms that WebArena lacks: `select [id] [option]`,
 * `click [id] [double right Control+Shift]`, `check [id] [1]`, `drag [id] [id]`, `upload [id] [files as JSON]`,
 * `answer_dialog [accept] [text]`, `scroll [down] [300] [over id]` (pixels), `wait [ms]`. Same as in WebArena:
 *  - the verb is the text before the first bracket, or the first word;
 *  - brackets inside a text need no escape: the last bracket closes it;
 *  - `type` presses Enter unless `[0]` follows the text; any other number there belongs to the text;
 *  - `stop` with empty brackets is an empty answer.
 * Fixed, because the original crashes or loses content:
 *  - texts and answers may have several lines, contain any characters, or be empty;
 *  - `type [5] [1]` types 1;
 *  - an empty line is a parse problem and not a crash;
 *  - `page_focus`, from WebArena's own history text, is `tab_focus`; `scroll [direction=down]`, from its prompt, is
 *    `scroll [down]`.
 */

import { type Action, ActionSchema, LONGEST_WAIT_MS } from "../core/action.ts";

export type ActionParse = { action: Action } | { problem: string };

type Reader = (text: string) => Action | null;

const READERS: Record<string, Reader> = {
  click: readClick,
  check: (text) => {
    const [, ref, flag] = /^check ?\[(\d+)\](?: ?\[([01])\])?/u.exec(text) ?? [];
    return ref === undefined ? null : { kind: "check", ref, checked: flag !== "0" };
  },
  drag: (text) => {
    const [, ref, to, x, y] =
      /^drag ?\[(\d+)\] ?\[(\d+)\](?: ?\[(-?[\d.]+), ?(-?[\d.]+)\])?/u.exec(text) ?? [];
    if (ref === undefined || to === undefined) return null;
    const at = x === undefined ? {} : { at: { x: Number(x), y: Number(y) } };
    return { kind: "drag", ref, to, ...at };
  },
  upload: readUpload,
  answer_dialog: (text) => {
    const [, answer, typed] =
      /^answer_dialog ?\[(accept|dismiss)\](?: ?\[(.*)\])?$/su.exec(text) ?? [];
    if (answer === undefined) return null;
    const accept = answer === "accept";
    return { kind: "answerDialog", accept, ...(typed !== undefined && { text: typed }) };
  },
  hover: (text) => {
    const ref = /^hover ?\[(\d+)\]/u.exec(text)?.[1];
    return ref === undefined ? null : { kind: "hover", ref };
  },
  type: readType,
  select: (text) => {
    const [, ref, option] = /^select ?\[(\d+)\] ?\[(.*)\]/su.exec(text) ?? [];
    return ref === undefined || option === undefined ? null : { kind: "select", ref, option };
  },
  press: (text) => {
    const keys = /^press ?\[(.+)\]/su.exec(text)?.[1];
    return keys === undefined ? null : { kind: "press", keys };
  },
  scroll: (text) => {
    const [, direction, pixels, over] =
      /^scroll ?\[?(?:direction=)?(up|down)\]?(?: ?\[([1-9]\d{0,8})\])?(?: ?\[over (\d+)\])?/u.exec(
        text,
      ) ?? [];
    if (direction !== "up" && direction !== "down") return null;
    return {
      kind: "scroll",
      direction,
      ...(pixels !== undefined && { pixels: Number(pixels) }),
      ...(over !== undefined && { over }),
    };
  },
  goto: (text) => {
    const url = /^goto ?\[(.+)\]/su.exec(text)?.[1];
    return url === undefined ? null : { kind: "goto", url: url.trim() };
  },
  wait: (text) => {
    const ms = Number(/^wait ?\[(\d{1,9})\]/u.exec(text)?.[1] ?? Number.NaN);
    return ms <= LONGEST_WAIT_MS ? { kind: "wait", ms } : null;
  },
  tab_focus: readTabFocus,
  page_focus: readTabFocus,
  new_tab: () => ({ kind: "newTab" }),
  close_tab: () => ({ kind: "closeTab" }),
  go_back: () => ({ kind: "goBack" }),
  go_forward: () => ({ kind: "goForward" }),
  stop: (text) => ({ kind: "stop", answer: /^stop ?\[(.*)\]/su.exec(text)?.[1] ?? "" }),
};

/** Words after the id that name no button, key or `double` are ignored, as WebArena ignores them. */
function readClick(text: string): Action | null {
  const [, ref, how = ""] = /^click ?\[(\d+)\](?: ?\[([^\]]*)\])?/u.exec(text) ?? [];
  if (ref === undefined) return null;
  const words = how.split(/\s+/u);
  const button = (["middle", "right"] as const).find((name) => words.includes(name));
  const modifiers = words.find((word) => /^(?:(?:Alt|Control|Meta|Shift)(?:\+|$))+$/u.test(word));
  return {
    kind: "click",
    ref,
    ...(button !== undefined && { button }),
    ...(modifiers !== undefined && { modifiers }),
    ...(words.includes("double") && { double: true }),
  };
}

function readUpload(text: string): Action | null {
  const [, ref, files] = /^upload ?\[(\d+)\] ?\[(.*)\]$/su.exec(text) ?? [];
  try {
    const read = ActionSchema.safeParse({
      kind: "upload",
      ref,
      files: JSON.parse(files ?? "") as unknown,
    });
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

function readType(text: string): Action | null {
  const [, ref, content, flag] =
    /^type ?\[(\d+)\] ?\[(.*)\] ?\[([01])\]$/su.exec(text) ??
    /^type ?\[(\d+)\] ?\[(.*)\]/su.exec(text) ??
    [];
  if (ref === undefined || content === undefined) return null;
  return { kind: "type", ref, text: content, submit: flag !== "0" };
}

function readTabFocus(text: string): Action | null {
  const index = /^(?:tab|page)_focus ?\[(\d+)\]/u.exec(text)?.[1];
  return index === undefined ? null : { kind: "switchTab", index: Number(index) };
}

/** Reads one action. */
export function parseAction(text: string): ActionParse {
  const trimmed = text.trim();
  const verb =
    (trimmed.includes("[") ? trimmed.split("[")[0] : trimmed.split(/\s/u)[0])?.trim() ?? "";
  const reader = Object.hasOwn(READERS, verb) ? READERS[verb] : undefined;
  const action = reader?.(trimmed) ?? null;
  if (action !== null) return { action };
  const known = Object.keys(READERS).filter((name) => name !== "page_focus");
  return {
    problem:
      reader === undefined
        ? `Expected an action (${known.join(", ")}), got "${trimmed}".`
        : `Expected \`${FORMS[verb] ?? verb}\`, got "${trimmed}".`,
  };
}

const FORMS: Record<string, string> = {
  check: "check [id] [1|0]",
  drag: "drag [id] [id]",
  upload: 'upload [id] [[{"name": "…", "type": "…", "base64": "…"}]]',
  answer_dialog: "answer_dialog [accept|dismiss] [text]",
  click: "click [id]",
  hover: "hover [id]",
  type: "type [id] [text] [1]",
  select: "select [id] [option]",
  press: "press [keys]",
  scroll: "scroll [down|up]",
  wait: `wait [ms] of at most ${LONGEST_WAIT_MS}`,
  goto: "goto [url]",
  tab_focus: "tab_focus [index]",
  page_focus: "tab_focus [index]",
};

/** The action inside a model's reply: the text between the first pair of triple backticks. Null without one. */
export function extractActionText(reply: string): string | null {
  return /```(.*?)```/su.exec(reply)?.[1]?.trim() ?? null;
}

/** Writes an action so that `parseAction` reads the same one. */
export function printAction(action: Action): string {
  switch (action.kind) {
    case "click": {
      const { double, button, modifiers } = action;
      const how = [double && "double", button, modifiers].filter(Boolean).join(" ");
      return `click [${action.ref}]${how && ` [${how}]`}`;
    }
    case "hover":
      return `hover [${action.ref}]`;
    case "check":
      return `check [${action.ref}] [${action.checked ? 1 : 0}]`;
    case "drag": {
      const { ref, to, at } = action;
      return `drag [${ref}] [${to}]${at === undefined ? "" : ` [${at.x}, ${at.y}]`}`;
    }
    case "upload":
      return `upload [${action.ref}] [${JSON.stringify(action.files)}]`;
    case "answerDialog": {
      const text = action.text === undefined ? "" : ` [${action.text}]`;
      return `answer_dialog [${action.accept ? "accept" : "dismiss"}]${text}`;
    }
    case "type":
      return `type [${action.ref}] [${action.text}] [${action.submit ? 1 : 0}]`;
    case "select":
      return `select [${action.ref}] [${action.option}]`;
    case "press":
      return `press [${action.keys}]`;
    case "scroll":
      return [
        `scroll [${action.direction}]`,
        ...(action.pixels === undefined ? [] : [`[${action.pixels}]`]),
        ...(action.over === undefined ? [] : [`[over ${action.over}]`]),
      ].join(" ");
    case "wait":
      return `wait [${action.ms}]`;
    case "goto":
      return `goto [${action.url}]`;
    case "switchTab":
      return `tab_focus [${action.index}]`;
    case "newTab":
      return "new_tab";
    case "closeTab":
      return "close_tab";
    case "goBack":
      return "go_back";
    case "goForward":
      return "go_forward";
    case "stop":
      return `stop [${action.answer}]`;
  }
}
