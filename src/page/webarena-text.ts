/**
 * WebArena's own observation text, from the accessibility nodes of Chromium's protocol and their boxes, so that published
 * prompts see what they were written for. Three changes of newer Chromium are undone: pictures have the role `img`, nodes
 * have no property `url`, and parts of lines are not nodes.
 */

import { pythonQuote } from "./python-quote.ts";

/** The fields of the protocol's `Accessibility.AXNode` that this file reads. */
export interface AxTextNode {
  nodeId: string;
  role?: { value?: unknown };
  name?: { value?: unknown };
  properties?: readonly { name: string; value: { value?: unknown } }[];
  childIds?: readonly string[];
  backendDOMNodeId?: number;
}

/** In CSS pixels from the window's top left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WebArenaTextInput {
  /** All nodes of the main frame, root first. */
  nodes: readonly AxTextNode[];
  /** By `backendDOMNodeId`. */
  boxes: ReadonlyMap<number, Box>;
  window: { width: number; height: number };
  tabs: readonly { title: string; active: boolean }[];
}

/** Properties that WebArena never prints, and `url`, which its Chromium did not have. */
const UNPRINTED = new Set(
  "focusable editable readonly level settable multiline invalid url".split(" "),
);
/** Roles without meaning where they have neither name nor property. */
const BLANK = new Set(
  "generic img list strong paragraph banner navigation Section LabelText Legend listitem".split(
    " ",
  ),
);
/** A node stays when this much of it is in the window. */
const LEAST_IN_VIEW = 0.6;

export function writeWebArenaText(input: WebArenaTextInput): string {
  const byId = new Map<string, AxTextNode>();
  for (const node of input.nodes)
    if (!byId.has(node.nodeId) && !isPartOfLine(node)) byId.set(node.nodeId, node);
  const lines: string[] = [];
  const [root] = input.nodes;
  if (root !== undefined) writeNode(root, 0, { ...input, byId }, lines);
  const kept = withoutRepeatedTexts(lines);
  const tabs = input.tabs.map(
    ({ title, active }, index) => `Tab ${index}${active ? " (current)" : ""}: ${title}`,
  );
  return `${tabs.join(" | ")}\n\n${kept.join("\n")}`;
}

/** The ids that a text in this form shows. */
export function idsInText(text: string): string[] {
  return [...text.matchAll(/^\t*\[(\d+)\]/gmu)].map(([, id = ""]) => id);
}

interface Tree extends WebArenaTextInput {
  byId: ReadonlyMap<string, AxTextNode>;
}

/** A node that prints nothing adds no level: its children take its place. */
function writeNode(node: AxTextNode, depth: number, tree: Tree, lines: string[]): void {
  const line = lineOf(node);
  if (line !== null) lines.push("\t".repeat(depth) + line);
  for (const child of childrenInView(node, tree))
    writeNode(child, line === null ? depth : depth + 1, tree, lines);
}

/** The children, where one out of view is replaced by its own children. */
function childrenInView({ childIds = [] }: AxTextNode, tree: Tree): AxTextNode[] {
  return childIds.flatMap((id) => {
    const child = tree.byId.get(id);
    if (child === undefined) return [];
    return isInView(child, tree) ? [child] : childrenInView(child, tree);
  });
}

/**
 * WebArena multiplies by the height where it should divide. So anything higher than a pixel passes as soon as a bit of it
 * is in the window. Published prompts were written with this.
 */
function isInView({ backendDOMNodeId }: AxTextNode, { boxes, window }: Tree): boolean {
  const box = backendDOMNodeId === undefined ? undefined : boxes.get(backendDOMNodeId);
  if (box === undefined || box.width === 0 || box.height === 0) return false;
  const overlap = (start: number, size: number, most: number): number =>
    Math.max(0, Math.min(start + size, most) - Math.max(start, 0));
  const covered =
    overlap(box.x, box.width, window.width) * overlap(box.y, box.height, window.height);
  return (covered / box.width) * box.height >= LEAST_IN_VIEW;
}

/** Fragments of a text, which have no node of the document. */
function isPartOfLine({ nodeId, role }: AxTextNode): boolean {
  return role?.value === "InlineTextBox" || nodeId.startsWith("-");
}

/** null for a node that prints nothing. */
function lineOf({ nodeId, role, name, properties = [] }: AxTextNode): string | null {
  if (typeof role?.value !== "string" || typeof name?.value !== "string") return null;
  const printedRole = role.value === "image" ? "img" : role.value;
  const printed = properties.flatMap(({ name: property, value: { value } }) =>
    UNPRINTED.has(property) || value === undefined ? [] : [`${property}: ${pythonText(value)}`],
  );
  const isBlank = name.value.trim() === "";
  if (isBlank && printed.length === 0 && BLANK.has(printedRole)) return null;
  if (isBlank && printedRole === "listitem") return null;
  return [`[${nodeId}] ${printedRole} ${pythonQuote(name.value)}`, ...printed].join(" ");
}

function pythonText(value: unknown): string {
  if (value === true) return "True";
  return value === false ? "False" : String(value);
}

/** Drops a text that is empty, or that one of the three previous lines contains. */
function withoutRepeatedTexts(lines: readonly string[]): string[] {
  const kept: string[] = [];
  for (const line of lines) {
    if (line.toLowerCase().includes("statictext")) {
      const text = /\[\d+\] StaticText (.+)/su.exec(line)?.[1]?.slice(1, -1) ?? "";
      if (text === "" || kept.slice(-3).some((previous) => previous.includes(text))) continue;
    }
    kept.push(line);
  }
  return kept;
}
