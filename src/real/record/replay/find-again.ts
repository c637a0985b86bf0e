/**
 * Finds the element of a recorded action on the page as it is now. None of the first ways depends on ids or classes.
 * It reads the observation and the page's HTML alone, so it works in a browser, in the text browser and in a dream.
 */

import { isTag, type AnyNode, type Element } from "domhandler";
import {
  type ElementReference,
  findElement,
  isAlike,
  referTo,
} from "../../../core/element-reference.ts";
import type { Observation, PageNode } from "../../../core/observation.ts";
import type { RankedReference, RecordedElement } from "../../../core/ranked-reference.ts";
import type { PageSnapshot } from "../../../core/site-request.ts";
import { collapseSpace, textContent } from "../../../page/dom.ts";
import { parsePage, type PageDocument } from "../../../page/page-document.ts";
import { selectAll } from "../../../page/select-elements.ts";

/** How it was found: the observation's own way first, then the recorder's in order, then likeness. */
export type FoundBy =
  | "role and name"
  | "neighbors"
  | RankedReference["by"]
  | "same place"
  | "same address";

export interface FoundAgain {
  ref: string;
  by: FoundBy;
}

export interface SoughtElement {
  /** The recorded page and the element's ref there. */
  observation: Observation;
  ref: string;
  /** The recorder's ways, if it was a recorder that wrote the step. */
  element: RecordedElement | undefined;
}

/** @param snapshot reads the page's HTML, only where a way needs it */
export async function findAgain(
  sought: SoughtElement,
  now: Observation,
  snapshot: () => Promise<PageSnapshot>,
): Promise<FoundAgain | null> {
  const reference = referTo(sought.observation, sought.ref);
  const isNamed = reference !== null && (reference.name !== "" || reference.url !== undefined);
  if (reference !== null && isNamed) {
    const found = findElement(reference, now);
    if (found !== null)
      return {
        ref: (inItsRow(sought, reference, now, found) ?? found).ref,
        by: "role and name",
      };
  } else if (reference !== null) {
    const found = inItsRow(sought, reference, now, null);
    if (found !== null) return { ref: found.ref, by: "neighbors" };
  }
  const references = sought.element?.references ?? [];
  if (references.length > 0) {
    const { html, url } = await snapshot();
    const document = parsePage(html, url);
    for (const way of references) {
      // A number among elements of one kind says little where the element has a name.
      if (isNamed && way.by === "css" && !way.unique) continue;
      const node = nodeInObservation(document, elementOf(document, way), now);
      if (node === null) continue;
      // Where the element has gone from a list, its place holds the next entry.
      if (isNamed && isPlace(way) && isAnother(reference, node)) continue;
      return { ref: node.ref, by: way.by };
    }
  }
  if (reference === null) return null;
  const sameAddress = now.nodes.filter(
    ({ role, url }) => role === reference.role && url !== undefined && url === reference.url,
  );
  if (sameAddress.length === 1 && sameAddress[0] !== undefined)
    return { ref: sameAddress[0].ref, by: "same address" };
  const there = now.nodes[reference.place];
  if (now.nodes.length !== reference.nodes || there?.role !== reference.role) return null;
  const isAnotherLink = reference.url !== undefined && isAnother(reference, there);
  return isAnotherLink ? null : { ref: there.ref, by: "same place" };
}

/** Whether a way counts elements instead of naming one. */
const isPlace = (way: RankedReference): boolean =>
  way.by === "css" && /:nth-(?:last-)?of-type/u.test(way.selector);

/** An element with neither the name nor the address of the recorded one. */
const isAnother = ({ name, url }: ElementReference, node: PageNode): boolean =>
  node.name !== name && (url === undefined || node.url !== url);

/** So many nodes on each side belong to the surroundings of an element that is in no row. */
const NEIGHBORS = 4;
/** An element without a name needs this share of its neighbors. */
const LEAST_SHARE = 0.6;

/**
 * Rows repeat their buttons: of the elements of one role and name, the one in the recorded surroundings.
 *
 * @param first wins where several have the same neighbors. Null: then none does
 */
