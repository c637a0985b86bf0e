/**
 * A page as numbered lines, the form in which a language model reads and changes it: one line for each element or text
 * that says something. A line's number names its place in a change.
 */

import { collapseSpace } from "../../page/dom.ts";
import { SHOWN_ATTRIBUTE } from "../../page/shown-marks.ts";
import type { PageTree, TreeElement, TreeNode } from "../tree/page-tree.ts";

export interface PageLine {
  /** From 1, in document order. */
  readonly number: number;
  /** Levels of lines above it. */
  readonly depth: number;
  readonly node: TreeNode;
  /** Child indexes from the root to the node. */
  readonly path: readonly number[];
  /**
   * Child indexes to the outermost element that holds this node and nothing else. It is what a change removes, and what
   * it inserts next to.
   */
  readonly outerPath: readonly number[];
}

/** They show nothing, or nothing that a site's answer changes. */
const SILENT_TAGS = new Set("script style link meta noscript base svg".split(" "));
/** Every page has them, so they need no line. */
const FRAME_TAGS = new Set(["html", "head"]);
/** Attributes that say what an element is for, or which state it is in. */
const TOLD_ATTRIBUTES =
  "id href name type value placeholder alt title role aria-label action method checked selected disabled readonly required hidden open for".split(
    " ",
  );
/** Characters of an attribute or a text on a line. */
const LONGEST = 160;

/** All lines of a page. */
export function linesOf(tree: PageTree): PageLine[] {
  const lines: PageLine[] = [];
  const visit = (node: TreeNode, path: number[], outerPath: number[], depth: number): void => {
    if (node.kind === "text") {
      if (collapseSpace(node.text) !== "") add(node, path, outerPath, depth);
      return;
    }
    if (SILENT_TAGS.has(node.tag)) return;
    if (FRAME_TAGS.has(node.tag)) {
      visitChildren(node, path, depth);
      return;
    }
    const told = node.children.filter(isTold);
    const only = told.length === 1 ? (told[0] as TreeNode) : null;
    if (only?.kind === "element" && toldAttributes(node).length === 0 && isWrapper(node)) {
      visit(only, [...path, node.children.indexOf(only)], outerPath, depth);
      return;
    }
    add(node, path, outerPath, depth);
    if (only?.kind === "text") return;
    visitChildren(node, path, depth + 1);
  };
  const visitChildren = ({ children }: TreeElement, path: number[], depth: number): void => {
    for (const [index, child] of children.entries()) {
      const own = [...path, index];
      visit(child, own, own, depth);
    }
  };
  const add = (node: TreeNode, path: number[], outerPath: number[], depth: number): void => {
    lines.push({ number: lines.length + 1, depth, node, path, outerPath });
  };
  visitChildren(tree.root, [], 0);
  return lines;
}

/** Containers without a meaning of their own. */
function isWrapper({ tag }: TreeElement): boolean {
  return tag === "div" || tag === "span";
}

function isTold(node: TreeNode): boolean {
  if (node.kind === "text") return collapseSpace(node.text) !== "";
  return !SILENT_TAGS.has(node.tag);
}

function toldAttributes({ attributes }: TreeElement): [string, string][] {
  return TOLD_ATTRIBUTES.flatMap((name) => {
    const value = attributes[name];
    return value === undefined || name === SHOWN_ATTRIBUTE ? [] : [[name, value] as const];
  }).map(([name, value]) => [name, value]);
}

/** One line without its number: `a href="/inbox": Inbox (2)`. */
export function writeNode(node: TreeNode): string {
  if (node.kind === "text") return JSON.stringify(shorten(node.text));
  const attributes = toldAttributes(node).map(([name, value]) =>
    value === "" ? ` ${name}` : ` ${name}=${JSON.stringify(shorten(value))}`,
  );
  const told = node.children.filter(isTold);
  const text = told.length === 1 && told[0]?.kind === "text" ? `: ${shorten(told[0].text)}` : "";
  return `${node.tag}${attributes.join("")}${text}`;
}

export interface WrittenLines {
  text: string;
  /** Lines left out for want of room. */
  omitted: number;
}

/**
 * Lines as text, at most about `room` characters. Where there is not enough room, the lines nearest to `around` stay.
 *
 * @param around number of the line that matters most
 */
export function writeLines(
  lines: readonly PageLine[],
  room: number,
  around: number | null = null,
): WrittenLines {
  const texts = lines.map(
    ({ number, depth, node }) => `${" ".repeat(Math.min(depth, 8))}${number} ${writeNode(node)}`,
  );
  const [from, to] = windowOf(texts, room, around === null ? 0 : around - 1);
  const omitted = lines.length - (to - from);
  const shown = texts.slice(from, to);
  if (from > 0) shown.unshift(`… ${from} lines above`);
  if (to < texts.length) shown.push(`… ${texts.length - to} lines below`);
  return { text: shown.join("\n"), omitted };
}

/** The widest window around a line that fits. */
function windowOf(texts: readonly string[], room: number, middle: number): [number, number] {
  let [from, to, left] = [middle, middle, room];
  for (;;) {
    const next = texts[to];
    const last = texts[from - 1];
    const fitsBelow = next !== undefined && next.length < left;
    const fitsAbove = last !== undefined && last.length < left;
    if (!fitsBelow && !fitsAbove) return [from, to];
    if (fitsBelow && (to - middle <= middle - from || !fitsAbove)) {
      left -= next.length + 1;
      to++;
    } else {
      left -= (last as string).length + 1;
      from--;
    }
  }
}

/** The line that shows an element; of one without a line of its own, the nearest one around it. */
export function lineAt(lines: readonly PageLine[], path: readonly number[]): PageLine | null {
  let best: PageLine | null = null;
  for (const line of lines) {
    const isInside = isPrefix(line.outerPath, path) && line.path.length <= path.length;
    const isSame = isPrefix(line.outerPath, path) && isPrefix(path, line.path);
    if (isSame) return line;
    if (isInside && isPrefix(line.path, path)) best = line;
  }
  return best;
}

export function isPrefix(prefix: readonly number[], path: readonly number[]): boolean {
  return prefix.length <= path.length && prefix.every((index, at) => path[at] === index);
}

function shorten(text: string): string {
  const collapsed = collapseSpace(text);
  return collapsed.length <= LONGEST ? collapsed : `${collapsed.slice(0, LONGEST - 1)}…`;
}
