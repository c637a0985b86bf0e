/**
 * A page as an immutable tree of elements and texts, made for comparing pages: hashes of subtrees, structural keys
 * that name "the same place" on another page, child-index paths as `PageEdit` uses them.
 */

import { load } from "cheerio";
import { isText, type AnyNode } from "domhandler";
import { hashText } from "../core/random.ts";
import { collapseSpace } from "../page/dom.ts";

export interface TreeText {
  readonly kind: "text";
  readonly text: string;
}

export interface TreeElement {
  readonly kind: "element";
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly TreeNode[];
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

const VOID_TAGS = new Set(
  "area base br col embed hr img input link meta source track wbr".split(" "),
);
const RAW_TEXT_TAGS = new Set(["script", "style"]);
/** Where HTML gives white space between children no meaning. */
const SPACE_FREE = new Set(
  "#document html head ul ol dl table thead tbody tfoot tr select optgroup datalist colgroup".split(
    " ",
  ),
);
/** Attributes that say how a page looks or is wired, never what it tells. */
const SILENT_ATTRIBUTES = new Set("class style for type rel lang charset".split(" "));

export class PageTree {
  readonly html: string;
  readonly root: TreeElement;
  /** All elements in document order, as `PageEvent.element` counts them. */
  readonly elements: TreeElement[] = [];
  readonly #parents = new Map<TreeNode, TreeElement>();
  readonly #positions = new Map<TreeElement, number>();
  readonly #keys = new Map<TreeNode, string>();
  #strings: PageString[] | null = null;
  #signatures: ReadonlySet<string> | null = null;

  constructor(html: string) {
    this.html = html;
    this.root = convert(load(html).root()[0] as AnyNode) as TreeElement;
    this.#register(this.root);
  }

  #register(element: TreeElement): void {
    for (const child of element.children) {
      this.#parents.set(child, element);
      if (child.kind === "text") continue;
      this.#positions.set(child, this.elements.length);
      this.elements.push(child);
      this.#register(child);
    }
  }

  parentOf(node: TreeNode): TreeElement | null {
    return this.#parents.get(node) ?? null;
  }

  has(node: TreeNode): boolean {
    return node === this.root || this.#parents.has(node);
  }

  indexOf(element: TreeElement): number {
    return this.#positions.get(element) ?? -1;
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
      const parent = this.#parents.get(current);
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
    const known = this.#keys.get(node);
    if (known !== undefined) return known;
    const parent = this.#parents.get(node) as TreeElement;
    const key = `${this.keyOf(parent)}>${stepTo(parent, node)}`;
    this.#keys.set(node, key);
    return key;
  }

  /** As `keyOf`, without the numbers: equal for the same part of each item of a list. */
  looseKeyOf(node: TreeNode): string {
    return looseKey(this.keyOf(node));
  }

  /** The node at a structural key. */
  find(key: string): TreeNode | null {
    return findByKey(this.root, key);
  }

  strings(): readonly PageString[] {
    this.#strings ??= stringsBelow(this.root);
    return this.#strings;
  }

  /** The loose keys of all elements: what the page is built of, whatever it says. */
  signatures(): ReadonlySet<string> {
    this.#signatures ??= new Set(this.elements.map((element) => this.looseKeyOf(element)));
    return this.#signatures;
  }
}

export function looseKey(key: string): string {
  return key.replace(/\[\d+\]/gu, "");
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
  return {
    kind: "element",
    tag,
    attributes: "attribs" in node ? { ...node.attribs } : {},
    children,
  };
}

/** What an element is apart from its number among its siblings: tag, and name, id and first class where they hold no digits. */
export function signatureOf(element: TreeElement): string {
  const { id, class: classes, name } = element.attributes;
  const wordsOnly = (text: string | undefined): string =>
    text === undefined || /[\d\s]/u.test(text) ? "" : text;
  const first = wordsOnly(classes?.trim().split(/\s+/u)[0]);
  const named = element.tag === "input" || element.tag === "select" || element.tag === "textarea";
  return (
    element.tag +
    (wordsOnly(id) === "" ? "" : `#${id}`) +
    (first === "" ? "" : `.${first}`) +
    (named && name !== undefined ? `@${name}` : "")
  ).replaceAll(/[>[\]]/gu, "_");
}

