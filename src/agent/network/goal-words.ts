/**
 * A goal as a policy reads it: its entities (names, numbers and quoted texts), and the words that say what to do with
 * them. The policy learns only the latter as words. It learns entities as "the thing that the goal names".
 */

import { hashText } from "../../core/random.ts";
import { findGoalSpans, type GoalSpan } from "../candidates/candidate-spans.ts";
import { wordHashes } from "./words.ts";

interface GoalEntity {
  span: GoalSpan;
  words: Int32Array;
  /** Hash of the word before it. */
  cue: number;
}

export interface GoalWords {
  /** In the goal's order; at most `MAX_ENTITIES`. */
  entities: GoalEntity[];
  /** Index of the entity by word. */
  entityWords: Map<number, number>;
  /** Different words outside of entities, function words left out; at most `MAX_WORDS`. */
  words: Int32Array;
  /** All words outside of entities, for lookup. */
  wordSet: Set<number>;
  /** Hash of the goal with every entity replaced by one sign: the kind of task. */
  signature: number;
  /** Index of the entity that a span of the goal lies in, or -1. */
  entityOf(span: GoalSpan): number;
  /** Whether a word is a function word, which says nothing. */
  isSilent(word: number): boolean;
  /** The words next to a span, up to its neighbours: they often name the field that it belongs in. */
  wordsNextTo(span: GoalSpan): SpanContext;
}

/** Words next to a span of the goal, function words left out. */
export interface SpanContext {
  /** The last `NEAR` before it. */
  before: Int32Array;
  /** The first `NEAR` after it. */
  after: Int32Array;
}

const NEAR = 3;

const MAX_ENTITIES = 5;
const MAX_WORDS = 12;
const SILENT = new Set(
  wordHashes("a an and are at be by for i in is it its of on or that the there this to with"),
);

export function analyzeGoal(goal: string): GoalWords {
  const chosen: GoalSpan[] = [];
  for (const span of findGoalSpans(goal)) {
    if (span.kind === "after-cue") continue;
    if (chosen.every((other) => span.end <= other.start || other.end <= span.start))
      chosen.push(span);
  }
  chosen.sort((a, b) => a.start - b.start);
  const entities = chosen.slice(0, MAX_ENTITIES).map((span) => ({
    span,
    words: wordHashes(span.text),
    cue: hashText(span.cue) | 0,
  }));
  const entityWords = new Map<number, number>();
  for (const [index, { words }] of entities.entries())
    for (const word of words)
      if (!SILENT.has(word) && !entityWords.has(word)) entityWords.set(word, index);
  let rest = goal;
  for (const { start, end } of [...chosen].reverse())
    rest = `${rest.slice(0, start)} _ ${rest.slice(end)}`;
  const wordSet = new Set(wordHashes(rest));
  for (const word of wordHashes("_")) wordSet.delete(word);
  const words = [...wordSet].filter((word) => !SILENT.has(word)).slice(0, MAX_WORDS);
  return {
    entities,
    entityWords,
    words: Int32Array.from(words),
    wordSet,
    signature: wordHashes(rest).reduce((hash, word) => (Math.imul(hash, 31) + word) | 0, 7),
    entityOf: (span) =>
      entities.findIndex((entity) => span.start < entity.span.end && entity.span.start < span.end),
    isSilent: (word) => SILENT.has(word),
    wordsNextTo: memoizeContext(goal, chosen),
  };
}

function memoizeContext(
  goal: string,
  chosen: readonly GoalSpan[],
): (span: GoalSpan) => SpanContext {
  const known = new Map<string, SpanContext>();
  const spoken = (text: string): Int32Array => wordHashes(text).filter((word) => !SILENT.has(word));
  return (span) => {
    const place = `${span.start}-${span.end}`;
    let context = known.get(place);
    if (context === undefined) {
      const from = Math.max(0, ...chosen.map(({ end }) => (end <= span.start ? end : 0)));
      const to = Math.min(
        goal.length,
        ...chosen.map(({ start }) => (start >= span.end ? start : goal.length)),
      );
      context = {
        before: spoken(goal.slice(from, span.start)).slice(-NEAR),
        after: spoken(goal.slice(span.end, to)).slice(0, NEAR),
      };
      known.set(place, context);
    }
    return context;
  };
}
