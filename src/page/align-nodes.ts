/** Pairs the nodes of two readings of one page, in order: equal nodes first, then those that fit best between them. */

import type { PageNode } from "../core/observation.ts";
import { statesText } from "./shown-marks.ts";

/** Above this many pairs, the nodes between two equal ones stay apart. */
const MAX_PAIRS = 40_000;

type Nodes = readonly PageNode[];
type Pair = [left: number, right: number];

/** Increasing in both. */
export function alignNodes(left: Nodes, right: Nodes): Pair[] {
  const equal = equalPairs(left, right);
  const pairs: Pair[] = [];
  let [i, j] = [0, 0];
  for (const [nextI, nextJ] of [...equal, [left.length, right.length] as const]) {
    pairs.push(...fittingPairs(left, right, [i, nextI], [j, nextJ]));
    if (nextI < left.length) pairs.push([nextI, nextJ]);
    [i, j] = [nextI + 1, nextJ + 1];
  }
  return pairs;
}

function isSameNode(a: PageNode, b: PageNode): boolean {
  return (
    a.name === b.name &&
    a.role === b.role &&
    a.value === b.value &&
    a.url === b.url &&
    (a.states === b.states || statesText(a.states) === statesText(b.states))
  );
}

/** The longest common subsequence: equal ends, then the longest increasing run of equal pairs (Hunt and Szymanski 1977). */
function equalPairs(left: Nodes, right: Nodes): Pair[] {
  const same = (i: number, j: number): boolean =>
    isSameNode(left[i] as PageNode, right[j] as PageNode);
  let start = 0;
  const shorter = Math.min(left.length, right.length);
  while (start < shorter && same(start, start)) start++;
  let tail = 0;
  while (tail < shorter - start && same(left.length - 1 - tail, right.length - 1 - tail)) tail++;
  const [endLeft, endRight] = [left.length - tail, right.length - tail];
  const ends = (from: number, to: number, shift: number): Pair[] =>
    Array.from({ length: to - from }, (_, k) => [from + k, from + k + shift]);
  return [
    ...ends(0, start, 0),
    ...longestRun(left, right, [start, endLeft], [start, endRight]),
    ...ends(endLeft, left.length, endRight - endLeft),
  ];
}

type Range = [from: number, to: number];

function longestRun(left: Nodes, right: Nodes, [from, to]: Range, [fromR, toR]: Range): Pair[] {
  const byText = new Map<string, number[]>();
  for (let j = toR - 1; j >= fromR; j--) {
    const text = textOf(right[j] as PageNode);
    const places = byText.get(text);
    if (places === undefined) byText.set(text, [j]);
    else places.push(j);
  }
  /** By length: the run of that length that ends earliest. */
  const runs: Run[] = [];
  for (let i = from; i < to; i++)
    for (const j of byText.get(textOf(left[i] as PageNode)) ?? []) {
      let low = 0;
      let high = runs.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((runs[middle] as Run).pair[1] < j) low = middle + 1;
        else high = middle;
      }
      runs[low] = { pair: [i, j], before: runs[low - 1] ?? null };
    }
  const pairs: Pair[] = [];
  for (let run = runs.at(-1) ?? null; run !== null; run = run.before) pairs.unshift(run.pair);
  return pairs;
}

interface Run {
  pair: Pair;
  before: Run | null;
}

function textOf({ role, name, value, url, states }: PageNode): string {
  return `${role}\n${name}\n${value ?? ""}\n${url ?? ""}\n${statesText(states)}`;
}

/** The best-scoring alignment of two short ranges, by dynamic programming. */
function fittingPairs(left: Nodes, right: Nodes, [i, endI]: Range, [j, endJ]: Range): Pair[] {
  const [rows, columns] = [endI - i, endJ - j];
  if (rows <= 0 || columns <= 0 || rows * columns > MAX_PAIRS) return [];
  const width = columns + 1;
  const best = new Float64Array((rows + 1) * width);
  const scoreAt = (row: number, column: number): number =>
    likeness(left[i + row] as PageNode, right[j + column] as PageNode);
  const joined = (row: number, column: number): number => {
    const score = scoreAt(row, column);
    return score === 0 ? 0 : score + (best[(row + 1) * width + column + 1] as number);
  };
  for (let row = rows - 1; row >= 0; row--)
    for (let column = columns - 1; column >= 0; column--)
      best[row * width + column] = Math.max(
        joined(row, column),
        best[(row + 1) * width + column] as number,
        best[row * width + column + 1] as number,
      );
  const pairs: Pair[] = [];
  for (let row = 0, column = 0; row < rows && column < columns;) {
    const here = best[row * width + column] as number;
    if (here > 0 && here === joined(row, column)) pairs.push([i + row++, j + column++]);
    else if (here === best[(row + 1) * width + column]) row++;
    else column++;
  }
  return pairs;
}

/** How well two nodes fit as two readings of one element. 0: they do not. */
function likeness(a: PageNode, b: PageNode): number {
  const isNamed = a.name !== "" && a.name === b.name;
  const isPart =
    a.name !== "" && b.name !== "" && (a.name.includes(b.name) || b.name.includes(a.name));
  const names = isNamed ? 3 : isPart ? 1 : 0;
  const address = a.url !== undefined && a.url === b.url ? 2 : 0;
  if (a.role === b.role) return 2 + names + address;
  return isNamed ? 2 : 0;
}
