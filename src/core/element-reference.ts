/**
 * Finds an element again. Refs name nodes of one document only, and each visit to a page creates another document.
 * Recordings, repeats, replay in the dream, exploration, baselines and candidates all use this file.
 */

import type { Action } from "./action.ts";
import type { Observation, PageNode } from "./observation.ts";

/** What identifies an element besides its ref. */
export interface ElementReference {
  role: string;
  name: string;
  /** Of a link. */
  url: string | undefined;
  /** Its number among the nodes of the same role and name, from 0. */
  number: number;
  /** Its number among all nodes of the page, from 0. */
  place: number;
  /** Number of nodes on its page. */
  nodes: number;
}

interface Page {
  readonly nodes: readonly PageNode[];
}

/** @returns null if the page does not show the ref */
export function referTo({ nodes }: Page, ref: string): ElementReference | null {
  const place = nodes.findIndex((node) => node.ref === ref);
  const node = nodes[place];
  if (node === undefined) return null;
  const { role, name, url } = node;
  let number = 0;
  for (let before = 0; before < place; before++)
    if (isAlike(nodes[before] as PageNode, node)) number++;
  return { role, name, url, number, place, nodes: nodes.length };
}

/** Finds the element on another page. The first of these methods that finds one wins. */
export function findElement(reference: ElementReference, { nodes }: Page): PageNode | null {
  const { number, place, url } = reference;
  // 1. Role, name and address at the same place, on a page with the same number of nodes.
  const there = nodes.length === reference.nodes ? nodes[place] : undefined;
  if (there !== undefined && isAlike(there, reference) && there.url === url) return there;
  const alike = nodes.filter((node) => isAlike(node, reference));
  const counterpart = alike[number];
  // 2. Role, name and address; with several links, the one with the same number.
  if (url !== undefined && counterpart?.url !== url) {
    const sameLink = alike.find((node) => node.url === url);
    if (sameLink !== undefined) return sameLink;
  }
  // 3. Role, name and number. 4. Role and name.
  return counterpart ?? alike[0] ?? null;
}

type Named = Pick<ElementReference, "role" | "name">;

export function isAlike(a: Named, b: Named): boolean {
  return a.role === b.role && a.name === b.name;
}

/** The same action on another page, or null if that page does not have the element. */
export function transferAction(action: Action, from: Page, to: Page): Action | null {
  const moved: Record<string, unknown> = { ...action };
  for (const key of ["ref", "to", "over"]) {
    const ref = moved[key];
    if (typeof ref !== "string") continue;
    const reference = referTo(from, ref);
    const found = reference === null ? null : findElement(reference, to);
    if (found === null) return null;
    moved[key] = found.ref;
  }
  return moved as Action;
}

/**
 * A text key for what an action does. It stays the same on later visits to the address, where refs differ. Elements of
 * the same role and name share a key.
 */
export function actionKey({ url, nodes }: Observation, action: Action): string {
  if (!("ref" in action)) return `${url} ${JSON.stringify(action)}`;
  const { ref, ...rest } = action;
  const target = nodes.find((node) => node.ref === ref);
  return `${url} ${target?.role} ${target?.name} ${JSON.stringify(rest)}`;
}

/** Whether two actions on one page have the same kind, element and arguments. */
export function isSameAction(a: Action, b: Action): boolean {
  if (a.kind !== b.kind) return false;
  const other = b as Record<string, unknown>;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  const mine = a as Record<string, unknown>;
  return [...keys].every((key) => isSameValue(mine[key], other[key]));
}

function isSameValue(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
}
