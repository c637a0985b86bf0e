/** A list item for an unrecorded name: a recorded item whose texts and address are constructed from the name. */

import { collapseSpace } from "../../../page/dom.ts";
import { placeholderId } from "../../placeholder-id.ts";
import { itemStrings } from "../../tree/page-items.ts";
import { withContent, type TreeElement, type TreeNode } from "../../tree/page-tree.ts";
import { rebindPiece } from "../binding/edit-transfer.ts";
import type { RequestFeatures } from "../binding/request-features.ts";
import { bindText, type Peer } from "../binding/slot-binding.ts";
import { nameOf, type NameMatch } from "./query-parameter.ts";

/** The cause of a predicted item: a value of a parameter, and the other values of the request. */
export interface NamedQuery {
  parameter: string;
  value: string;
  features: RequestFeatures;
}

/**
 * @param best the recorded item to build the new one from
 * @param rest other recorded items of the kind, to check explanations on
 */
export function predictItem(
  best: NameMatch,
  rest: readonly NameMatch[],
  { parameter, value, features }: NamedQuery,
): { element: TreeElement; support: number } {
  const said = (match: NameMatch): RequestFeatures =>
    new Map([[`param:${parameter}`, match.value]]);
  const name = best.item.texts.get(best.place) as string;
  const target = new Map([...features, [`param:${parameter}`, collapseSpace(value)]]);
  const peers = rest.map((match) => ({
    strings: new Map(itemStrings(match.item.element).map((string) => [string.key, string.value])),
    features: said(match),
  }));
  const own = new Map([[`param:${parameter}`, name]]);
  const peersAt = (key: string): Peer[] =>
    peers.flatMap(({ strings, features: theirs }) => {
      const text = strings.get(key);
      return text === undefined ? [] : [{ text, features: theirs }];
    });
  const bound = rebindPiece(best.item.element, own, target, peersAt);
  const address = bindAddress(
    best.item.id,
    own,
    target,
    rest.map((match) => ({ text: match.item.id, features: said(match) })),
    nameOf(value),
  );
  const element = readdress(
    best.item.element,
    bound.node as TreeElement,
    best.item.id,
    address.text,
  );
  return { element, support: address.isWhole ? 1 : 0.8 };
}

/**
 * An address built like the given one, part by part. A part that nothing explains is a placeholder.
 *
 * @param name the thing that the address belongs to
 */
function bindAddress(
  address: string,
  own: RequestFeatures,
  target: RequestFeatures,
  peers: readonly Peer[],
  name: string,
): { text: string; isWhole: boolean } {
  let isWhole = true;
  const parts = address.split("/");
  const alike = peers.flatMap(({ text, features }) => {
    const theirs = text.split("/");
    return theirs.length === parts.length ? [{ parts: theirs, features }] : [];
  });
  const bound = parts.map((part, i) => {
    if (part === "") return part;
    const at = alike.map(({ parts: theirs, features }) => ({
      text: theirs[i] as string,
      features,
    }));
    const binding = bindText(part, own, target, at);
    if (binding.text !== null) return binding.text;
    isWhole = false;
    return placeholderId(`${i} ${name}`);
  });
  return { text: bound.join("/"), isWhole };
}

/** The bound item, in which all links that led to the old address lead to the new one. */
function readdress(
  old: TreeElement,
  bound: TreeElement,
  from: string,
  address: string,
): TreeElement {
  const visit = (before: TreeNode, after: TreeNode): TreeNode => {
    if (before.kind === "text" || after.kind === "text") return after;
    const attributes = { ...after.attributes };
    for (const [name, value] of Object.entries(before.attributes))
      if (value === from || value.startsWith(`${from}/`))
        attributes[name] = address + value.slice(from.length);
    const children = after.children.map((child, i) => visit(before.children[i] as TreeNode, child));
    return withContent(after, attributes, children);
  };
  return visit(old, bound) as TreeElement;
}
