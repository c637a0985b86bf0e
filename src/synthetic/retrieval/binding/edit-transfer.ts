/**
 * Carries the changes of one page over to another page of the same build. Each edit finds its place again, by its
 * list item or by the page's structure, and its texts are constructed from the new request.
 */

import type { PageEdit } from "../../tree/page-edit.ts";
import { collapseSpace } from "../../../page/dom.ts";
import { OPEN_PLACE } from "../../tree/open-place.ts";
import { itemStrings, itemsByKey } from "../../tree/page-items.ts";
import { parsePieces, toHtml } from "../../tree/page-html.ts";
import {
  findByKey,
  looseKey,
  stringsBelow,
  withContent,
  type PageString,
  type PageTree,
  type TreeElement,
  type TreeNode,
} from "../../tree/page-tree.ts";
import { signatureOf } from "../../tree/signature.ts";
import type { ChangeExample, LocatedEdit } from "./change-example.ts";
import { changeNumbers, type TextChange } from "./number-formulas.ts";
import type { RequestFeatures } from "./request-features.ts";
import { bindText, type Binding, type Peer } from "./slot-binding.ts";

const NUMBER = /\d/u;

/** The place of an edit on another page; null when the page does not show the place. */
function findPlace(edit: LocatedEdit, tree: PageTree, features: RequestFeatures): TreeNode | null {
  if (edit.anchors.length === 0) return tree.find(edit.key);
  for (const anchor of edit.anchors) {
    const wanted = features.get(anchor.name);
    if (wanted === undefined) continue;
    for (const item of itemsByKey(tree).get(anchor.itemKey) ?? []) {
      const found = itemStrings(item).some(
        (string) => string.key === anchor.key && string.value === wanted,
      );
      if (found) return findByKey(item, edit.key);
    }
  }
  return null;
}

export interface Transfer {
  edits: PageEdit[];
  /** 0–1: mean support of the edits that were carried over; 1 when there were none to carry. */
  support: number;
  /** Edits whose place the page does not show. */
  homeless: number;
}

export interface TransferOptions {
  /** Leave out edits that need more than a place with the same wording: for pages of another build. */
  onlyFrame?: boolean;
}

/** @param peers similar examples, to check explanations on */
export function transferEdits(
  example: ChangeExample,
  peers: readonly ChangeExample[],
  tree: PageTree,
  features: RequestFeatures,
  options: TransferOptions = {},
): Transfer {
  const edits: PageEdit[] = [];
  let [support, homeless] = [0, 0];
  for (const located of example.edits) {
    const place = findPlace(located, tree, features);
    if (place === null || (options.onlyFrame === true && !isFrameEdit(located, place, tree))) {
      homeless++;
      continue;
    }
    const carried = carry(located, example, peers, place, tree, features);
    if (carried === null) {
      homeless++;
      continue;
    }
    edits.push(carried.edit);
    support += carried.support;
  }
  return { edits, support: edits.length === 0 ? 1 : support / edits.length, homeless };
}

/** Whether an edit may be carried to a page of another build: it changes the wording of a place both have. */
function isFrameEdit(located: LocatedEdit, place: TreeNode, tree: PageTree): boolean {
  if (located.edit.kind === "text")
    return (
      place.kind === "text" && (located.anchors.length > 0 || itemOrFrame(place, tree, located))
    );
  if (located.edit.kind !== "attribute" || place.kind === "text") return false;
  return (place.attributes[located.edit.name] ?? null) === located.old;
}

function itemOrFrame(place: TreeNode, tree: PageTree, located: LocatedEdit): boolean {
  const text = place.kind === "text" ? collapseSpace(place.text) : "";
  const wording = (value: string): string => value.replaceAll(/\d[\d,.]*/gu, "#");
  return tree.find(located.key) === place && wording(text) === wording(located.old ?? "");
}

function carry(
  located: LocatedEdit,
  example: ChangeExample,
  peers: readonly ChangeExample[],
  place: TreeNode,
  tree: PageTree,
  features: RequestFeatures,
): { edit: PageEdit; support: number } | null {
  const { edit } = located;
  const path = tree.pathOf(place);
  const like = peers.flatMap((peer) => {
    const same = peer.edits.find((other) => other.descriptor === located.descriptor);
    return same === undefined ? [] : [{ edit: same, features: peer.features }];
  });
  const presence = (like.length + 1) / (peers.length + 1);
  switch (edit.kind) {
    case "remove":
      return { edit: { kind: "remove", path }, support: presence };
    case "text": {
      if (place.kind !== "text") return null;
      const mine = collapseSpace(place.text);
      // A value that was unknown before stays unknown after a change.
      if (mine === OPEN_PLACE && located.old !== null && NUMBER.test(located.old)) return null;
      const bound = rewrite(located, example.features, like, mine, features);
      if (bound.text === null)
        return { edit: { kind: "text", path, text: OPEN_PLACE }, support: 0 };
      return { edit: { kind: "text", path, text: bound.text }, support: bound.support };
    }
    case "attribute": {
      if (place.kind === "text") return null;
      const value = edit.value;
      if (value === null) return { edit: { ...edit, path }, support: presence };
      const mine = place.attributes[edit.name] ?? null;
      const bound = rewrite(located, example.features, like, mine, features);
      if (bound.text === null) return null;
      return {
        edit: { kind: "attribute", path, name: edit.name, value: bound.text },
        support: bound.support,
      };
    }
    case "insert": {
      if (place.kind === "text") return null;
      const [piece] = parsePieces(edit.html, place.tag);
      if (piece === undefined) return null;
      const peerPieces = like.flatMap(({ edit: other, features: own }) => {
        if (other.edit.kind !== "insert") return [];
        const [node] = parsePieces(other.edit.html, place.tag);
        if (node === undefined || node.kind !== piece.kind) return [];
        if (node.kind === "element" && piece.kind === "element" && node.tag !== piece.tag)
          return [];
        return [{ strings: byKey(stringsBelow(node)), features: own }];
      });
      const rebound = rebindPiece(piece, example.features, features, (key) =>
        peerPieces.flatMap(({ strings, features: own }) => {
          const text = strings.get(key);
          return text === undefined ? [] : [{ text, features: own }];
        }),
      );
      const index = insertIndex(located, place, piece, tree);
      return {
        edit: { kind: "insert", path: [...path, index], html: toHtml(rebound.node) },
        support: rebound.support,
      };
    }
  }
}

