/** Elements that scripts made clickable. An agent needs a node for them, although they have no role. */

import type { RawNode } from "./raw-node.ts";

/** A recording marks the elements with this attribute, whose value is a `Clickability`. */
export const CLICK_ATTRIBUTE = "data-dreamgym-click";

/** In HTML, what makes a script hear of a click on the element. */
const HANDLERS = new Set(
  "onclick ondblclick onmousedown onmouseup onpointerdown onpointerup".split(" "),
);

/** Events by which a script hears of a click. */
export const CLICK_EVENTS: ReadonlySet<string> = new Set(
  [...HANDLERS].map((name) => name.slice(2)),
);

/**
 * `listens`: its scripts hear of a click, perhaps for the elements inside it. `points`: it is marked as a target by
 * its pointer as well. `shown`: a browser showed it as a target.
 */
export type Clickability = "listens" | "points" | "shown";

/** What HTML says of an element. */
export function clickabilityIn(
  attributes: Readonly<Record<string, string>>,
  tag: string,
): Clickability | null {
  // What the whole page listens to is a target nowhere.
  if (tag === "body" || tag === "html") return null;
  for (const name in attributes) {
    if (name === CLICK_ATTRIBUTE)
      return (["points", "shown"] as const).find((how) => how === attributes[name]) ?? "listens";
    if (name.startsWith("on") && HANDLERS.has(name)) return "listens";
  }
  return null;
}

/** Roles that say on their own that a click does something. A click inside them is a click on them. */
const CONTROLS = new Set(
  (
    "link button textbox searchbox combobox listbox option checkbox radio switch slider spinbutton tab menuitem " +
    "menuitemcheckbox menuitemradio treeitem Date DateTime InputTime ColorWell DisclosureTriangle " +
    "DisclosureTriangleGrouped"
  ).split(" "),
);

/** Without a place of their own: a label acts on its control, and the rest is the browser's. */
const NEVER = new Set([
  "RootWebArea",
  "StaticText",
  "LabelText",
  "InlineTextBox",
  "LineBreak",
  "ListMarker",
  "MenuListPopup",
  "Iframe",
]);

export function isControl(role: string): boolean {
  return CONTROLS.has(role);
}

/**
 * Whether a click on the element itself does something. An element that listens for those inside it does not count,
 * such as the root of an application.
 */
export function isClickTarget(raw: RawNode): boolean {
  if (raw.click === undefined || raw.ignored || raw.states.disabled === true) return false;
  if (CONTROLS.has(raw.role) || NEVER.has(raw.role)) return false;
  return !holdsTarget(raw) || (raw.click !== "listens" && holdsText(raw));
}

function holdsTarget({ children }: RawNode): boolean {
  return children.some(
    (child) =>
      (!child.ignored && (CONTROLS.has(child.role) || child.click !== undefined)) ||
      holdsTarget(child),
  );
}

/** Whether there is something to click on next to the targets inside. */
function holdsText({ children }: RawNode): boolean {
  return children.some(
    (child) =>
      (child.role === "StaticText" && child.name.trim() !== "") ||
      (!CONTROLS.has(child.role) && child.click === undefined && holdsText(child)),
  );
}

/** Roles that a name made of their texts says completely. */
const PLAIN = new Set(["StaticText", "generic", "image", "img", "paragraph", "strong", "emphasis"]);
for (const role of ["mark", "code", "time", "superscript", "subscript", "Abbr", "Canvas"])
  PLAIN.add(role);

/** The texts of a target that consists of texts and pictures alone, in their order. Empty for one with more in it. */
export function contentOf(raw: RawNode): string {
  const texts: string[] = [];
  return collectTexts(raw, texts) ? texts.join(" ") : "";
}

/** @returns false if there is something else */
function collectTexts({ children }: RawNode, texts: string[]): boolean {
  return children.every((child) => {
    if (!child.ignored && !PLAIN.has(child.role) && !NEVER.has(child.role)) return false;
    if (!child.ignored && child.role !== "generic") texts.push(child.name);
    return collectTexts(child, texts);
  });
}
