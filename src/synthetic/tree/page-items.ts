/** The repeated things of a page: list entries, table rows, cards. Found by build alone. */

import {
  signatureOf,
  stringsBelow,
  type PageString,
  type PageTree,
  type TreeElement,
  type TreeNode,
} from "./page-tree.ts";

/** Tags that HTML gives to one of several like things. */
const ITEM_TAGS = new Set(["li", "tr", "article"]);
const LIVE_TAGS = new Set(["a", "form", "button"]);

/** Whether something in it can be followed or sent. */
function isLive(element: TreeElement): boolean {
  element.isLive ??=
    LIVE_TAGS.has(element.tag) ||
    element.children.some((child) => child.kind === "element" && isLive(child));
  return element.isLive;
}

/** Whether an element is one of several like things: by its tag, or because siblings are built as it is. */
export function isItem(tree: PageTree, element: TreeElement): boolean {
  if (ITEM_TAGS.has(element.tag)) return true;
  if (LIVE_TAGS.has(element.tag) || element.tag === "option" || !isLive(element)) return false;
  const signature = signatureOf(element);
  let alike = 0;
  for (const sibling of tree.parentOf(element)?.children ?? [])
    if (sibling.kind === "element" && signatureOf(sibling) === signature && isLive(sibling))
      alike++;
  return alike > 1;
}

const itemsOf = new WeakMap<PageTree, Map<TreeNode, TreeElement | null>>();

/** The innermost item that a node is in (or is); null outside of all lists. */
export function itemAround(tree: PageTree, node: TreeNode): TreeElement | null {
  let known = itemsOf.get(tree);
  if (known === undefined) itemsOf.set(tree, (known = new Map()));
  const cached = known.get(node);
  if (cached !== undefined) return cached;
  let found: TreeElement | null = null;
  if (node.kind === "element" && isItem(tree, node)) found = node;
  else {
    const parent = tree.parentOf(node);
    found = parent === null || parent === tree.root ? null : itemAround(tree, parent);
  }
  known.set(node, found);
  return found;
}

const stringsOfItem = new WeakMap<TreeElement, PageString[]>();

/** Strings of an item with keys relative to it. */
export function itemStrings(item: TreeElement): PageString[] {
  let strings = stringsOfItem.get(item);
  if (strings === undefined) stringsOfItem.set(item, (strings = stringsBelow(item)));
  return strings;
}

const allItems = new WeakMap<PageTree, Map<string, TreeElement[]>>();

/** Items of a page by their loose key. */
export function itemsByKey(tree: PageTree): ReadonlyMap<string, TreeElement[]> {
  let items = allItems.get(tree);
  if (items === undefined) {
    items = new Map();
    for (const element of tree.elements) {
      if (!isItem(tree, element)) continue;
      const key = tree.looseKeyOf(element);
      const group = items.get(key);
      if (group === undefined) items.set(key, [element]);
      else group.push(element);
    }
    allItems.set(tree, items);
  }
  return items;
}

const linkMaps = new WeakMap<PageTree, Map<string, TreeElement[]>>();

/** Absolute address of a reference on a page, without fragment; null for none that can be loaded. */
export function resolveUrl(reference: string, pageUrl: string): string | null {
  if (!URL.canParse(reference, pageUrl)) return null;
  const url = new URL(reference, pageUrl);
  url.hash = "";
  return /^https?:$/u.test(url.protocol) ? url.href : null;
}

/** Links of a page by the absolute URL they lead to. */
export function linksByUrl(tree: PageTree, pageUrl: string): ReadonlyMap<string, TreeElement[]> {
  let links = linkMaps.get(tree);
  if (links === undefined) {
    links = new Map();
    for (const element of tree.elements) {
      const { href } = element.attributes;
      if (element.tag !== "a" || href === undefined || href.startsWith("#")) continue;
      const url = resolveUrl(href, pageUrl);
      if (url === null) continue;
      const group = links.get(url);
      if (group === undefined) links.set(url, [element]);
      else group.push(element);
    }
    linkMaps.set(tree, links);
  }
  return links;
}