function byKey(strings: readonly PageString[]): Map<string, string> {
  return new Map(strings.map(({ key, value }) => [key, value]));
}

function newValue(edit: PageEdit): string {
  if (edit.kind === "text") return collapseSpace(edit.text);
  return edit.kind === "attribute" ? (edit.value ?? "") : "";
}

/** The new text of a place: a change of its numbers, else constructed from the values of the cause. */
function rewrite(
  located: LocatedEdit,
  own: RequestFeatures,
  like: readonly { edit: LocatedEdit; features: RequestFeatures }[],
  mine: string | null,
  features: RequestFeatures,
): Binding {
  const after = newValue(located.edit);
  if (located.old !== null && mine !== null) {
    const change: TextChange = { before: located.old, after, features: own };
    const peers = like.map(({ edit, features: theirs }) => ({
      before: edit.old ?? "",
      after: newValue(edit.edit),
      features: theirs,
    }));
    const counted = changeNumbers(change, peers, mine, features);
    if (counted !== null) return { ...counted, how: "bound" };
  }
  const withOld = (given: RequestFeatures, old: string | null): RequestFeatures =>
    old === null ? given : new Map([...given, ["old", old]]);
  const peers: Peer[] = like.map(({ edit, features: theirs }) => ({
    text: newValue(edit.edit),
    features: withOld(theirs, edit.old),
  }));
  return bindText(after, withOld(own, located.old), withOld(features, mine), peers);
}

function insertIndex(
  located: LocatedEdit,
  parent: TreeElement,
  piece: TreeNode,
  tree: PageTree,
): number {
  const step = (node: TreeNode): string => tree.keyOf(node).split(">").at(-1) as string;
  const children = parent.children;
  const { previous, next } = located.neighbours ?? { previous: null, next: null };
  const kin = piece.kind === "element" ? signatureOf(piece) : null;
  const isKin = (node: TreeNode): boolean =>
    node.kind === "element" && kin !== null && signatureOf(node) === kin;
  if (previous !== null && looseKey(previous) === kin && children.some(isKin))
    return children.findLastIndex(isKin) + 1;
  if (next !== null && looseKey(next) === kin && children.some(isKin))
    return children.findIndex(isKin);
  const afterIndex = previous === null ? -1 : children.findIndex((node) => step(node) === previous);
  if (afterIndex >= 0) return afterIndex + 1;
  const beforeIndex = next === null ? -1 : children.findIndex((node) => step(node) === next);
  if (beforeIndex >= 0) return beforeIndex;
  return previous === null ? 0 : children.length;
}

/** A piece of an example with all its strings constructed from the new request. Unfilled strings go, or stay open. */
export function rebindPiece(
  piece: TreeNode,
  own: RequestFeatures,
  features: RequestFeatures,
  peersAt: (key: string) => Peer[],
): { node: TreeNode; support: number } {
  const texts = new Map<TreeNode, string>();
  const attributes = new Map<TreeNode, Record<string, string | null>>();
  let [support, count] = [0, 0];
  for (const { key, node, attribute, value } of stringsBelow(piece)) {
    const bound = bindText(value, own, features, peersAt(key));
    support += bound.support;
    count++;
    if (attribute === null) texts.set(node, bound.text ?? OPEN_PLACE);
    else attributes.set(node, { ...attributes.get(node), [attribute]: bound.text });
  }
  const rebuild = (node: TreeNode): TreeNode => {
    if (node.kind === "text") return { kind: "text", text: texts.get(node) ?? node.text };
    const own: Record<string, string> = { ...node.attributes };
    for (const [name, value] of Object.entries(attributes.get(node) ?? {}))
      if (value === null) delete own[name];
      else own[name] = value;
    return withContent(node, own, node.children.map(rebuild));
  };
  return { node: rebuild(piece), support: count === 0 ? 1 : support / count };
}
