/**
 * Turns a raw accessibility tree, Chromium's own or the one computed from HTML, into the nodes of an observation.
 * Both worlds go through this one function, so that they differ in nothing but the raw tree.
 */

import type { NodeStates, PageNode } from "../core/observation.ts";

/** A node of an accessibility tree before normalisation. */
export interface RawNode {
  /** Digits; becomes the ref. `0`: no node of the document. */
  id: string;
  role: string;
  name: string;
  /** The tooltip of a plain wrapper: of an empty one, drawn as a picture by its style, it is all there is to read. */
  title?: string;
  value?: string;
  /** Those of `NodeStates` that apply; false where core knows only true, and levels of other roles, are taken out. */
  states: RawStates;
  /** Absolute URL of a link. */
  url?: string;
  /** Not exposed itself; its children may be. */
  ignored: boolean;
  children: readonly RawNode[];
}

export interface RawStates {
  checked?: boolean | "mixed";
  disabled?: boolean;
  expanded?: boolean;
  focused?: boolean;
  level?: number;
  pressed?: boolean | "mixed";
  required?: boolean;
  selected?: boolean;
}

/** What the value of a secret field reads as, whatever its length: the length is a secret too. */
export const MASKED_VALUE = "••••••••";
const BULLETS = /^[•●]+$/u;

/** Carry no meaning for an agent: dropped, their children lifted. */
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

/** Dropped, their children lifted, unless they have a name. */
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
  // By its role a form without a name is no landmark; versions of Chromium differ in showing it.
  "form",
  "math",
]);

/** Bullets and quotation marks that the browser draws itself, and shows as text where a list is none to it. */
const DRAWN = /^[•◦▪“”]$/u;

/** What a style sheet puts before or after an element, a letter of an icon font or a mark between others, is no node. */
const NO_WORD = /^[^\p{L}\p{N}]*$/u;

/** Say everything by themselves; what is inside is the browser's own drawing. */
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

/** Of those, what pages nest controls in: a text with boxes to tick, a choice with a field for another one, a map. */
const HOLDERS = new Set(["textbox", "checkbox", "radio", "switch", "img"]);

const isLeaf = (role: string): boolean =>
  role === "StaticText" || (LEAVES.has(role) && !HOLDERS.has(role));

/** Stay where all else is its holder's own: some libraries call a combo box what stands around its field and buttons. */
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

/** Roles whose value is a control's value and not a browser's remark. */
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

/** Named by what is in them, of which each part is then said already; others have a label, which may only happen to hold it. */
const NAMED_BY_CONTENT = new Set([
  "button",
  "cell",
  "checkbox",
  "columnheader",
  "gridcell",
  "heading",
  "link",
  "menuitem",
  "menuitemcheckbox",
  "menuitemradio",
  "option",
  "radio",
  "row",
  "rowheader",
  "switch",
  "tab",
  "tooltip",
  "treeitem",
  "DisclosureTriangle",
]);

const NO_STATES: NodeStates = Object.freeze({});

/** The name of the nearest kept ancestor that has one, the root's left out. */
interface Around {
  name: string;
  isOfContent: boolean;
}

const NOTHING_AROUND: Around = { name: "", isOfContent: false };

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
 * @param onlyControls within a control, whose value says the rest
 */
function append(
  raw: RawNode,
  depth: number,
  around: Around,
  onlyControls: boolean,
  nodes: PageNode[],
): void {
  // The bubble over a field that keeps its form from being sent: on no page, and gone after some seconds.
  if (raw.role === "alert" && raw.id === "0") return;
  const role = raw.role === "image" ? "img" : raw.role;
  const name = raw.ignored ? "" : collapse(raw.name) || tooltipOf(raw);
  if (!isKept(raw, role, name, around, onlyControls)) {
    if (isLeaf(role)) return;
    for (const child of raw.children) append(child, depth, around, onlyControls, nodes);
    return;
  }
  const node: PageNode = { ref: raw.id, role, name, states: keptStates(raw.states, role), depth };
  const value = keptValue(raw, role);
  if (value !== "") node.value = value;
  if (raw.url !== undefined && role === "link") node.url = raw.url;
  nodes.push(node);
  if (isLeaf(role)) return;
  const within = name === "" ? around : { name, isOfContent: NAMED_BY_CONTENT.has(role) };
  for (const child of raw.children)
    append(
      child,
      depth + 1,
      within,
      onlyControls || role === "combobox" || HOLDERS.has(role),
      nodes,
    );
}

function tooltipOf(raw: RawNode): string {
  if (raw.role !== "generic" || raw.title === undefined || !raw.children.every(isBlank)) return "";
  return collapse(raw.title);
}

/** Neither it nor anything in it would be a node. */
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

/** A node whose control has another value and other states now; everything else about it stands. */
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
    return !saysIt(around, name) && !(raw.id === "0" ? NO_WORD : DRAWN).test(name) && name !== "";
  return name !== "" || !DROPPED_WHEN_BLANK.has(role);
}

function keptStates(raw: RawStates, role: string): NodeStates {
  const states: NodeStates = {};
  let any = false;
  if (raw.checked !== undefined) {
    states.checked = raw.checked;
    any = true;
  }
  if (raw.disabled === true) {
    states.disabled = true;
    any = true;
  }
  if (raw.expanded !== undefined) {
    states.expanded = raw.expanded;
    any = true;
  }
  if (raw.focused === true) {
    states.focused = true;
    any = true;
  }
  if (raw.level !== undefined && role === "heading") {
    states.level = raw.level;
    any = true;
  }
  if (raw.pressed !== undefined) {
    states.pressed = raw.pressed;
    any = true;
  }
  if (raw.required === true) {
    states.required = true;
    any = true;
  }
  if (raw.selected !== undefined) {
    states.selected = raw.selected;
    any = true;
  }
  return any ? states : NO_STATES;
}

/** White space collapsed to single blanks and trimmed; zero-width characters stay. */
function collapse(text: string): string {
  return NEEDS_COLLAPSE.test(text) ? text.replace(WHITE_SPACE, " ").trim() : text;
}

const WHITE_SPACE = /\s+/gu;
const NEEDS_COLLAPSE = /^\s|\s$|\s\s|[^\S ]/u;
