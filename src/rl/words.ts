/** Texts as arrays of word hashes, and the words of a page: computed once for each page, however often it is seen. */

import { hashText } from "../core/random.ts";
import type { PageNode } from "../core/observation.ts";
import { pageStructure, type PageStructure } from "../page/candidate-structure.ts";

const WORD = /[$€£]?\d[\d.,]*%?|[\p{L}_]+/gu;

/** Stands for every number: which number it is matters only where it is compared with the goal. */
export const NUMBER_WORD = hashText("#");

/** The words of a text in order, as hashes of their lower-case form; a plural's final s is dropped. */
export function wordHashes(text: string): Int32Array {
  const words = text.toLowerCase().match(WORD) ?? [];
  const hashes = new Int32Array(words.length);
  for (let i = 0; i < words.length; i++) hashes[i] = wordHash(words[i] as string);
  return hashes;
}

function wordHash(word: string): number {
  if (/\d/.test(word)) return hashText(word.replace(/^[$€£]|[.,%]+$|,/g, "")) | 0;
  const stem = word.length > 3 && word.endsWith("s") && !word.endsWith("ss");
  return hashText(stem ? word.slice(0, -1) : word) | 0;
}

const isNumber = (text: string): boolean => /^[$€£]?\d[\d.,]*%?$/.test(text);

/** Words of a page, by node index. */
export interface PageWords {
  structure: PageStructure;
  /** Hash of each node's role. */
  roles: Int32Array;
  /** Words of each node's name; the option's value for a select is not in it. */
  names: Int32Array[];
  /** Whether each word of each name is a number. */
  numeric: Uint8Array[];
  /** Node index by ref. */
  indexes: Map<string, number>;
  /** All words inside the item around a node (by the item's index), filled on demand. */
  itemWords: Map<number, Set<number>>;
  /** Words of the title and of headings of level 1. */
  topic: Set<number>;
  /** By node index: place among the items of the same list (0 first, capped), -1 outside of lists. */
  places: Int32Array;
  /** By item index: bit 1 the least, bit 2 the greatest first price among its siblings; 4 and 8 the same for first numbers. */
  extremes: Map<number, number>;
}

const known = new WeakMap<readonly PageNode[], PageWords>();

/** A memo: same nodes, same words. */
export function pageWords(nodes: readonly PageNode[]): PageWords {
  let words = known.get(nodes);
  if (!words) known.set(nodes, (words = computePageWords(nodes)));
  return words;
}

const NOTHING = new Int32Array(0);
const NO_FLAGS = new Uint8Array(0);

function computePageWords(nodes: readonly PageNode[]): PageWords {
  const structure = pageStructure(nodes);
  const topic = new Set<number>();
  const names: Int32Array[] = [];
  const numeric: Uint8Array[] = [];
  const roles = new Int32Array(nodes.length);
  const indexes = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    indexes.set(node.ref, index);
    roles[index] = hashText(node.role) | 0;
    const words = node.name === "" ? [] : (node.name.toLowerCase().match(WORD) ?? []);
    const hashes = words.length === 0 ? NOTHING : Int32Array.from(words, wordHash);
    names.push(hashes);
    numeric.push(
      words.length === 0 ? NO_FLAGS : Uint8Array.from(words, (word) => Number(isNumber(word))),
    );
    if (index === 0 || (node.role === "heading" && (node.states.level ?? 1) === 1))
      for (const hash of hashes) topic.add(hash);
  }
  const places = computePlaces(nodes, structure);
  const extremes = computeExtremes(nodes, structure);
  return {
    structure,
    roles,
    names,
    numeric,
    indexes,
    itemWords: new Map(),
    topic,
    places,
    extremes,
  };
}

/** All words inside a node's item, or inside the node where it stands in none. */
export function wordsAround(words: PageWords, index: number): Set<number> {
  const item = words.structure.items[index] as number;
  const place = item >= 0 ? item : index;
  let found = words.itemWords.get(place);
  if (!found) {
    found = new Set();
    for (let inner = place; inner < (words.structure.ends[place] as number); inner++)
      for (const hash of words.names[inner] as Int32Array) found.add(hash);
    words.itemWords.set(place, found);
  }
  return found;
}

function computePlaces(nodes: readonly PageNode[], { parents, items }: PageStructure): Int32Array {
  const places = new Int32Array(nodes.length).fill(-1);
  const counts = new Map<number, number>();
  for (let index = 0; index < nodes.length; index++) {
    const item = items[index] as number;
    if (item < 0) continue;
    if (item !== index) {
      places[index] = places[item] as number;
      continue;
    }
    const parent = parents[index] as number;
    // A header row is no item of its table.
    if (nodes[index + 1]?.role === "columnheader") continue;
    const place = counts.get(parent) ?? 0;
    counts.set(parent, place + 1);
    places[index] = Math.min(place, 5);
  }
  return places;
}

/** Which items of a list hold the least and the greatest price and number: what superlatives ask for. */
function computeExtremes(
  nodes: readonly PageNode[],
  structure: PageStructure,
): Map<number, number> {
  const lists = new Map<number, { item: number; price: number; number: number }[]>();
  for (let index = 0; index < nodes.length; index++) {
    if (structure.items[index] !== index) continue;
    let price = Number.NaN;
    let number = Number.NaN;
    for (let inner = index; inner < (structure.ends[index] as number); inner++) {
      const { name } = nodes[inner] as PageNode;
      const found = /([$€£]?)(\d[\d,]*(?:\.\d+)?)/.exec(name);
      if (!found) continue;
      const value = Number((found[2] as string).replaceAll(",", ""));
      if (found[1] !== "") price = Number.isNaN(price) ? value : price;
      else number = Number.isNaN(number) ? value : number;
    }
    const parent = structure.parents[index] as number;
    const list = lists.get(parent);
    if (list) list.push({ item: index, price, number });
    else lists.set(parent, [{ item: index, price, number }]);
  }
  const extremes = new Map<number, number>();
  for (const list of lists.values()) {
    if (list.length < 2) continue;
    for (const [key, bit] of [
      ["price", 1],
      ["number", 4],
    ] as const) {
      const values = list.map((entry) => entry[key]).filter((value) => !Number.isNaN(value));
      if (values.length < 2) continue;
      const least = Math.min(...values);
      const greatest = Math.max(...values);
      for (const entry of list) {
        const bits = (entry[key] === least ? bit : 0) | (entry[key] === greatest ? bit * 2 : 0);
        extremes.set(entry.item, (extremes.get(entry.item) ?? 0) | bits);
      }
    }
  }
  return extremes;
}
