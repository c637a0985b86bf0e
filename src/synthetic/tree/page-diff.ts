/** What changed between two versions of a page, as edits; and edits applied. */

import type { PageEdit } from "../../core/experience.ts";
import { collapseSpace } from "../../page/dom.ts";
import {
  elementsBelow,
  hashOf,
  parsePiece,
  parseTree,
  signatureOf,
  textOf,
  toHtml,
  type PageTree,
  type TreeElement,
  type TreeNode,
} from "./page-tree.ts";

/** Above this many pairs of children the alignment is greedy. */
const MAX_PAIRS = 40_000;

/**
 * Edits that turn one page into another. All paths are of the page before: the edits happen at once. An insert puts
 * its HTML before the child that the path names; several at one path stay in order.
 */
export function diffPages(before: PageTree, after: PageTree): PageEdit[] {
  const edits: PageEdit[] = [];
  diffElements(before.root, after.root, [], edits);
  return edits;
}

function diffElements(a: TreeElement, b: TreeElement, path: number[], edits: PageEdit[]): void {
  for (const [name, value] of Object.entries(b.attributes))
    if (a.attributes[name] !== value) edits.push({ kind: "attribute", path, name, value });
  for (const name of Object.keys(a.attributes))
    if (b.attributes[name] === undefined)
      edits.push({ kind: "attribute", path, name, value: null });
  let next = 0;
  const pairs = alignChildren(a.children, b.children);
  for (const [i, j] of [...pairs, [a.children.length, b.children.length] as const]) {
    const [lastI, lastJ] = [i, j];
    for (; next < lastJ; next++) {
      const child = b.children[next] as TreeNode;
      if (!isSpace(child))
        edits.push({ kind: "insert", path: [...path, lastI], html: toHtml(child) });
    }
    next = lastJ + 1;
  }
  const matched = new Map(pairs);
  a.children.forEach((child, i) => {
    const j = matched.get(i);
    const childPath = [...path, i];
    if (j === undefined) {
      if (!isSpace(child)) edits.push({ kind: "remove", path: childPath });
      return;
    }
    const other = b.children[j] as TreeNode;
    if (hashOf(child) === hashOf(other)) return;
    if (child.kind === "text" && other.kind === "text")
      edits.push({ kind: "text", path: childPath, text: other.text });
    else if (child.kind === "element" && other.kind === "element")
      diffElements(child, other, childPath, edits);
  });
}

function isSpace(node: TreeNode): boolean {
  return node.kind === "text" && node.text === " ";
}

/** Pairs of indexes, increasing in both: the best-scoring alignment (dynamic programming), equal ends first. */
function alignChildren(a: readonly TreeNode[], b: readonly TreeNode[]): [number, number][] {
  const pairs: [number, number][] = [];
  let start = 0;
  const same = (i: number, j: number): boolean =>
    hashOf(a[i] as TreeNode) === hashOf(b[j] as TreeNode);
  while (start < a.length && start < b.length && same(start, start)) {
    pairs.push([start, start]);
    start++;
  }
  const tail: [number, number][] = [];
  let [endA, endB] = [a.length, b.length];
  while (endA > start && endB > start && same(endA - 1, endB - 1)) {
    endA--;
    endB--;
    tail.unshift([endA, endB]);
  }
  const [rows, columns] = [endA - start, endB - start];
  if (rows * columns > 0 && rows * columns <= MAX_PAIRS) {
    const width = columns + 1;
    const best = new Float64Array((rows + 1) * width);
    const scores = new Float64Array(rows * columns);
    for (let i = rows - 1; i >= 0; i--)
      for (let j = columns - 1; j >= 0; j--) {
        const score = pairScore(a[start + i] as TreeNode, b[start + j] as TreeNode);
        scores[i * columns + j] = score;
        const joined = score > 0 ? score + (best[(i + 1) * width + j + 1] as number) : 0;
        best[i * width + j] = Math.max(
          joined,
          best[(i + 1) * width + j] as number,
          best[i * width + j + 1] as number,
        );
      }
    for (let i = 0, j = 0; i < rows && j < columns;) {
      const score = scores[i * columns + j] as number;
      const here = best[i * width + j] as number;
      if (score > 0 && here === score + (best[(i + 1) * width + j + 1] as number)) {
        pairs.push([start + i, start + j]);
        i++;
        j++;
      } else if (here === best[(i + 1) * width + j]) i++;
      else j++;
    }
  }
  return [...pairs, ...tail];
}

