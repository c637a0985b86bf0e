/** The changes between two versions of a page, as edits. */

import { hashText } from "../../core/random.ts";
import { collapseSpace } from "../../page/dom.ts";
import type { PageEdit } from "./page-edit.ts";
import { toHtml } from "./page-html.ts";
import {
  elementsBelow,
  textOf,
  type PageTree,
  type TreeElement,
  type TreeNode,
} from "./page-tree.ts";
import { signatureOf } from "./signature.ts";

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

/** Equal for subtrees that are equal in tags, attributes and texts (white space collapsed). */
function hashOf(node: TreeNode): number {
  if (node.hash !== undefined) return node.hash;
  let hash: number;
  if (node.kind === "text") hash = hashText(collapseSpace(node.text), 7);
  else {
    const attributes = Object.entries(node.attributes).map(([name, value]) => `${name}=${value}`);
    hash = hashText(`<${node.tag} ${attributes.sort().join(" ")}>`);
    for (const child of node.children)
      if (child.kind === "element" || child.text !== " ")
        hash = (Math.imul(hash, 31) + hashOf(child)) >>> 0;
  }
  node.hash = hash;
  return hash;
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

/** The subject of an element: the addresses and hidden values in it. */
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
