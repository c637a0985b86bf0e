/** Scripts that solve pages of MiniWoB++ from their goal and accessibility tree, as an agent sees them. */

import type { Action } from "../../src/core/action.ts";
import type { Observation } from "../../src/core/observation.ts";
import { refOf } from "./miniwob.ts";

type Move = (page: Observation, goal: string) => Action;

const click =
  (role: string, name: RegExp | string): Move =>
  (page) => ({
    kind: "click",
    ref: refOf(page, role, name),
  });
/** The text of the goal that the pattern's group catches. */
const caught = (goal: string, pattern: RegExp): string => pattern.exec(goal)?.[1] ?? "";
const quoted = (goal: string, index = 0): string =>
  [...goal.matchAll(/"([^"]*)"/g)][index]?.[1] ?? "";
const nth = ({ nodes }: Observation, role: string, index: number): string =>
  nodes.filter((node) => node.role === role)[index]?.ref ?? "0";
const type =
  (index: number, textOf: (goal: string, page: Observation) => string): Move =>
  (page, goal) => ({
    kind: "type",
    ref: nth(page, "textbox", index),
    text: textOf(goal, page),
    submit: false,
  });
const clickNamed =
  (role: string, pattern: RegExp): Move =>
  (page, goal) => ({
    kind: "click",
    ref: refOf(page, role, caught(goal, pattern)),
  });
const SUBMIT = click("button", "Submit");

/** Ticks the next box that the goal names, or submits if none is left. */
const tickNext: Move = ({ nodes }, goal) => {
  const names = caught(goal, /Select (.*) and click Submit/).split(", ");
  const open = nodes.find(
    ({ role, name, states }) =>
      role === "checkbox" && names.includes(name) && states.checked === false,
  );
  const submit = nodes.find(({ role, name }) => role === "button" && name === "Submit");
  return { kind: "click", ref: (open ?? submit)?.ref ?? "0" };
};

const text = ({ nodes }: Observation): string => nodes.map(({ name }) => name).join(" ");
const cellAfter = ({ nodes }: Observation, label: string): string => {
  const cells = nodes.filter(({ role }) => role === "cell").map(({ name }) => name);
  return cells[cells.indexOf(label) + 1] ?? "";
};
const twoDigits = (value: string): string => value.padStart(2, "0");

const toIsoDate = (goal: string): string => {
  const [, month = "", day = "", year = ""] = /(\d+)\/(\d+)\/(\d+)/.exec(goal) ?? [];
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
};
const to24Hours = (goal: string): string => {
  const [, hour = "", minute = "", half = ""] = /(\d+):(\d+) (AM|PM)/.exec(goal) ?? [];
  return `${twoDigits(String((Number(hour) % 12) + (half === "PM" ? 12 : 0)))}:${minute}`;
};
const compute = (_: string, page: Observation): string => {
  const [, left = "", operator = "", right = ""] =
    /(-?\d+) ([-+x]) (-?\d+) =/.exec(text(page)) ?? [];
  const [a, b] = [Number(left), Number(right)];
  return String(operator === "+" ? a + b : operator === "-" ? a - b : a * b);
};

const TICK = Array.from({ length: 9 }, () => tickNext);
const TYPE_QUOTED = [type(0, (goal) => quoted(goal)), SUBMIT];
const FIELD_OF_KIND =
  (role: string, valueOf: (goal: string) => string): Move =>
  (page, goal) => ({
    kind: "type",
    ref: refOf(page, role),
    text: valueOf(goal),
    submit: false,
  });

/** The element with this text: the one that the text follows. */
const around = ({ nodes }: Observation, name: string): string =>
  nodes[nodes.findIndex((node) => node.role === "StaticText" && node.name === name) - 1]?.ref ??
  "0";
/** Drags the item that the goal names to a place of the list, past the middle of the item that stands there. */
const dragItem =
  (placeOf: (goal: string, from: number) => number): Move =>
  (page, goal) => {
    const ref = around(page, caught(goal, /Drag (\S+)/));
    const items = page.nodes.filter(({ role }) => role === "listitem");
    const from = items.findIndex((item) => item.ref === ref);
    const place = placeOf(goal, from);
    const at = place > from ? { x: 20, y: 16 } : { x: 4, y: 2 };
    return { kind: "drag", ref, to: items[place]?.ref ?? "0", at };
  };
