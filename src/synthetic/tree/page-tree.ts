/**
 * A page as an immutable tree of elements and texts, made for comparing pages: hashes of subtrees, structural keys
 * that name "the same place" on another page, child-index paths as `PageEdit` uses them.
 */

import { isText, type AnyNode } from "domhandler";
import { collapseSpace } from "../../page/dom.ts";
import { parseHtml } from "../../page/parse-html.ts";
import { SHOWN_ATTRIBUTE } from "../../page/shown-marks.ts";
import { signatureOf } from "./signature.ts";

/** The computed facts that a node keeps about itself. A field on the node: weak maps of so many nodes are slow. */
interface Memo {
  parent?: TreeElement;
  /** Its part of the structural key: signature and number among equal siblings. */
  step?: string;
  key?: string;
  looseKey?: string;
  hash?: number;
}

interface TreeText extends Memo {
  readonly kind: "text";
  readonly text: string;
}

export interface TreeElement extends Memo {
  readonly kind: "element";
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** What a browser showed of it: see `shown-marks.ts`. It goes where the element goes, and is not compared. */
  readonly shown?: string;
  readonly children: readonly TreeNode[];
  /** Position among the tree's elements. */
  position?: number;
  signature?: string;
  /** Whether it contains something to follow or send, and whether it is one of several: see `page-items.ts`. */
  isLive?: boolean;
  isItem?: boolean;
  /** Its subject and its words: see `page-diff.ts`. */
  identity?: ReadonlySet<string>;
  words?: ReadonlySet<string>;
  /** Its strings with keys relative to it, and the loose ones of these keys: see `page-items.ts`. */
  strings?: readonly PageString[];
  build?: ReadonlySet<string>;
}

export type TreeNode = TreeElement | TreeText;

/** A string of a page with the place it stands in. */
export interface PageString {
  /** Structural key of the place, relative to where the reading started. */
  key: string;
  node: TreeNode;
  /** Name of the attribute; null for a text. */
  attribute: string | null;
  /** White space collapsed. */
  value: string;
}

/** Where HTML gives white space between children no meaning. */
const SPACE_FREE = new Set(
  "#document html head ul ol dl table thead tbody tfoot tr select optgroup datalist colgroup".split(
    " ",
  ),
);
/** Attributes that describe a page's look or wiring, never its content. */
const SILENT_ATTRIBUTES = new Set("class style for type rel lang charset".split(" "));

export class PageTree {
  readonly html: string;
  readonly root: TreeElement;
  /** All elements in document order, as `PageEvent.element` counts them. */
  readonly elements: TreeElement[] = [];
  #strings: PageString[] | null = null;
  #signatures: ReadonlySet<string> | null = null;
  readonly #derived = new Map<(tree: PageTree) => unknown, unknown>();

  constructor(html: string) {
    this.html = html;
    this.root = convert(parseHtml(html)) as TreeElement;
    this.#register(this.root);
  }

  #register(element: TreeElement): void {
    setSteps(element);
    for (const child of element.children) {
      child.parent = element;
      if (child.kind === "text") continue;
      child.position = this.elements.length;
      this.elements.push(child);
      this.#register(child);
    }
  }

  parentOf(node: TreeNode): TreeElement | null {
    return node.parent ?? null;
  }

  /** From the node outwards, the node itself first, without the document. */
  *ancestors(node: TreeNode): Generator<TreeElement> {
    let current: TreeNode | null = node;
    while (current !== null && current !== this.root) {
      if (current.kind === "element") yield current;
      current = this.parentOf(current);
    }
  }

  /** Child indexes from the document's root. */
  pathOf(node: TreeNode): number[] {
    const path: number[] = [];
    for (let current = node; current !== this.root;) {
      const parent: TreeElement | undefined = current.parent;
      if (parent === undefined) break;
      path.unshift(parent.children.indexOf(current));
      current = parent;
    }
    return path;
  }

  at(path: readonly number[]): TreeNode | null {
    let node: TreeNode = this.root;
    for (const index of path) {
      if (node.kind === "text") return null;
      const child: TreeNode | undefined = node.children[index];
      if (child === undefined) return null;
      node = child;
    }
    return node;
  }

  /** Names the node's place: signatures of its ancestors, each with its number among equal siblings. */
  keyOf(node: TreeNode): string {
    if (node === this.root) return "";
    node.key ??= `${node.parent === undefined ? "" : this.keyOf(node.parent)}>${node.step}`;
    return node.key;
  }

  /** As `keyOf`, without the numbers: equal for the same part of each item of a list. */
  looseKeyOf(node: TreeNode): string {
    node.looseKey ??= looseKey(this.keyOf(node));
    return node.looseKey;
  }

  /** The node at a structural key. */
  find(key: string): TreeNode | null {
    return findByKey(this.root, key);
  }

  strings(): readonly PageString[] {
    this.#strings ??= stringsBelow(this.root);
    return this.#strings;
  }

  /** The result of a function of this page alone, computed once and kept with the page. */
  derived<T>(compute: (tree: PageTree) => T): T {
    if (!this.#derived.has(compute)) this.#derived.set(compute, compute(this));
    return this.#derived.get(compute) as T;
  }

  /** The loose keys of all elements: the build of the page, whatever its texts. */
  signatures(): ReadonlySet<string> {
    this.#signatures ??= new Set(this.elements.map((element) => this.looseKeyOf(element)));
    return this.#signatures;
  }
}