/** How well two nodes fit as the same node before and after; 0: they are different things. */
function pairScore(a: TreeNode, b: TreeNode): number {
  if (hashOf(a) === hashOf(b)) return isSpace(a) ? 0.1 : 6;
  if (a.kind === "text" || b.kind === "text") {
    if (a.kind !== b.kind || isSpace(a) || isSpace(b)) return 0;
    return textPattern(textOf(a)) === textPattern(textOf(b)) ? 2 : 0.5;
  }
  if (a.tag !== b.tag) return 0;
  if ((a.attributes["id"] ?? "") !== (b.attributes["id"] ?? "")) return 0;
  const [mineIds, otherIds] = [identityOf(a), identityOf(b)];
  if (mineIds.size > 0 && otherIds.size > 0 && overlap(mineIds, otherIds) === 0) return 0;
  const sameSignature = signatureOf(a) === signatureOf(b) ? 1 : 0;
  return 0.5 + sameSignature + 2 * overlap(wordsOf(a), wordsOf(b));
}

/** A text with its numbers taken out: equal for `3 votes` and `4 votes`. */
export function textPattern(text: string): string {
  return collapseSpace(text).replace(/\d+(?:,\d{3})*(?:\.\d+)?/gu, "#");
}

/** What an element is about: the addresses and hidden values in it. */
function identityOf(element: TreeElement): ReadonlySet<string> {
  if (element.identity !== undefined) return element.identity;
  const identity = new Set<string>();
  for (const part of [element, ...elementsBelow(element)]) {
    const { href, action, value, type } = part.attributes;
    if (href !== undefined) identity.add(href);
    if (action !== undefined) identity.add(action);
    if (type === "hidden" && value !== undefined) identity.add(`=${value}`);
  }
  element.identity = identity;
  return identity;
}

function wordsOf(element: TreeElement): ReadonlySet<string> {
  element.words ??= new Set(textOf(element).toLowerCase().split(" ").slice(0, 80));
  return element.words;
}

/** Jaccard overlap, 0–1. */
export function overlap<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  if (a.size === 0 && b.size === 0) return 1;
  let common = 0;
  for (const item of a) if (b.has(item)) common++;
  return common / (a.size + b.size - common);
}

/** The page after edits, as HTML. Edits whose path is not there are left out. */
export function applyEdits(html: string, edits: readonly PageEdit[]): string {
  if (edits.length === 0) return html;
  const byPath = new Map<string, PageEdit[]>();
  const touched = new Set<string>();
  for (const edit of edits) {
    const key = edit.path.join(".");
    const group = byPath.get(key);
    if (group === undefined) byPath.set(key, [edit]);
    else group.push(edit);
    for (let length = 0; length <= edit.path.length; length++)
      touched.add(edit.path.slice(0, length).join("."));
  }
  const rebuild = (node: TreeNode, path: number[]): TreeNode | null => {
    const key = path.join(".");
    if (!touched.has(key)) return node;
    const here = byPath.get(key) ?? [];
    if (here.some((edit) => edit.kind === "remove")) return null;
    if (node.kind === "text") {
      const text = here.find((edit) => edit.kind === "text");
      return text === undefined ? node : { kind: "text", text: text.text };
    }
    const attributes: Record<string, string> = { ...node.attributes };
    for (const edit of here) {
      if (edit.kind !== "attribute") continue;
      if (edit.value === null) delete attributes[edit.name];
      else attributes[edit.name] = edit.value;
    }
    const children: TreeNode[] = [];
    for (let i = 0; i <= node.children.length; i++) {
      for (const edit of byPath.get([...path, i].join(".")) ?? []) {
        if (edit.kind !== "insert") continue;
        const piece = parsePiece(edit.html, node.tag);
        if (piece !== null) children.push(piece);
      }
      const child = node.children[i];
      const rebuilt = child === undefined ? null : rebuild(child, [...path, i]);
      if (rebuilt !== null) children.push(rebuilt);
    }
    return { kind: "element", tag: node.tag, attributes, children };
  };
  return toHtml(rebuild(parseTree(html).root, []) ?? parseTree(html).root);
}
