/**
 * Constructs a text for a new request. A text of a real answer is explained from the values of its request
 * (`RequestFeatures`). The explanation is checked on similar answers (peers), then read with the new features.
 */

import type { RequestFeatures } from "./request-features.ts";

/** The same place's text in another real answer of the same kind. */
export interface Peer {
  text: string;
  features: RequestFeatures;
}

export interface Binding {
  /** The text for the new request; null when nothing known fills the place. */
  text: string | null;
  /** 0–1: share of the peers that the explanation holds on, smoothed. */
  support: number;
  how: "constant" | "bound" | "unbound";
}

interface Slot {
  /** Names that gave the value in the example, best first. */
  names: string[];
  transform: Transform;
}

type Part = string | Slot;
type Transform = "same" | "title" | "slug" | "lower" | "path" | "query" | "underscore";

const TRANSFORMS: Record<Transform, (value: string) => string> = {
  same: (value) => value,
  title: (value) =>
    value.replaceAll(/[-_+]+/gu, " ").replace(/(^|\s)\p{Ll}/gu, (letter) => letter.toUpperCase()),
  slug: (value) =>
    value
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/^-|-$/gu, ""),
  lower: (value) => value.toLowerCase(),
  path: (value) => encodeURIComponent(value),
  query: (value) => encodeURIComponent(value).replaceAll("%20", "+"),
  underscore: (value) => value.replaceAll(/\s+/gu, "_"),
};

/** The texts that the features of an example give, each with the features that give it. */
type Vocabulary = Map<string, Slot>;

/** Pure, and as long-lived as its key: features never change once a request is described. */
const vocabularies = new WeakMap<RequestFeatures, Vocabulary>();
const MAX_NAMES = 40;

function vocabularyOf(features: RequestFeatures): Vocabulary {
  let vocabulary = vocabularies.get(features);
  if (vocabulary !== undefined) return vocabulary;
  vocabulary = new Map();
  for (const [transform, apply] of Object.entries(TRANSFORMS)) {
    for (const [name, value] of features) {
      if (transform !== "same" && (value.length > 80 || name.startsWith("page:"))) continue;
      const said = apply(value);
      if (said === "" || (transform !== "same" && said === value)) continue;
      const slot = vocabulary.get(said);
      if (slot === undefined)
        vocabulary.set(said, { names: [name], transform: transform as Transform });
      else if (slot.transform === transform && slot.names.length < MAX_NAMES) slot.names.push(name);
    }
  }
  vocabularies.set(features, vocabulary);
  return vocabulary;
}

function read(part: Part, features: RequestFeatures): string | null {
  if (typeof part === "string") return part;
  for (const name of part.names) {
    const value = features.get(name);
    if (value !== undefined) return TRANSFORMS[part.transform](value);
  }
  return null;
}

function evaluate(parts: readonly Part[], features: RequestFeatures): string | null {
  let text = "";
  for (const part of parts) {
    const value = read(part, features);
    if (value === null) return null;
    text += value;
  }
  return text;
}

const TOLD_BY_REQUEST = /^(segment|param|field):/u;
/** Pure, and as long-lived as its key: see `vocabularies`. */
const told = new WeakMap<RequestFeatures, RequestFeatures>();

function toldByRequest(features: RequestFeatures): RequestFeatures {
  let own = told.get(features);
  if (own === undefined) {
    own = new Map([...features].filter(([name]) => TOLD_BY_REQUEST.test(name)));
    told.set(features, own);
  }
  return own;
}

/**
 * Examples that all name the same thing have the same text, whether it holds for all requests or only for that thing.
 * If the request itself gives part of the text, the text is about that thing: `/orders/7` after a change of
 * order 7 is about order 7.
 */
function boundByRequest(
  text: string,
  own: RequestFeatures,
  target: RequestFeatures,
  peers: readonly Peer[],
): Binding | null {
  const parts = explain(text, toldByRequest(own), []);
  if (parts === null || peers.some((peer) => evaluate(parts, peer.features) !== text)) return null;
  const bound = evaluate(parts, target);
  return bound === null || bound === text ? null : { text: bound, support: 0.6, how: "bound" };
}

/**
 * @param text the text in the example
 * @param own the example's features
 * @param target features of the request to answer
 * @param peers the same place in other examples; those with the example's own text and features add no evidence
 */
