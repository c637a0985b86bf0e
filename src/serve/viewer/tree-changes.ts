/** What an action changed in the accessibility tree, line by line. */

import type { Observation, PageNode } from "../../core/observation.ts";
import { alignNodes } from "../../page/align-nodes.ts";

/** ` ` stays, `+` is new, `-` is gone, `~` has another value, name or state. */
type ChangeMark = " " | "+" | "-" | "~";

/** The mark, the depth, the text, and what the line was before (for `~`). */
type TreeLine = [mark: ChangeMark, depth: number, text: string, before?: string];

export interface TreeChanges {
  lines: TreeLine[];
  /** Index of the line of the element that the action acts on. Null without one. */
  target: number | null;
}

type Page = Pick<Observation, "nodes">;

/** @param after null: shows the page as it is */
export function compareTrees(before: Page, after: Page | null, target: string | null): TreeChanges {
  const left = withoutRepeats(before.nodes);
  const right = after === null ? left : withoutRepeats(after.nodes);
  const pairs = after === null ? left.map((_, i) => [i, i] as const) : alignNodes(left, right);
  const lines: TreeLine[] = [];
  let place: number | null = null;
  const add = (mark: ChangeMark, node: PageNode, earlier?: PageNode): void => {
    if ((earlier ?? node).ref === target && mark !== "+") place = lines.length;
    const before = mark === "~" && earlier !== undefined ? [textOf(earlier)] : [];
    lines.push([mark, node.depth, textOf(node), ...before] as TreeLine);
  };
  const addPair = (own: PageNode, other: PageNode): void => {
    if (textOf(own) === textOf(other)) add(" ", other, own);
    else if (isSameElement(own, other)) add("~", other, own);
    else {
      add("-", own);
      add("+", other);
    }
  };
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...pairs, [left.length, right.length] as const]) {
    for (; i < nextI; i++) add("-", left[i] as PageNode);
    for (; j < nextJ; j++) add("+", right[j] as PageNode);
    const [own, other] = [left[nextI], right[nextJ]];
    if (own !== undefined && other !== undefined) addPair(own, other);
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return { lines, target: place };
}

/** A pair of two elements that merely stand at like places says nothing to a reader. */
function isSameElement(a: PageNode, b: PageNode): boolean {
  const isLink = a.url !== undefined && a.url === b.url;
  return (
    a.role === b.role && (a.ref === b.ref || a.name === b.name || isLink || a.depth + b.depth === 0)
  );
}

/** Texts that are part of their parent's name say nothing new. */
function withoutRepeats(nodes: readonly PageNode[]): PageNode[] {
  const names: string[] = [];
  return nodes.filter((node) => {
    names.length = node.depth;
    const parent = names.at(-1) ?? "";
    names.push(node.name);
    return !(node.role === "StaticText" && node.depth > 0 && parent.includes(node.name));
  });
}

/** Focus is left out: it moves with every action, and the site does not move it. */
function textOf({ role, name, value, states, url }: PageNode): string {
  const { focused: _focused, ...others } = states;
  const parts = [role];
  if (name !== "") parts.push(JSON.stringify(name));
  if (value !== undefined) parts.push(`= ${JSON.stringify(value)}`);
  for (const [state, held] of Object.entries(others))
    parts.push(held === true ? `[${state}]` : `[${state}=${String(held)}]`);
  if (url !== undefined) parts.push(`→ ${url}`);
  return parts.join(" ");
}
