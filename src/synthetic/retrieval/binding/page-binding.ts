/**
 * A page never seen, made from pages of the same shape. The nearest one is the skeleton. The places in which pages of
 * the shape differ are constructed from the new request, and unfilled places are left out.
 */

import type { PageEdit } from "../../tree/page-edit.ts";
import { bindControl, bindReturn } from "./own-address.ts";
import type { RequestFeatures } from "./request-features.ts";
import { OPEN_PLACE } from "../../tree/open-place.ts";
import { isItem, itemStrings, itemsByKey } from "../../tree/page-items.ts";
import type { PageTree, TreeElement, TreeNode } from "../../tree/page-tree.ts";
import { sharedEntries } from "./shared-entries.ts";
import { bindText, type Binding } from "./slot-binding.ts";

export interface PageExample {
  /** Evidence id. */
  id: string;
  tree: PageTree;
  features: RequestFeatures;
}

export interface BoundPage {
  edits: PageEdit[];
  /** Texts at places that vary, with too little evidence. */
  guesses: string[];
  /** Share of the varying places that were bound, weighted by how well the explanations hold, 0–1. */
  support: number;
  bound: number;
  unbound: number;
}

/** A text less sure than this is a guess: two other pages of the shape out of two say it, or the explanation holds there. */
const TOLD = 0.75;

/** Places that most pages of the shape lack are left out when fewer than this part have them. */
const USUAL = 0.5;

/** Where an element says its name: in its text, or, as a picture does, in one of these attributes. */
const NAMING: ReadonlySet<string | null> = new Set([null, "title", "alt", "aria-label"]);

/**
 * @param peers other pages of the shape, to find the varying places and to check explanations on
 * @param isFixed nodes of the skeleton that stay as they are
 * @param witnesses further pages of the shape, to find the cause why a place is there
 */
export function bindPage(
  skeleton: PageExample,
  peers: readonly PageExample[],
  features: RequestFeatures,
  isFixed: (node: TreeNode) => boolean = () => false,
  witnesses: readonly PageExample[] = [],
): BoundPage {
  const tree = skeleton.tree;
  const peerStrings = peers.map((peer) => ({
    features: peer.features,
    texts: peer.tree.derived(stringsByKey),
  }));
  const bindings = new Map<TreeNode, Map<string | null, Binding>>();
  const guesses = new Set<string>();
  const constants = new Map<TreeNode, Set<string | null>>();
  const controls = new Set<TreeNode>();
  let [bound, unbound, support] = [0, 0, 0];
  for (const { key, node, attribute, value } of tree.strings()) {
    if (isFixed(node)) continue;
    const at = peerStrings.flatMap(({ features: own, texts }) => {
      const text = texts.get(key);
      return text === undefined ? [] : [{ text, features: own }];
    });
    if (NAMING.has(attribute) && at.length > 1 && at.every(({ text }) => text === value))
      constants.set(node, (constants.get(node) ?? new Set()).add(attribute));
    let binding = bindText(value, skeleton.features, features, at);
    if (attribute === "href" && binding.how !== "constant") {
      const address =
        bindControl(value, skeleton.features, features, at) ??
        bindReturn(value, skeleton.features, features, at);
      if (address !== null) controls.add(node);
      if (address !== null && binding.how === "unbound")
        binding = { text: address, support: 1 / (at.length + 2), how: "bound" };
    }
    if (binding.how === "bound") {
      bound++;
      support += binding.support;
    }
    if (binding.how === "unbound") unbound++;
    if (attribute === null && binding.text !== null && binding.support < TOLD)
      guesses.add(binding.text);
    if (binding.text === value) continue;
    const own = bindings.get(node) ?? new Map<string | null, Binding>();
    own.set(attribute, binding);
    bindings.set(node, own);
  }
  const edits: PageEdit[] = [];
  const isHollow = (node: TreeNode): boolean =>
    [...(bindings.get(node)?.values() ?? [])].some((binding) => binding.text === null) ||
    (node.kind === "element" && node.children.some(isHollow));
  /** An element that no page of the shape shows twice is not a list entry, but the subject of the page. */
  const isOneOfMany = (item: TreeElement): boolean => {
    const key = tree.looseKeyOf(item);
    return [tree, ...peers.map((peer) => peer.tree)].some(
      (page) => (itemsByKey(page).get(key)?.length ?? 0) > 1,
    );
  };
  /** A row with its own label: every page of the shape has it there, and no other row. It stays, known or not. */
  const isProperty = (item: TreeElement): boolean => {
    const key = tree.looseKeyOf(item);
    return itemStrings(item).some(
      ({ node, attribute, value }) =>
        constants.get(node)?.has(attribute) === true &&
        [tree, ...peers.map((peer) => peer.tree)].every(
          (page) => (itemsByKey(page).get(key) ?? []).filter((row) => says(row, value)).length < 2,
        ),
    );
  };
  /** It belongs to the page, whatever else it says: the number of comments next to the link to them. */
  const isControl = (node: TreeNode): boolean =>
    controls.has(node) || (node.kind === "element" && node.children.some(isControl));
  const isShared = sharedEntries(viewsOf(skeleton, peers, features));
  const visit = (node: TreeNode, path: number[]): void => {
    if (node.kind === "element" && path.length > 0) {
      const unusual =
        peers.length > 1 &&
        path.length > 2 &&
        shareWith(tree.keyOf(node), peers) < USUAL &&
        !isTold(tree.keyOf(node), skeleton.features, features, witnesses);
      const isEntry = isItem(tree, node) && isInnermost(tree, node) && isOneOfMany(node);
      const isHollowEntry = isEntry && isHollow(node);
      if (isHollowEntry && isShared(node)) {
        for (const { value } of itemStrings(node)) guesses.add(value);
        return;
      }
      if ((isHollowEntry && !isProperty(node) && !isControl(node)) || unusual) {
        edits.push({ kind: "remove", path });
        return;
      }
    }
    for (const [attribute, binding] of bindings.get(node) ?? []) {
      if (attribute === null) edits.push({ kind: "text", path, text: binding.text ?? OPEN_PLACE });
      else
        edits.push({
          kind: "attribute",
          path,
          name: attribute,
          value: binding.text ?? (isNeeded(node, attribute) ? OPEN_PLACE : null),
        });
    }
    if (node.kind === "element") node.children.forEach((child, i) => visit(child, [...path, i]));
  };
  visit(tree.root, []);
  const varying = bound + unbound;
  return {
    edits,
    guesses: [...guesses],
    support: varying === 0 ? 1 : support / varying,
    bound,
    unbound,
  };
}