export function bindText(
  text: string,
  own: RequestFeatures,
  target: RequestFeatures,
  peers: readonly Peer[],
): Binding {
  const agreeing = peers.filter((peer) => peer.text === text).length;
  if (peers.length > 0 && agreeing === peers.length)
    return (
      boundByRequest(text, own, target, peers) ?? {
        text,
        support: (agreeing + 1) / (agreeing + 2),
        how: "constant",
      }
    );
  const parts = explain(text, own, peers);
  if (parts !== null) {
    const bound = evaluate(parts, target);
    if (bound !== null) {
      const holding = peers.filter((peer) => evaluate(parts, peer.features) === peer.text).length;
      // A varying place that the explanation never followed is not explained.
      if (peers.length === 0 || holding > 0)
        return { text: bound, support: (holding + 1) / (peers.length + 2), how: "bound" };
    }
  }
  if (peers.length === 0 && parts === null) return { text, support: 0.4, how: "constant" };
  if (agreeing >= 2 && agreeing * 3 >= peers.length * 2)
    return { text, support: agreeing / (peers.length + 2), how: "constant" };
  const usual = usualText(peers);
  if (usual !== null && usual.count >= 3 && usual.count * 3 >= peers.length * 2)
    return { text: usual.text, support: usual.count / (peers.length + 2), how: "constant" };
  return { text: null, support: 0, how: "unbound" };
}

/** The text of most peers, although the example itself has another text. */
function usualText(peers: readonly Peer[]): { text: string; count: number } | null {
  const counts = new Map<string, number>();
  for (const { text } of peers) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [first] = [...counts].sort((a, b) => b[1] - a[1]);
  return first === undefined ? null : { text: first[0], count: first[1] };
}

/** A text as constants and slots; null when no source gives any part of it. */
function explain(text: string, own: RequestFeatures, peers: readonly Peer[]): Part[] | null {
  const vocabulary = vocabularyOf(own);
  const whole = vocabulary.get(text);
  if (whole !== undefined) return [ranked(whole, peers, (value, peer) => value === peer.text)];
  const parts = cut(text, vocabulary, peers);
  return parts.some((part) => typeof part !== "string") ? parts : null;
}

/** Cuts a text at the longest value of a source, then cuts the parts before and after it. */
function cut(text: string, vocabulary: Vocabulary, peers: readonly Peer[]): Part[] {
  if (text === "") return [];
  const hit = longestHit(text, vocabulary, peers);
  if (hit === null) return [text];
  const before = text.slice(0, hit.start);
  return [
    // Without peers nothing checks the explanation: the shorter it is, the better.
    ...(peers.length > 0 ? cut(before, vocabulary, peers) : before === "" ? [] : [before]),
    ranked(hit.slot, peers, (value, peer) => occursAsWord(peer.text, value)),
    ...cut(text.slice(hit.start + hit.length), vocabulary, peers),
  ];
}

/** The slot with its names in order of how many peers they hold on. */
function ranked(
  slot: Slot,
  peers: readonly Peer[],
  holds: (value: string, peer: Peer) => boolean,
): Slot {
  if (slot.names.length < 2 || peers.length === 0) return slot;
  const scores = new Map(
    slot.names.map((name) => {
      const single: Slot = { names: [name], transform: slot.transform };
      let score = 0;
      for (const peer of peers) {
        const value = read(single, peer.features);
        if (value !== null) score += holds(value, peer) ? 1 : -1;
      }
      return [name, score] as const;
    }),
  );
  const score = (name: string): number => scores.get(name) ?? 0;
  const best = Math.max(...slot.names.map(score));
  const names = slot.names.filter((name) => score(name) > 0 || score(name) === best);
  return { names: names.sort((a, b) => score(b) - score(a)), transform: slot.transform };
}

function longestHit(
  text: string,
  vocabulary: Vocabulary,
  peers: readonly Peer[],
): { start: number; length: number; slot: Slot } | null {
  let best: { start: number; length: number; slot: Slot } | null = null;
  for (const [said, slot] of vocabulary) {
    if (said.length > text.length || said.length <= (best?.length ?? 0)) continue;
    if (said.length < 2 && !/\d/u.test(said)) continue;
    const start = wordPosition(text, said);
    if (start < 0) continue;
    // A word that stays while its source varies is part of the wording.
    if (
      peers.length > 0 &&
      !peers.some((peer) => {
        const value = read(slot, peer.features);
        return value !== null && value !== said && occursAsWord(peer.text, value);
      }) &&
      peers.some((peer) => {
        const value = read(slot, peer.features);
        return value !== null && !occursAsWord(peer.text, value);
      })
    )
      continue;
    best = { start, length: said.length, slot };
  }
  return best;
}

function occursAsWord(text: string, word: string): boolean {
  return wordPosition(text, word) >= 0;
}

const WORD = /[\p{L}\p{N}]/u;

/** The position of a text in another as whole words; -1 for none. */
function wordPosition(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const [before, after] = [text[at - 1], text[at + word.length]];
    const edge = (inside: string | undefined, outside: string | undefined): boolean =>
      outside === undefined || inside === undefined || !(WORD.test(inside) && WORD.test(outside));
    if (edge(word[0], before) && edge(word.at(-1), after)) return at;
  }
  return -1;
}
