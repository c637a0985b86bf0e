/**
 * Turns a raw accessibility tree, from Chromium or computed from HTML, into the nodes of an observation.
 * Both worlds use this one function, so they differ in the raw tree only.
 */

import type { PageNode } from "../core/observation.ts";
import { contentOf, isClickTarget, isControl } from "./click-targets.ts";
import { keptStates, NO_STATES } from "./kept-states.ts";
import { NAMED_BY_CONTENT } from "./named-by-content.ts";
import type { RawNode } from "./raw-node.ts";

/** The value of every secret field. Its length is fixed, because the length is a secret too. */
export const MASKED_VALUE = "••••••••";
const BULLETS = /^[•●]+$/u;

/** Roles without meaning for an agent. They are dropped and their children lifted. */
const ALWAYS_DROPPED = new Set([
  "none",
  "presentation",
  "InlineTextBox",
  "LineBreak",
  "ListMarker",
  "LabelText",
  "Legend",
  "rowgroup",
  "MenuListPopup",
  "LayoutTable",
  "LayoutTableRow",
  "LayoutTableCell",
  "Section",
]);

/** Roles that are dropped, with their children lifted, unless they have a name. */
const DROPPED_WHEN_BLANK = new Set([
  "StaticText",
  "generic",
  "paragraph",
  "strong",
  "emphasis",
  "mark",
  "code",
  "time",
  "superscript",
  "subscript",
  "deletion",
  "insertion",
  "Abbr",
  "Ruby",
  "RubyAnnotation",
  "img",
  "caption",
  "Figcaption",
  "sectionheader",
  "sectionfooter",
  "Canvas",
  // A form without a name does not have the landmark role. Chromium's versions differ in showing it.
  "form",
  "math",
]);

/** Bullets and quotation marks that the browser draws, and shows as text if it does not see a list. */
const DRAWN = /^[•◦▪“”‘’]$/u;

/**
 * Of texts that a style sheet puts before or after an element, those that nobody can read: letters of an icon font, and
 * invisible ones. Any other sign counts: "−5" is not "5".
 */
const UNREADABLE = /^[\p{Co}\p{Cf}\s]*$/u;

/** Roles that are complete by themselves. Their inside is the browser's own drawing. */
const LEAVES = new Set([
  "textbox",
  "searchbox",
  "spinbutton",
  "slider",
  "checkbox",
  "radio",
  "switch",
  "Date",
  "DateTime",
  "InputTime",
  "ColorWell",
  "Video",
  "Audio",
  "PluginObject",
  "img",
  "separator",
  "progressbar",
  "meter",
]);

/** Of those, roles in which pages nest controls: a text with checkboxes, a choice with a field, a map. */
const HOLDERS = new Set(["textbox", "checkbox", "radio", "switch", "img"]);

const isLeaf = (role: string): boolean =>
  role === "StaticText" || (LEAVES.has(role) && !HOLDERS.has(role));

/** Kept inside a holder: some libraries call the wrapper of a field and its buttons a combo box. */
const CONTROLS = new Set([
  "option",
  "listbox",
  "textbox",
  "searchbox",
  "button",
  "link",
  "checkbox",
  "menuitem",
  "treeitem",
]);

/** Roles whose value is a control's value and not the browser's description. */
const VALUED = new Set([
  "textbox",
  "searchbox",
  "combobox",
  "spinbutton",
  "slider",
  "Date",
  "DateTime",
  "InputTime",
  "ColorWell",
  "progressbar",
  "meter",
]);

/** Regions that scripts write news into. While they are empty there is nothing to see, and libraries add and remove them. */
const NEWS = new Set(["alert", "log", "marquee", "status", "timer"]);

/** The name of the nearest kept ancestor that has one, except the root. */
interface Around {
  name: string;
  /** True if the ancestor's name repeats its parts. Any other name is a label, which may contain them by chance. */
  isOfContent: boolean;
  /** Inside a control, a click is a click on the control. */
  isControl: boolean;
}

const NOTHING_AROUND: Around = { name: "", isOfContent: false, isControl: false };

const saysIt = (around: Around, text: string): boolean =>
  around.isOfContent ? around.name.includes(text) : around.name === text;

export function normalizeNodes(root: RawNode): PageNode[] {
  const title = collapse(root.name);
  const nodes: PageNode[] = [
    { ref: root.id, role: "RootWebArea", name: title, states: NO_STATES, depth: 0 },
  ];
  for (const child of root.children) append(child, 1, NOTHING_AROUND, false, nodes);
  return nodes;
}

/**
 * @param onlyControls inside a control, whose value already contains the rest
 */
