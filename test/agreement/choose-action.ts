/** The next action of a random walk. */

import type { Element } from "domhandler";
import type { Action } from "../../src/core/action.ts";
import type { PageNode } from "../../src/core/observation.ts";
import type { Random } from "../../src/core/random.ts";
import { clickabilityIn } from "../../src/page/click-targets.ts";
import { allDescendants } from "../../src/page/dom.ts";
import { isFocusable } from "../../src/page/focusable.ts";
import { UNTOUCHED } from "../../src/page/form-state.ts";
import type { PageDocument } from "../../src/page/page-document.ts";
import { isVisible } from "../../src/page/visibility.ts";

/** A page as both programs show it. */
export interface ShownPage {
  nodes: readonly PageNode[];
  /** Its recording, with the same nodes. */
  document: PageDocument;
}

export interface Choice {
  action: Action;
  /** Place of the node that it acts on: refs differ between worlds. */
  at: number | null;
}

/**
 * Only a layout shows what a click on a container hits, so walks click on leaves.
 *
 * @param mayPress whether both programs know what has the focus
 * @param isLast the walk then rather follows a link or sends a form
 */
export function chooseAction(
  { nodes, document }: ShownPage,
  random: Random,
  mayPress: boolean,
  isLast: boolean,
): Choice {
  const isActive = ({ role, states }: PageNode): boolean =>
    ACTIVE.has(role) || states.clickable === true;
  const all = nodes.flatMap((node, at) => {
    const end = nodes.findIndex(({ depth }, i) => i > at && depth <= node.depth);
    const inside = nodes.slice(at + 1, end === -1 ? nodes.length : end);
    if (at === 0 || !isActive(node) || inside.some(isActive)) return [];
    return holdsTarget(at, document) ? [] : [at];
  });
  const sending = all.filter((at) => SENDING.has((nodes[at] as PageNode).role));
  const leaves = isLast && sending.length > 0 ? sending : all;
  const presses = random.next() < 0.2 && mayPress;
  if (leaves.length === 0 || presses)
    return { action: { kind: "press", keys: random.pick(KEYS) }, at: null };
  const at = random.pick(leaves);
  const { role } = nodes[at] as PageNode;
  const ref = "";
  if (/textbox|searchbox|spinbutton|Date|InputTime|slider/u.test(role)) {
    const text = random.pick(TEXTS);
    return { action: { kind: "type", ref, text, submit: random.next() < 0.3 }, at };
  }
  if (role === "combobox" || role === "listbox")
    return { action: { kind: "select", ref, option: random.pick(["Alpha", "gamma", "L"]) }, at };
  return { action: { kind: "click", ref }, at };
}

const ACTIVE = new Set(
  (
    "link button checkbox radio textbox searchbox spinbutton slider combobox listbox Date DateTime InputTime " +
    "DisclosureTriangle"
  ).split(" "),
);
const SENDING = new Set(["link", "button"]);
const KEYS = ["Tab", "Tab", "Shift+Tab", "Enter", "Escape", "x", "Backspace", "ArrowDown", " "];
const TEXTS = ["lamp", "7", "1.5", "a@b.test", "2024-02-30", "2024-06-07", "10:15", "é"];

/** Whether something that is not a node of its own, but takes clicks, is inside a node: a frame, or what `aria-hidden` hides. */
function holdsTarget(at: number, document: PageDocument): boolean {
  const ref = document.nodes[at]?.ref ?? "";
  const element = document.elementOf(ref);
  // A node that a recording adds has no element of its own.
  if (element === null || document.refOf(element) !== ref) return false;
  for (const inner of allDescendants(element)) if (takesClicks(inner)) return true;
  return false;
}

function takesClicks(element: Element): boolean {
  const isTarget =
    isFocusable(element) ||
    element.name === "label" ||
    clickabilityIn(element.attribs, element.name) !== null;
  return isTarget && isVisible(element, UNTOUCHED);
}