const listPlace = (goal: string, from: number): number => {
  const [, place] = /(\d)\w\w position/.exec(goal) ?? [];
  return place === undefined ? from + (goal.includes("down") ? 1 : -1) : Number(place) - 1;
};
/** Drags the next number that is too far down to its place. */
const sortNext: Move = (page) => {
  const numbers = page.nodes.filter(
    ({ role, name }) => role === "StaticText" && /^-?\d+$/.test(name),
  );
  const sorted = numbers.map(({ name }) => Number(name)).sort((a, b) => a - b);
  const place = numbers.findIndex(({ name }, i) => Number(name) !== sorted[i]);
  const submit = { kind: "click", ref: refOf(page, "button", "Submit") } as const;
  if (place === -1) return submit;
  return {
    kind: "drag",
    ref: around(page, String(sorted[place])),
    to: around(page, numbers[place]?.name ?? ""),
    at: { x: 10, y: 2 },
  };
};
const EDGES: Readonly<Record<string, { x: number; y: number }>> = {
  left: { x: 2, y: 70 },
  right: { x: 145, y: 70 },
  up: { x: 70, y: 2 },
  down: { x: 70, y: 125 },
};
const DRAG_SHAPE: readonly Move[] = [
  (page, goal) => ({
    kind: "drag",
    ref: refOf(page, "graphics-symbol"),
    to: refOf(page, "SvgRoot"),
    at: EDGES[caught(goal, /(left|right|up|down) then/)] ?? { x: 0, y: 0 },
  }),
  SUBMIT,
];
const greatestCard: Move = ({ nodes }) => {
  const cards = nodes.filter(({ role, name }) => role === "generic" && /^\d+$/.test(name));
  return {
    kind: "click",
    ref: cards.toSorted((a, b) => Number(b.name) - Number(a.name))[0]?.ref ?? "0",
  };
};
/** Opens a mail by its sender, and sends it on or answers it. */
const openMail =
  (sender: RegExp): Move =>
  (page, goal) => ({
    kind: "click",
    ref: refOf(page, "generic", new RegExp(`^${caught(goal, sender)}`)),
  });
const lastImage: Move = ({ nodes }) => ({
  kind: "click",
  ref: nodes.findLast(({ role }) => role === "img")?.ref ?? "0",
});
const forwardMail = (sender: RegExp, receiver: RegExp): readonly Move[] => [
  openMail(sender),
  click("generic", "Forward"),
  type(0, (goal) => caught(goal, receiver)),
  lastImage,
];

/** By page. Moves after the end of the episode are not taken. */
export const MINIWOB_SOLVERS: Readonly<Record<string, readonly Move[]>> = {
  "click-test": [click("button", "Click Me!")],
  "click-test-2": [click("button", "ONE")],
  "click-test-transfer": [click("button", "ONE")],
  "click-button": [clickNamed("button", /"(.*)" button/)],
  "click-button-sequence": [click("button", "ONE"), click("button", "TWO")],
  "click-dialog": [click("button", "Close")],
  "click-link": [clickNamed("generic", /link "(.*)"/)],
  "click-option": [clickNamed("radio", /Select (.*) and click/), SUBMIT],
  "click-tab": [clickNamed("tab", /Click on (.*)\./)],
  "click-checkboxes": TICK,
  "click-checkboxes-transfer": TICK,
  "choose-list": [
    (page, goal) => ({
      kind: "select",
      ref: refOf(page, "combobox"),
      option: caught(goal, /Select (.*) from/),
    }),
    SUBMIT,
  ],
  "enter-text": TYPE_QUOTED,
  "enter-text-dynamic": TYPE_QUOTED,
  "enter-text-2": [
    type(0, (goal) =>
      goal.includes("upper") ? quoted(goal).toUpperCase() : quoted(goal).toLowerCase(),
    ),
    SUBMIT,
  ],
  "enter-password": [type(0, (goal) => quoted(goal)), type(1, (goal) => quoted(goal)), SUBMIT],
  "enter-date": [FIELD_OF_KIND("Date", toIsoDate), SUBMIT],
  "enter-time": [FIELD_OF_KIND("InputTime", to24Hours), SUBMIT],
  "login-user": [
    type(0, (goal) => quoted(goal)),
    type(1, (goal) => quoted(goal, 1)),
    click("button", "Login"),
  ],
  "focus-text": [(page) => ({ kind: "click", ref: nth(page, "textbox", 0) })],
  "focus-text-2": [
    (page, goal) => ({
      kind: "click",
      ref: nth(page, "textbox", Number(caught(goal, /(\d)\w\w input/)) - 1),
    }),
  ],
  "read-table": [
    type(0, (goal, page) => cellAfter(page, caught(goal, /value of (.*) into/))),
    SUBMIT,
  ],
  "simple-arithmetic": [type(0, compute), SUBMIT],
  "text-transform": [
    type(0, (_, { nodes }) =>
      nodes
        .filter(({ role, name }) => role === "StaticText" && name !== "")
        .map(({ name }) => name)
        .join(""),
    ),
    SUBMIT,
  ],
  "drag-box": [
    (page) => ({ kind: "drag", ref: refOf(page, "generic", "s"), to: refOf(page, "generic", "L") }),
    SUBMIT,
  ],
  "drag-circle": DRAG_SHAPE,
  "drag-single-shape": DRAG_SHAPE,
  "drag-items": [dragItem(listPlace)],
  "drag-sort-numbers": Array.from({ length: 6 }, () => sortNext),
  "find-greatest": [greatestCard, SUBMIT],
  "email-inbox-forward": forwardMail(/email by (\w+)/, /email to (\w+)/),
  "email-inbox-reply": [
    openMail(/email by (\w+)/),
    click("generic", "Reply"),
    type(0, (goal) => quoted(goal)),
    lastImage,
  ],
  "unicode-test": [clickNamed("button", /"(.*)" button/)],
};