function append(
  raw: RawNode,
  depth: number,
  around: Around,
  onlyControls: boolean,
  nodes: PageNode[],
): void {
  // Skips the bubble over an invalid field. It is not part of the page and disappears after some seconds.
  if (raw.role === "alert" && raw.id === "0") return;
  const isTarget = !around.isControl && isClickTarget(raw);
  const role = shownRole(raw, isTarget);
  const content = isTarget && role === "generic" ? collapse(contentOf(raw)) : "";
  const name = raw.ignored ? "" : readable(masked(collapse(raw.name))) || content || tooltipOf(raw);
  if (!isTarget && !isKept(raw, role, name, around, onlyControls)) {
    if (isLeaf(role)) return;
    for (const child of raw.children) append(child, depth, around, onlyControls, nodes);
    return;
  }
  const states = isTarget ? { ...raw.states, clickable: true } : raw.states;
  const node: PageNode = { ref: raw.id, role, name, states: keptStates(states, role), depth };
  const value = keptValue(raw, role);
  if (value !== "") node.value = value;
  if (raw.url !== undefined && role === "link") node.url = raw.url;
  nodes.push(node);
  if (isLeaf(role)) return;
  const within = aroundIn(around, raw, { role, name, isSaid: content !== "" });
  const inControl = onlyControls || role === "combobox" || HOLDERS.has(role);
  for (const child of raw.children) append(child, depth + 1, within, inControl, nodes);
  if (NEWS.has(role) && name === "" && nodes.at(-1) === node) nodes.pop();
}

/** @param node.isSaid whether its name was made of its content */
function aroundIn(
  around: Around,
  raw: RawNode,
  { role, name, isSaid }: { role: string; name: string; isSaid: boolean },
): Around {
  const inControl = around.isControl || isControl(role);
  if (name === "")
    return inControl === around.isControl ? around : { ...around, isControl: inControl };
  return { name, isOfContent: isSaid || isOfContent(raw, role, name), isControl: inControl };
}

/** A target without a role of its own is a plain element, whatever the browser calls it inside a table for layout. */
function shownRole({ role }: RawNode, isTarget: boolean): string {
  if (isTarget && ALWAYS_DROPPED.has(role)) return "generic";
  return role === "image" ? "img" : role;
}

/** Whether a name consists of the texts inside the element, in their order. A label may contain some of them by chance. */
function isOfContent(raw: RawNode, role: string, name: string): boolean {
  if (!NAMED_BY_CONTENT.has(role)) return false;
  let rest = name;
  for (const text of textsIn(raw)) {
    const at = rest.indexOf(text);
    // The name leaves out what only a style shows, and repeats nothing.
    if (at === -1) continue;
    if (HAS_WORD.test(rest.slice(0, at))) return false;
    rest = rest.slice(at + text.length);
  }
  return !HAS_WORD.test(rest);
}

const HAS_WORD = /[\p{L}\p{N}]/u;

/** The texts inside an element as they count towards its name: a control with its value, others with a name of their own. */
function* textsIn({ children }: RawNode): Generator<string> {
  for (const child of children) {
    const name = child.ignored ? "" : collapse(child.value || child.name);
    if (name !== "") yield name;
    else yield* textsIn(child);
  }
}

function tooltipOf(raw: RawNode): string {
  if (raw.role !== "generic" || raw.title === undefined || !raw.children.every(isBlank)) return "";
  return collapse(raw.title);
}

/** Whether neither the element nor anything inside it would be a node. */
function isBlank({ role, name, ignored, children }: RawNode): boolean {
  const isDropped =
    ignored || role === "image" || ALWAYS_DROPPED.has(role) || DROPPED_WHEN_BLANK.has(role);
  return isDropped && (ignored || collapse(name) === "") && children.every(isBlank);
}

function keptValue(raw: RawNode, role: string): string {
  if (raw.value === undefined || !VALUED.has(role)) return "";
  const value = collapse(raw.value);
  return BULLETS.test(value) ? MASKED_VALUE : value;
}

/** The node with its control's new value and states. Everything else stays the same. */
export function updateNode(node: PageNode, raw: RawNode): PageNode {
  const { value: _, ...rest } = node;
  const updated: PageNode = { ...rest, states: keptStates(raw.states, node.role) };
  const value = keptValue(raw, node.role);
  if (value !== "") updated.value = value;
  return updated;
}

function isKept(
  raw: RawNode,
  role: string,
  name: string,
  around: Around,
  onlyControls: boolean,
): boolean {
  if (raw.ignored || ALWAYS_DROPPED.has(role) || role === "RootWebArea") return false;
  if (onlyControls) return CONTROLS.has(role) || (role === "group" && name !== "");
  if (role === "StaticText")
    return !saysIt(around, name) && !DRAWN.test(name) && !isUnreadable(raw.id, name);
  return name !== "" || !DROPPED_WHEN_BLANK.has(role);
}

/** A name may contain a password as bullets: see `MASKED_VALUE`. */
function masked(name: string): string {
  return name.includes("••") ? name.replace(/•{2,}/gu, MASKED_VALUE) : name;
}

/**
 * A name without the letters of an icon font, which mean nothing outside of the font. A name of such letters alone keeps
 * them: they distinguish it from others.
 */
function readable(name: string): string {
  return ICON.test(name) ? collapse(name.replaceAll(ICONS, "")) || name : name;
}

const ICON = /\p{Co}/u;
const ICONS = /\p{Co}/gu;

function isUnreadable(id: string, text: string): boolean {
  return text === "" || (id === "0" && UNREADABLE.test(text));
}

/** White space collapsed to single blanks and trimmed; zero-width characters stay. */
function collapse(text: string): string {
  return NEEDS_COLLAPSE.test(text) ? text.replace(WHITE_SPACE, " ").trim() : text;
}

const WHITE_SPACE = /\s+/gu;
const NEEDS_COLLAPSE = /^\s|\s$|\s\s|[^\S ]/u;
