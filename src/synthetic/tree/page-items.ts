/** The repeated things of a page: list entries, table rows, cards. Found by build alone. */

import { groupBy, pushTo } from "../../core/group-by.ts";
import {
  looseKey,
  stringsBelow,
  type PageString,
  type PageTree,
  type TreeElement,
  type TreeNode,
} from "./page-tree.ts";
import { overlap } from "./page-diff.ts";
import { signatureOf } from "./signature.ts";

/** Tags that HTML gives to one of several similar things. */
const ITEM_TAGS = new Set(["li", "tr", "article"]);
const LIVE_TAGS = new Set(["a", "form", "button"]);
/** Similar things share this part of their places. The columns of a layout share next to none. */
const SAME_BUILD = 0.2;

/** Whether it contains something to follow or send. */
function isLive(element: TreeElement): boolean {
  element.isLive ??=
    LIVE_TAGS.has(element.tag) ||
    element.children.some((child) => child.kind === "element" && isLive(child));
  return element.isLive;
}

/** Whether an element is one of several similar things: by its tag, or because its siblings have the same build. */
export function isItem(tree: PageTree, element: TreeElement): boolean {
  element.isItem ??= isOneOfSeveral(tree, element);
  return element.isItem;
}

function isOneOfSeveral(tree: PageTree, element: TreeElement): boolean {
  if (ITEM_TAGS.has(element.tag)) return true;
  if (LIVE_TAGS.has(element.tag) || element.tag === "option" || !isLive(element)) return false;
  const signature = signatureOf(element);
  return (tree.parentOf(element)?.children ?? []).some(
    (sibling) =>
      sibling !== element &&
      sibling.kind === "element" &&
      signatureOf(sibling) === signature &&
      isLive(sibling) &&
      overlap(buildOf(sibling), buildOf(element)) >= SAME_BUILD,
  );
}

const itemsAround = (_tree: PageTree): Map<TreeNode, TreeElement | null> => new Map();

/** The innermost item that a node is in (or is); null outside of all lists. */
export function itemAround(tree: PageTree, node: TreeNode): TreeElement | null {
  const known = tree.derived(itemsAround);
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

/** Strings of an item with keys relative to it. */
export function itemStrings(item: TreeElement): readonly PageString[] {
  item.strings ??= stringsBelow(item);
  return item.strings;
}

/** The places of an item that hold a string: equal for items of one build. */
export function buildOf(item: TreeElement): ReadonlySet<string> {
  item.build ??= new Set(itemStrings(item).map(({ key }) => looseKey(key)));
  return item.build;
}

/** Items of a page by their loose key. */
export function itemsByKey(tree: PageTree): ReadonlyMap<string, TreeElement[]> {
  return tree.derived(groupItems);
}

function groupItems(tree: PageTree): Map<string, TreeElement[]> {
  return groupByLooseKey(tree, (element) => isItem(tree, element));
}

/** The elements of a page that `belongs` is true of, by their loose key. */
export function groupByLooseKey(
  tree: PageTree,
  belongs: (element: TreeElement) => boolean,
): Map<string, TreeElement[]> {
  return groupBy(tree.elements.filter(belongs), (element) => tree.looseKeyOf(element));
}

/** Absolute address of a reference on a page, without fragment; null for none that can be loaded. */
export function resolveUrl(reference: string, pageUrl: string): string | null {
  if (!URL.canParse(reference, pageUrl)) return null;
  const url = new URL(reference, pageUrl);
  url.hash = "";
  return /^https?:$/u.test(url.protocol) ? url.href : null;
}

/** By the URL of the page: the same HTML at two addresses leads to different places. */
const linksByPageUrl = (_tree: PageTree): Map<string, Map<string, TreeElement[]>> => new Map();

/** Links of a page by the absolute URL they lead to. */
export function linksByUrl(tree: PageTree, pageUrl: string): ReadonlyMap<string, TreeElement[]> {
  const known = tree.derived(linksByPageUrl);
  let links = known.get(pageUrl);
  if (links === undefined) known.set(pageUrl, (links = groupLinks(tree, pageUrl)));
  return links;
}

function groupLinks(tree: PageTree, pageUrl: string): Map<string, TreeElement[]> {
  const links = new Map<string, TreeElement[]>();
  for (const element of tree.elements) {
    const { href } = element.attributes;
    if (element.tag !== "a" || href === undefined || href.startsWith("#")) continue;
    const url = resolveUrl(href, pageUrl);
    if (url !== null) pushTo(links, url, element);
  }
  return links;
}