function inItsRow(
  { observation }: SoughtElement,
  reference: ElementReference,
  now: Observation,
  first: PageNode | null,
): PageNode | null {
  const isLike = (node: PageNode): boolean => isAlike(node, reference);
  const near = neighbors(observation.nodes, reference.place, isLike);
  const likeness = (at: number): number => {
    let sum = 0;
    for (const [key, nearness] of neighbors(now.nodes, at, isLike))
      sum += Math.min(nearness, near.get(key) ?? 0);
    return sum;
  };
  let best = first;
  const all = [...near.values()].reduce((sum, nearness) => sum + nearness, 0);
  let most = first === null ? LEAST_SHARE * all : likeness(now.nodes.indexOf(first));
  for (const [at, node] of now.nodes.entries()) {
    if (node === first || !isLike(node)) continue;
    const like = likeness(at);
    if (like === most && first === null) best = null;
    if (like > most) [best, most] = [node, like];
  }
  return best;
}

/** What stands before and after a node in its row, and how near. Nodes that are in no row have neighbors on each side. */
function neighbors(
  nodes: readonly PageNode[],
  place: number,
  isLike: (node: PageNode) => boolean,
): Map<string, number> {
  const row = rowOf(nodes, place, isLike);
  const isInRow = row.to - row.from > subtreeEnd(nodes, place) - place;
  const { from, to } = isInRow ? row : { from: place - NEIGHBORS, to: place + NEIGHBORS + 1 };
  const near = new Map<string, number>();
  for (let at = Math.max(0, from); at < Math.min(to, nodes.length); at++) {
    const node = nodes[at];
    if (at === place || node === undefined || isLike(node) || node.name === "") continue;
    const key = `${Math.sign(at - place)} ${node.role} ${node.name}`;
    near.set(key, Math.max(near.get(key) ?? 0, 1 / Math.abs(at - place)));
  }
  return near;
}

/** The largest part of the tree that has this node and no other one alike: a row of a table, an entry of a list. */
function rowOf(
  nodes: readonly PageNode[],
  place: number,
  isLike: (node: PageNode) => boolean,
): { from: number; to: number } {
  let row = { from: place, to: subtreeEnd(nodes, place) };
  for (let at = place - 1; at >= 0; at--) {
    if ((nodes[at]?.depth ?? 0) >= (nodes[row.from]?.depth ?? 0)) continue;
    const around = { from: at, to: subtreeEnd(nodes, at) };
    const alike = nodes.slice(around.from, around.to).filter(isLike);
    if (alike.length > 1) return row;
    row = around;
  }
  return row;
}

function subtreeEnd(nodes: readonly PageNode[], place: number): number {
  const depth = nodes[place]?.depth ?? 0;
  const after = nodes.findIndex((node, at) => at > place && node.depth <= depth);
  return after < 0 ? nodes.length : after;
}

/** The element that a way names in the page's HTML; a way that found several takes its number. */
function elementOf(document: PageDocument, way: RankedReference): Element | null {
  const all = candidatesOf(document, way);
  if (way.unique) return all.length === 1 ? (all[0] ?? null) : null;
  return all[way.index] ?? null;
}

function candidatesOf(document: PageDocument, way: RankedReference): Element[] {
  const named = (fits: (node: PageNode) => boolean): Element[] =>
    document.nodes.filter(fits).flatMap(({ ref }) => document.elementOf(ref) ?? []);
  switch (way.by) {
    case "role":
      return named((node) => isAlike(node, way));
    case "label":
      return named(({ name, role }) => name === way.text && role !== "StaticText");
    case "text":
      return document.elements.filter(
        (element) =>
          collapseSpace(textContent(element)) === way.text &&
          (!("tag" in way) || element.name === way.tag),
      );
    case "testId":
      return document.elements.filter(({ attribs }) => attribs[way.attribute] === way.value);
    case "css":
      // Beyond a shadow root, a selector speaks of another tree, which the HTML holds as a template.
      return selectAll(document, way.selector.split(" >> ").at(-1) ?? "");
    case "position":
      // Scripts and styles are not in the HTML, so their numbers would be other ones.
      return [];
  }
}

/** The observation's node of an element of the HTML, or of the nearest element around it that it shows. */
function nodeInObservation(
  document: PageDocument,
  element: Element | null,
  now: Observation,
): PageNode | null {
  for (let at: AnyNode | null = element; at !== null && isTag(at); at = at.parent) {
    const reference = referTo(document, document.refOf(at));
    if (reference !== null) return findElement(reference, now);
  }
  return null;
}