/** Whether it is the content of a field without which its form cannot be sent. */
function isNeeded(node: TreeNode, attribute: string): boolean {
  return node.kind === "element" && attribute === "value" && "required" in node.attributes;
}

/** Other views of the same things: the pages at the path of the new one. None where the skeleton is at another path. */
function viewsOf(
  skeleton: PageExample,
  peers: readonly PageExample[],
  features: RequestFeatures,
): PageTree[] {
  const path = features.get("target");
  const isView = (page: PageExample): boolean =>
    path !== undefined && page.features.get("target") === path;
  return isView(skeleton) ? peers.filter(isView).map(({ tree }) => tree) : [];
}

function says(item: TreeElement, text: string): boolean {
  return itemStrings(item).some(({ attribute, value }) => NAMING.has(attribute) && value === text);
}

function isInnermost(tree: PageTree, item: TreeElement): boolean {
  return !item.children.some(
    (child) => child.kind === "element" && (isItem(tree, child) || !isInnermost(tree, child)),
  );
}

const stringsByKey = (tree: PageTree): ReadonlyMap<string, string> =>
  new Map(tree.strings().map(({ key, value }) => [key, value]));

/**
 * Whether a value that the request and the skeleton's request share decides that a place is there: all pages with that
 * value have the place, and no other page has it.
 */
function isTold(
  key: string,
  own: RequestFeatures,
  target: RequestFeatures,
  witnesses: readonly PageExample[],
): boolean {
  for (const [name, value] of target) {
    if (!DECIDING.test(name) || own.get(name) !== value) continue;
    const [told, others] = [new Set<PageTree>(), new Set<PageTree>()];
    for (const { tree, features } of witnesses) {
      const said = features.get(name);
      if (said !== undefined) (said === value ? told : others).add(tree);
    }
    if (told.size < 2 || others.size < 2) continue;
    if (
      [...told].every((tree) => hasKey(tree, key)) &&
      ![...others].some((tree) => hasKey(tree, key))
    )
      return true;
  }
  return false;
}

/** Sources that may decide about a place on a page: its entry in a list, not what else that page said. */
const DECIDING = /^(item|fact|segment):/u;

const elementKeys = (tree: PageTree): ReadonlySet<string> =>
  new Set(tree.elements.map((element) => tree.keyOf(element)));

const hasKey = (tree: PageTree, key: string): boolean => tree.derived(elementKeys).has(key);

function shareWith(key: string, peers: readonly PageExample[]): number {
  return peers.filter(({ tree }) => hasKey(tree, key)).length / peers.length;
}
