/** Where an answer stands among the nodes of a page, so that the same place can be read on another page. */

import type { PageNode } from "../../core/observation.ts";

/**
 * What leads to the answer: the text of a node before it, the slot whose value that node shows, or the answer's number,
 * from 0, among the nodes that fit otherwise.
 */
type Anchor =
  | { distance: number; text: string }
  | { distance: number; slot: number }
  | { number: number };

export interface AnswerPlace {
  role: string;
  /** Around the answer in the node's name. */
  prefix: string;
  suffix: string;
  anchor: Anchor | null;
}

/** How many nodes an anchor stands before the answer, at most. */
const FARTHEST = 3;

/** Every place on a page that shows this answer. @param values of the goal's slots */
export function* answerPlaces(
  nodes: readonly PageNode[],
  answer: string,
  values: readonly string[],
): Generator<AnswerPlace> {
  if (answer === "") return;
  for (const [index, { role, name }] of nodes.entries()) {
    const at = name.indexOf(answer);
    if (at < 0) continue;
    const [prefix, suffix] = [name.slice(0, at), name.slice(at + answer.length)];
    if (/[\p{L}\p{N}]$/u.test(prefix) || /^[\p{L}\p{N}]/u.test(suffix)) continue;
    const place = { role, prefix, suffix };
    if (prefix !== "" || suffix !== "") yield { ...place, anchor: null };
    for (let distance = 1; distance <= FARTHEST; distance++) {
      const near = nodes[index - distance]?.name ?? "";
      if (near === "") continue;
      yield { ...place, anchor: { distance, text: near } };
      const named = values.findIndex((value) => value.toLowerCase() === near.toLowerCase());
      if (named >= 0) yield { ...place, anchor: { distance, slot: named } };
    }
  }
}

/** Every place by its number: the third row, the first link. */
export function* numberedPlaces(
  nodes: readonly PageNode[],
  answer: string,
): Generator<AnswerPlace> {
  const counts = new Map<string, number>();
  for (const { role, name } of answer === "" ? [] : nodes) {
    const number = counts.get(role) ?? 0;
    counts.set(role, number + 1);
    if (name === answer) yield { role, prefix: "", suffix: "", anchor: { number } };
  }
}

/** What the first node that fits the place shows there. @returns null where none fits */
export function readPlace(
  { role, prefix, suffix, anchor }: AnswerPlace,
  nodes: readonly PageNode[],
  values: readonly string[],
): string | null {
  let number = -1;
  for (const [index, node] of nodes.entries()) {
    const { name } = node;
    if (node.role !== role) continue;
    number++;
    if (!name.startsWith(prefix) || !name.endsWith(suffix)) continue;
    if (name.length <= prefix.length + suffix.length) continue;
    if (anchor !== null && "number" in anchor) {
      if (number !== anchor.number) continue;
    } else if (anchor !== null) {
      const near = nodes[index - anchor.distance]?.name.toLowerCase();
      const wanted = "slot" in anchor ? values[anchor.slot] : anchor.text;
      if (near === undefined || near !== wanted?.toLowerCase()) continue;
    }
    return name.slice(prefix.length, name.length - suffix.length);
  }
  return null;
}