const stepsOf = new WeakMap<TreeElement, Map<TreeNode, string>>();

function stepTo(parent: TreeElement, child: TreeNode): string {
  let steps = stepsOf.get(parent);
  if (steps === undefined) {
    steps = new Map();
    const counts = new Map<string, number>();
    for (const node of parent.children) {
      const name = node.kind === "text" ? "text" : signatureOf(node);
      if (node.kind === "text" && node.text === " ") {
        steps.set(node, "space[0]");
        continue;
      }
      const number = counts.get(name) ?? 0;
      counts.set(name, number + 1);
      steps.set(node, `${name}[${number}]`);
    }
    stepsOf.set(parent, steps);
  }
  return steps.get(child) as string;
}

/** The node at a structural key below an element. */
export function findByKey(from: TreeElement, key: string): TreeNode | null {
  let node: TreeNode = from;
  for (const step of key.split(">").slice(1)) {
    if (node.kind === "text") return null;
    const parent: TreeElement = node;
    const next: TreeNode | undefined = parent.children.find(
      (child) => stepTo(parent, child) === step,
    );
    if (next === undefined) return null;
    node = next;
  }
  return node;
}

/** Texts and telling attributes below an element, in document order, with keys relative to it. */
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
    for (const child of node.children) visit(child, `${key}>${stepTo(node, child)}`);
  };
  visit(from, "");
  return strings;
}

const hashes = new WeakMap<TreeNode, number>();

/** Equal for subtrees that are equal in tags, attributes and texts (white space collapsed). */
export function hashOf(node: TreeNode): number {
  const known = hashes.get(node);
  if (known !== undefined) return known;
  let hash: number;
  if (node.kind === "text") hash = hashText(collapseSpace(node.text), 7);
  else {
    const attributes = Object.entries(node.attributes).map(([name, value]) => `${name}=${value}`);
    hash = hashText(`<${node.tag} ${attributes.sort().join(" ")}>`);
    for (const child of node.children)
      if (child.kind === "element" || child.text !== " ")
        hash = (Math.imul(hash, 31) + hashOf(child)) >>> 0;
  }
  hashes.set(node, hash);
  return hash;
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

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function toHtml(node: TreeNode): string {
  if (node.kind === "text") return escapeText(node.text);
  if (node.tag === "#document") return `<!doctype html>${node.children.map(toHtml).join("")}`;
  const attributes = Object.entries(node.attributes)
    .map(
      ([name, value]) => ` ${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`,
    )
    .join("");
  if (VOID_TAGS.has(node.tag)) return `<${node.tag}${attributes}>`;
  const content = RAW_TEXT_TAGS.has(node.tag)
    ? node.children.map((child) => (child.kind === "text" ? child.text : "")).join("")
    : node.children.map(toHtml).join("");
  return `<${node.tag}${attributes}>${content}</${node.tag}>`;
}

const parsed = new Map<string, PageTree>();
/** Trees kept at once; a tree of 500 elements takes about 200 kB. */
const KEPT_TREES = 2000;

/** Parses a page, once for each HTML text. */
export function parseTree(html: string): PageTree {
  const known = parsed.get(html);
  if (known !== undefined) return known;
  if (parsed.size >= KEPT_TREES) parsed.delete(parsed.keys().next().value as string);
  const tree = new PageTree(html);
  parsed.set(html, tree);
  return tree;
}

/** Parses a piece of HTML; `null` for an empty one. */
export function parsePiece(html: string, parentTag: string): TreeNode | null {
  // Table parts lose their tags outside a table: parse them where they belong.
  const wraps: Record<string, [string, string]> = {
    tbody: ["<table><tbody>", "tbody"],
    thead: ["<table><thead>", "thead"],
    tr: ["<table><tbody><tr>", "tr"],
    table: ["<table>", "table"],
    select: ["<select>", "select"],
    head: ["<html><head>", "head"],
  };
  const [open, tag] = wraps[parentTag] ?? ["<body><div>", "div"];
  const tree = new PageTree(`<!doctype html>${open}${html}`);
  const parent = tree.elements.find((element) => element.tag === tag);
  return parent?.children[0] ?? null;
}
