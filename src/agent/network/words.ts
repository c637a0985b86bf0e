/** Texts as arrays of word hashes, and the words of a page: computed once for each page, however often it is seen. */

import { stemmer } from "stemmer";
import { hashText } from "../../core/random.ts";
import type { PageNode } from "../../core/observation.ts";
import { pageStructure, type PageStructure } from "../candidates/candidate-structure.ts";
import { memoizeText } from "../candidates/text-cache.ts";

/** A mix of letters and digits (`aee35aca70`, `A12`) is one word: the name of one particular thing. */
const WORD = /[\p{L}_]+\d[\p{L}\d_]*|\d+[\p{L}_][\p{L}\d_]*|[$€£]?\d[\d.,]*%?|[\p{L}_]+/gu;

/** Stands for every number, and every word with a digit. Which one it is matters only in comparison with the goal. */
export const NUMBER_WORD = hashText("#");

/** The words of a text in order. */
export interface TextWords {
  /** Hashes of their stems (Porter 1980): "titled" and "Titles" are "title". */
  hashes: Int32Array;
  /** Whether each holds a digit. */
  numeric: Uint8Array;
  /** Hash of them all. */
  key: number;
}

/** Cached: the same names stand on many pages. */
const textWords = memoizeText((text): TextWords => {
  const words = text.toLowerCase().match(WORD) ?? [];
  const hashes = Int32Array.from(words, wordHash);
  const numeric = Uint8Array.from(words, (word) => Number(/\d/.test(word)));
  return { hashes, numeric, key: hashText(hashes.join()) | 0 };
});

export const wordHashes = (text: string): Int32Array => textWords(text).hashes;

function wordHash(word: string): number {
  if (/\d/.test(word)) return hashText(word.replace(/^[$€£]|[.,%]+$|,/g, "")) | 0;
  return hashText(stemmer(word)) | 0;
}

/** Words of a page, by node index. */
export interface PageWords {
  structure: PageStructure;
  /** Hash of each node's role. */
  roles: Int32Array;
  /** Words of each node's name; the option's value for a select is not in it. */
  names: Int32Array[];
  /** Whether each word of each name holds a digit. */
  numeric: Uint8Array[];
  /** Hash of each whole name. */
  nameKeys: Int32Array;
  /** Node index by ref. */
  indexes: Map<string, number>;
  /** All words inside the item around a node (by the item's index), filled on demand. */
  itemWords: Map<number, Set<number>>;
  /** Words of the title and of headings of level 1. */
  topic: Set<number>;
  /** By node index: place among the items of the same list (0 first, capped), -1 outside of lists. */
  places: Int32Array;
  /**
   * By item index: bit 1 the least, bit 2 the greatest first price among its siblings; 4 and 8 the same for first
   * numbers.
   */
  extremes: Map<number, number>;
}

const known = new WeakMap<readonly PageNode[], PageWords>();

/** Cached: the same nodes have the same words. */
export function pageWords(nodes: readonly PageNode[]): PageWords {
  let words = known.get(nodes);
  if (!words) known.set(nodes, (words = computePageWords(nodes)));
  return words;
}

const roleHash = memoizeText((role) => hashText(role) | 0);

function computePageWords(nodes: readonly PageNode[]): PageWords {
  const structure = pageStructure(nodes);
  const topic = new Set<number>();
  const names: Int32Array[] = [];
  const numeric: Uint8Array[] = [];
  const roles = new Int32Array(nodes.length);
  const nameKeys = new Int32Array(nodes.length);
  const indexes = new Map<string, number>();
  for (const [index, node] of nodes.entries()) {
    indexes.set(node.ref, index);
    roles[index] = roleHash(node.role);
    const { hashes, numeric: flags, key } = textWords(node.name);
    names.push(hashes);
    numeric.push(flags);
    nameKeys[index] = key;
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
    nameKeys,
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
    // A header row is not an item of its table.
    if (nodes[index + 1]?.role === "columnheader") continue;
    const place = counts.get(parent) ?? 0;
    counts.set(parent, place + 1);
    places[index] = Math.min(place, 5);
  }
  return places;
}

/** The first number of a text, and whether a currency stands before it. */
const firstFigure = memoizeText((text): { value: number; isPrice: boolean } | null => {
  const found = /([$€£]?)(\d[\d,]*(?:\.\d+)?)/.exec(text);
  if (!found) return null;
  return { value: Number((found[2] as string).replaceAll(",", "")), isPrice: found[1] !== "" };
});

/** The items of a list that hold the least and the greatest price and number: superlatives ask for them. */
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
      const found = firstFigure(name);
      if (!found) continue;
      const { value, isPrice } = found;
      if (isPrice) price = Number.isNaN(price) ? value : price;
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