/** A new element in place of another, without the facts computed about that one. */
export function withContent(
  { tag, shown }: TreeElement,
  attributes: Readonly<Record<string, string>>,
  children: readonly TreeNode[],
): TreeElement {
  return { kind: "element", tag, attributes, ...(shown !== undefined && { shown }), children };
}

export function looseKey(key: string): string {
  return key.replace(/\[\d+\]/gu, "");
}

/** A loose key without the id of the element itself: equal for the tabs of a list, each of which has an id of its own. */
export function kinKey(looseKey: string): string {
  return looseKey.replace(/#[^#.@~>]*(?=[^#>]*$)/u, "");
}

function convert(node: AnyNode): TreeNode | null {
  if (isText(node)) return { kind: "text", text: node.data.trim() === "" ? " " : node.data };
  if (!("children" in node)) return null;
  const tag = "name" in node ? node.name : "#document";
  const children: TreeNode[] = [];
  for (const child of node.children) {
    const converted = convert(child);
    if (converted === null) continue;
    if (converted.kind === "text" && converted.text === " " && SPACE_FREE.has(tag)) continue;
    children.push(converted);
  }
  const attributes: Record<string, string> = "attribs" in node ? { ...node.attribs } : {};
  const shown = attributes[SHOWN_ATTRIBUTE];
  if (shown === undefined) return { kind: "element", tag, attributes, children };
  delete attributes[SHOWN_ATTRIBUTE];
  return { kind: "element", tag, attributes, shown, children };
}

function setSteps(parent: TreeElement): void {
  const counts = new Map<string, number>();
  for (const node of parent.children) {
    if (node.kind === "text" && node.text === " ") {
      node.step = "space[0]";
      continue;
    }
    const name = node.kind === "text" ? "text" : signatureOf(node);
    const number = counts.get(name) ?? 0;
    counts.set(name, number + 1);
    node.step = `${name}[${number}]`;
  }
}

/** The node at a structural key below an element. */
export function findByKey(from: TreeElement, key: string): TreeNode | null {
  let node: TreeNode = from;
  for (const step of key.split(">").slice(1)) {
    if (node.kind === "text") return null;
    const next: TreeNode | undefined = node.children.find((child) => child.step === step);
    if (next === undefined) return null;
    node = next;
  }
  return node;
}

/** Texts and meaningful attributes below an element, in document order, with keys relative to it. */
export function stringsBelow(from: TreeNode): PageString[] {
  const strings: PageString[] = [];
  const visit = (node: TreeNode, key: string): void => {
    if (node.kind === "text") {
      const value = collapseSpace(node.text);
      if (value !== "") strings.push({ key, node, attribute: null, value });
      return;
    }
    for (const [name, value] of Object.entries(node.attributes)) {
      if (SILENT_ATTRIBUTES.has(name)) continue;
      strings.push({ key: `${key}@${name}`, node, attribute: name, value: collapseSpace(value) });
    }
    for (const child of node.children) visit(child, `${key}>${child.step}`);
  };
  visit(from, "");
  return strings;
}

/** Visible text below a node, white space collapsed. */
export function textOf(node: TreeNode): string {
  const parts: string[] = [];
  const visit = (current: TreeNode): void => {
    if (current.kind === "text") parts.push(current.text);
    else for (const child of current.children) visit(child);
  };
  visit(node);
  return collapseSpace(parts.join(" "));
}

export function* elementsBelow(element: TreeElement): Generator<TreeElement> {
  for (const child of element.children) {
    if (child.kind === "text") continue;
    yield child;
    yield* elementsBelow(child);
  }
}

/** Trees kept at once; a tree of 500 elements takes about 100 kB. */
const KEPT_TREES = 5000;
/** Bounded, and pure: a tree, and what it keeps, depends on its HTML alone. So all models may share it. */
const parsed = new Map<string, PageTree>();

/** Parses a page, once for each HTML text. */
export function parseTree(html: string): PageTree {
  const known = parsed.get(html);
  if (known !== undefined) return known;
  if (parsed.size >= KEPT_TREES) parsed.delete(parsed.keys().next().value as string);
  const tree = new PageTree(html);
  parsed.set(html, tree);
  return tree;
}
