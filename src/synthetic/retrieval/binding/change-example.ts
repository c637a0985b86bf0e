/** A recorded change of a page, cut into edits that find their place on other pages of the same build. */

import type { PageEdit } from "../../tree/page-edit.ts";
import { collapseSpace } from "../../../page/dom.ts";
import { diffPages } from "../../tree/page-diff.ts";
import { itemAround, itemsByKey, itemStrings } from "../../tree/page-items.ts";
import type { PageTree, TreeElement, TreeNode } from "../../tree/page-tree.ts";
import { isIdentifying, type RequestFeatures } from "./request-features.ts";

/** Identifies a list entry: the string at `key` in it equals the value of the source `name`. */
interface Anchor {
  name: string;
  key: string;
  itemKey: string;
}

export interface LocatedEdit {
  edit: PageEdit;
  /** The same for similar edits of other examples. */
  descriptor: string;
  /** Of the list entry that holds the place. Empty outside of lists, and where nothing identifies the entry. */
  anchors: Anchor[];
  /** Structural key of the node (an insert's parent), from the anchored entry or from the page's root. */
  key: string;
  /** Text or attribute before; null for one that was not there. */
  old: string | null;
  /** An insert's neighbours by structural step. */
  neighbours: { previous: string | null; next: string | null } | null;
}

/**
 * A page before and after one cause, with the values of the request. The changes are computed on first use, and kept.
 */
export class ChangeExample {
  readonly before: PageTree;
  readonly after: PageTree;
  readonly features: RequestFeatures;
  #edits: readonly LocatedEdit[] | null = null;

  constructor(before: PageTree, after: PageTree, features: RequestFeatures) {
    this.before = before;
    this.after = after;
    this.features = features;
  }

  /** The changes, each as an edit that knows how to find its place on another page. */
  get edits(): readonly LocatedEdit[] {
    this.#edits ??= diffPages(this.before, this.after).map((edit) => locate(edit, this));
    return this.#edits;
  }
}

function locate(edit: PageEdit, example: ChangeExample): LocatedEdit {
  const tree = example.before;
  const path = edit.kind === "insert" ? edit.path.slice(0, -1) : edit.path;
  const node = tree.at(path) ?? tree.root;
  const item = node === tree.root ? null : itemAround(tree, node);
  const anchors = item === null ? [] : anchorsOf(item, tree, example.features);
  const fullKey = tree.keyOf(node);
  const key =
    item !== null && anchors.length > 0 ? fullKey.slice(tree.keyOf(item).length) : fullKey;
  const what = edit.kind === "attribute" ? `@${edit.name}` : edit.kind;
  const scope = item === null ? "" : tree.looseKeyOf(item);
  return {
    edit,
    descriptor: `${scope}|${anchors.length > 0 ? "anchored" : ""}|${key}|${what}`,
    anchors,
    key,
    old: oldValue(edit, node),
    neighbours:
      edit.kind === "insert" && node.kind === "element"
        ? neighboursOf(tree, node, edit.path.at(-1) as number)
        : null,
  };
}

function oldValue(edit: PageEdit, node: TreeNode): string | null {
  if (node.kind === "text") return collapseSpace(node.text);
  return edit.kind === "attribute" ? (node.attributes[edit.name] ?? null) : null;
}

function neighboursOf(
  tree: PageTree,
  parent: TreeElement,
  index: number,
): { previous: string | null; next: string | null } {
  const step = (node: TreeNode | undefined): string | null =>
    node === undefined ? null : (tree.keyOf(node).split(">").at(-1) as string);
  const real = (node: TreeNode): boolean => node.kind === "element" || node.text !== " ";
  return {
    previous: step(parent.children.slice(0, index).findLast(real)),
    next: step(parent.children.slice(index).find(real)),
  };
}

/** The strings in a list entry that distinguish it from the other entries and that the cause names. */
function anchorsOf(item: TreeElement, tree: PageTree, features: RequestFeatures): Anchor[] {
  const itemKey = tree.looseKeyOf(item);
  const others = (itemsByKey(tree).get(itemKey) ?? []).filter((other) => other !== item);
  const anchors: Anchor[] = [];
  for (const { key, attribute, value } of itemStrings(item)) {
    if (attribute === "name" || attribute === "id") continue;
    const names: string[] = [];
    for (const [name, said] of features)
      if (said === value && isIdentifying(name)) names.push(name);
    if (names.length === 0) continue;
    const shared = others.some((other) =>
      itemStrings(other).some((string) => string.key === key && string.value === value),
    );
    if (!shared) for (const name of names) anchors.push({ name, key, itemKey });
  }
  return anchors.sort((a, b) => rank(a) - rank(b)).slice(0, 12);
}

/** Fields and addresses identify an entry more surely than its texts. */
function rank(anchor: Anchor): number {
  return (
    (anchor.name.startsWith("item:") ? 2 : 0) + (/@(href|action|value)$/u.test(anchor.key) ? 0 : 1)
  );
}
