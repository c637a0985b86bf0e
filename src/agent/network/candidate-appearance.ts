/**
 * How a candidate looks for a goal: its kind, its name without the goal's own names, and how well it matches them.
 * It does not depend on the episode so far, so a page's appearances are computed once per goal.
 */

import type { PageNode } from "../../core/observation.ts";
import { hashText } from "../../core/random.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { memoizeText } from "../candidates/text-cache.ts";
import { kindHash, targetKey } from "./episode-context.ts";
import { mix } from "./feature-writer.ts";
import type { GoalWords } from "./goal-words.ts";
import { bestMatch, coverLevel, matchLevel, nameKey, textKey, type Match } from "./match.ts";
import { wordHashes, wordsAround, type PageWords } from "./words.ts";

/** The part of a candidate's features that does not depend on the episode so far. */
export interface Appearance {
  candidate: Candidate;
  kind: number;
  role: number;
  /** Name of the target (label of an answer) without the goal's names. */
  key: number;
  /** Match of its own text: name, option or answer. */
  own: Match;
  /** How much of the goal's best covered entity the item around it covers, 0–3, and which entity. */
  around: Match;
  /** Words of the target's name. */
  words: Int32Array;
  /** Of its first two words, those that are not the goal's names. */
  names: Int32Array;
  /** Of an answer: its form, such as `$#` or the number of words. */
  shape: number;
  /** Identifies an earlier action of the same kind. */
  target: number;
  /** How many of its words are the goal's: see `sharedWords`. */
  shared: number;
  /** Hash of kind, role, key and shape. */
  described: number;
  /** Of a candidate on a node: where that node stands. */
  place: Place | null;
  /** Of a text to type: hashes of the word before it in the goal, and of its kind of span. */
  argument: { cue: number; kind: number } | null;
}

interface Place {
  /** Key of the heading above it. */
  heading: number;
  /** Hash of the role of the landmark around it. */
  landmark: number;
  /** Hash of its states. */
  state: number;
  /** Its value: 0 it has none, 1 empty, 2 a text. */
  content: number;
}

const NO_WORDS = new Int32Array(0);

export type Appearances = Map<Candidate, Appearance>;

/** Number of goals for which a page's appearances are kept: the rollouts of a task follow one another. */
const KEPT_APPEARANCES = 8;

const appearancesByPage = new WeakMap<PageWords, (goal: string) => Appearances>();

/** The appearances known so far, by goal. A page offers the same candidates each time it is seen. */
export function appearancesOn(page: PageWords): (goal: string) => Appearances {
  let found = appearancesByPage.get(page);
  if (!found) {
    found = memoizeText((): Appearances => new Map(), KEPT_APPEARANCES);
    appearancesByPage.set(page, found);
  }
  return found;
}

export function describeAppearance(
  goal: GoalWords,
  page: PageWords,
  nodes: readonly PageNode[],
  candidate: Candidate,
): Appearance {
  const { action, node } = candidate;
  const kind = kindHash(action);
  const role = node < 0 ? 0 : (page.roles[node] as number);
  let words = page.names[node] ?? NO_WORDS;
  let key = nameKey(page, node, goal);
  let shape = 0;
  let own: Match;
  if (action.kind === "stop") {
    const label = node < 0 ? -1 : (page.structure.labels[node] as number);
    own = bestMatch(goal, wordHashes(action.answer));
    shape = mix(answerShape(action.answer), hashText(candidate.part ?? action.answer));
    key = nameKey(page, label, goal);
    words = page.names[label] ?? NO_WORDS;
  } else if (action.kind === "type") {
    own = { level: 3, entity: candidate.span ? goal.entityOf(candidate.span) : -1 };
    if (own.entity >= 0)
      own.level = matchLevel(
        (goal.entities[own.entity] as { words: Int32Array }).words,
        wordHashes(action.text),
      );
    shape = Number(action.submit);
  } else if (action.kind === "select") {
    const option = page.names[candidate.option] as Int32Array;
    own = bestMatch(goal, option);
    shape = textKey(option, page.numeric[candidate.option] as Uint8Array, goal);
  } else own = bestMatch(goal, words);
  const around = node < 0 ? { level: 0, entity: -1 } : bestAround(goal, wordsAround(page, node));
  return {
    candidate,
    kind,
    role,
    key,
    own,
    around,
    words,
    names: words.subarray(0, 2).filter((word) => !goal.entityWords.has(word)),
    shape,
    target: targetKey(action, page, node),
    shared: sharedWords(goal, words),
    described: mix(kind, role, key, shape),
    place: placeOf(goal, page, nodes, node),
    argument: candidate.span && {
      cue: hashText(candidate.span.cue) | 0,
      kind: hashText(candidate.span.kind) | 0,
    },
  };
}

function placeOf(
  goal: GoalWords,
  page: PageWords,
  nodes: readonly PageNode[],
  index: number,
): Place | null {
  const node = nodes[index];
  if (!node) return null;
  const { headings, landmarks } = page.structure;
  return {
    heading: nameKey(page, headings[index] as number, goal),
    landmark: page.roles[landmarks[index] as number] ?? 0,
    state: stateBits(node.states),
    content: node.value === undefined ? 0 : node.value === "" ? 1 : 2,
  };
}

function sign(value: boolean | "mixed" | undefined): number {
  return value === undefined ? 0 : value === false ? 1 : 2;
}

function stateBits(states: PageNode["states"]): number {
  const { checked, expanded, selected, pressed, focused } = states;
  return mix(sign(checked), sign(expanded), sign(selected), sign(pressed) * 2 + (focused ? 1 : 0));
}

function bestAround(goal: GoalWords, words: ReadonlySet<number>): Match {
  const best = { level: 0, entity: -1 };
  for (const [entity, { words: wanted }] of goal.entities.entries()) {
    const level = coverLevel(wanted, words);
    if (level > best.level) {
      best.level = level;
      best.entity = entity;
    }
  }
  return best;
}

/** Form of an answer: currency and digits kept as signs, words only counted. */
function answerShape(answer: string): number {
  if (answer.length > 80) return 99;
  const digits = answer.replace(/\d[\d.,]*/g, "#");
  if (digits.includes("#")) return hashText(digits.replace(/\p{L}+/gu, "w")) | 0;
  return Math.min(answer.split(/\s+/).length, 8) + (/^\p{Lu}/u.test(answer) ? 20 : 0);
}

/** Of the words of a name: 0 none is in the goal outside its entities, 1 some, 2 all. */
function sharedWords(goal: GoalWords, words: Int32Array): number {
  let found = 0;
  for (const word of words) if (goal.wordSet.has(word)) found++;
  return found === 0 ? 0 : found === words.length ? 2 : 1;
}
