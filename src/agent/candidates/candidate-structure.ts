/** The place of each node on a page: parent, surrounding item, heading, label. Candidates are described by it. */

import type { PageNode } from "../../core/observation.ts";

export interface PageStructure {
  /** Index of each node's parent; -1 for the root. */
  parents: Int32Array;
  /** Index after each node's last descendant. */
  ends: Int32Array;
  /** Index of the innermost item (row, list item, article, …) around each node or the node itself; -1 for none. */
  items: Int32Array;
  /** Index of the last heading before each node; -1 for none. */
  headings: Int32Array;
  /** Index of the text that introduces each node: its column's header, else the text before it; -1 for none. */
  labels: Int32Array;
  /** Index of the innermost landmark (`navigation`, `main`, `form`, …) around each node; -1 for none. */
  landmarks: Int32Array;
}

const ITEMS = new Set(["row", "listitem", "article", "figure", "group", "radiogroup", "menuitem"]);
const LANDMARKS = new Set(
  "banner complementary contentinfo dialog form main navigation region search".split(" "),
);
const LABELS = new Set([
  "StaticText",
  "heading",
  "term",
  "rowheader",
  "columnheader",
  "DescriptionListTerm",
  "caption",
]);

const known = new WeakMap<readonly PageNode[], PageStructure>();

/** The structure of a page, computed once for each node array (cached: the same nodes have the same structure). */
export function pageStructure(nodes: readonly PageNode[]): PageStructure {
  let structure = known.get(nodes);
  if (!structure) known.set(nodes, (structure = computeStructure(nodes)));
  return structure;
}

function computeStructure(nodes: readonly PageNode[]): PageStructure {
  const count = nodes.length;
  const parents = new Int32Array(count).fill(-1);
  const ends = new Int32Array(count).fill(count);
  const items = new Int32Array(count).fill(-1);
  const headings = new Int32Array(count).fill(-1);
  const labels = new Int32Array(count).fill(-1);
  const landmarks = new Int32Array(count).fill(-1);
  const open: number[] = [];
  let heading = -1;
  let label = -1;
  for (const [index, node] of nodes.entries()) {
    while (open.length > 0 && (nodes[open.at(-1) as number] as PageNode).depth >= node.depth)
      ends[open.pop() as number] = index;
    const parent = open.at(-1) ?? -1;
    parents[index] = parent;
    items[index] = ITEMS.has(node.role) ? index : parent < 0 ? -1 : (items[parent] as number);
    landmarks[index] = LANDMARKS.has(node.role)
      ? index
      : parent < 0
        ? -1
        : (landmarks[parent] as number);
    headings[index] = heading;
    labels[index] = label;
    if (node.role === "heading") heading = index;
    if (LABELS.has(node.role) && node.name !== "") label = index;
    open.push(index);
  }
  labelCells(nodes, { parents, ends, labels });
  return { parents, ends, items, headings, labels, landmarks };
}

/** Labels the cells of a table, and all nodes in them, with the header of their column. */
function labelCells(
  nodes: readonly PageNode[],
  { parents, ends, labels }: Pick<PageStructure, "parents" | "ends" | "labels">,
): void {
  const columns = new Map<number, number[]>();
  for (let row = 0; row < nodes.length; row++) {
    if (nodes[row]?.role !== "row") continue;
    const table = parents[row] as number;
    const cells: number[] = [];
    for (let cell = row + 1; cell < (ends[row] as number); cell = ends[cell] as number)
      cells.push(cell);
    if (cells.length > 1 && cells.every((cell) => nodes[cell]?.role === "columnheader")) {
      columns.set(table, cells);
      continue;
    }
    for (const [column, cell] of cells.entries()) {
      const header = columns.get(table)?.[column];
      if (header !== undefined) labels.fill(header, cell, ends[cell]);
    }
  }
}

/** All text inside a node's subtree, names joined by blanks, at most `maxCharacters`. */
export function subtreeText(
  nodes: readonly PageNode[],
  structure: PageStructure,
  index: number,
  maxCharacters = 400,
): string {
  let text = nodes[index]?.name ?? "";
  for (let inner = index + 1; inner < (structure.ends[index] as number); inner++) {
    if (text.length >= maxCharacters) break;
    const name = (nodes[inner] as PageNode).name;
    if (name !== "") text += ` ${name}`;
  }
  return text;
}

export function hasOptions(
  nodes: readonly PageNode[],
  structure: PageStructure,
  index: number,
): boolean {
  for (let inner = index + 1; inner < (structure.ends[index] as number); inner++)
    if (nodes[inner]?.role === "option") return true;
  return false;
}
