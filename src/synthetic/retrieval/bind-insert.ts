/**
 * What a script puts into a page after an event, such as the details of the chosen thing: it is about the acted-on
 * element, as a page is about its request.
 */

import { applyEdits, type PageEdit } from "../tree/page-edit.ts";
import { pageOf, piecesOf, toHtml } from "../tree/page-html.ts";
import { resolveUrl } from "../tree/page-items.ts";
import { parseTree } from "../tree/page-tree.ts";
import { signatureOf } from "../tree/signature.ts";
import type { KnownFacts } from "./binding/known-facts.ts";
import { bindPage, type PageExample } from "./binding/page-binding.ts";
import {
  featuresOf as featuresOfRequest,
  type RequestFeatures,
} from "./binding/request-features.ts";
import { type EventPlace, featuresOfPlace } from "./script-navigation.ts";

export type InsertEdit = Extract<PageEdit, { kind: "insert" }>;

/** A recorded event with what its script changed. */
export interface InsertingEvent extends EventPlace {
  id: string;
  edits: readonly PageEdit[];
}

export interface BoundInsert {
  html: string;
  /** 0–1: how well the places that vary are explained; 1 where nothing varies. */
  support: number;
  /** Texts with too little evidence. */
  guesses: readonly string[];
}

/**
 * @param edit of the example
 * @param tag of the element that it inserts into
 * @param peers other recorded events of the kind
 */
export function bindInsert(
  { edit, tag, example }: { edit: InsertEdit; tag: string; example: InsertingEvent },
  peers: readonly InsertingEvent[],
  place: EventPlace,
  facts: KnownFacts,
): BoundInsert {
  // The same thing again: what was recorded holds as it is.
  if (isSame(example, place)) return { html: edit.html, support: 1, guesses: [] };
  const piece = pageOf(edit.html, tag);
  const build = buildOf(piece, tag);
  const parent = parentKey(example, edit);
  const toExample = (event: InsertingEvent, page: string): PageExample => ({
    id: event.id,
    tree: parseTree(page),
    features: featuresOf(event, facts),
  });
  const alike = peers.flatMap((peer) => {
    const page = peer.edits
      .filter((other) => other.kind === "insert")
      .filter((other) => parentKey(peer, other) === parent)
      .map(({ html }) => pageOf(html, tag))
      .find((other) => buildOf(other, tag) === build);
    return page === undefined ? [] : [toExample(peer, page)];
  });
  const bound = bindPage(toExample(example, piece), alike, featuresOf(place, facts));
  const html = piecesOf(applyEdits(piece, bound.edits), tag).map(toHtml).join("");
  return { html, support: bound.support, guesses: bound.guesses };
}

const parentKey = ({ page }: EventPlace, { path }: InsertEdit): string | null => {
  const parent = page.at(path.slice(0, -1));
  return parent === null ? null : page.keyOf(parent);
};

const buildOf = (page: string, tag: string): string =>
  piecesOf(page, tag)
    .flatMap((node) => (node.kind === "element" ? signatureOf(node) : []))
    .join(" ");

/** Whether two events are about one thing: elements with the same address, or the same event on the same page. */
function isSame(one: EventPlace, other: EventPlace): boolean {
  const address = addressOf(one);
  if (address !== null || addressOf(other) !== null) return address === addressOf(other);
  const [own, others] = [featuresOfPlace(one), featuresOfPlace(other)];
  return own.size === others.size && [...own].every(([name, value]) => others.get(name) === value);
}

function addressOf({ acted, url }: EventPlace): string | null {
  const { href } = acted.attributes;
  return href === undefined || href.startsWith("#") ? null : resolveUrl(href, url);
}

/** The values of the event, and those of a request for the address of the acted-on element. */
function featuresOf(place: EventPlace, facts: KnownFacts): RequestFeatures {
  const url = addressOf(place);
  const own = featuresOfPlace(place);
  if (url === null) return own;
  return new Map([...featuresOfRequest({ method: "GET", url, fields: null }, null, facts), ...own]);
}
