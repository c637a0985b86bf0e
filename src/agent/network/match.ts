/** How well a text on the page matches a name in the goal. */

import type { GoalWords, SpanContext } from "./goal-words.ts";
import { NUMBER_WORD, type PageWords } from "./words.ts";
import { mix } from "./feature-writer.ts";

/** 0: none of the entity's words is there, 1: some, 2: half or more, 3: all. */
export function coverLevel(entity: Int32Array, words: ReadonlySet<number>): number {
  let found = 0;
  for (const word of entity) if (words.has(word)) found++;
  if (found === 0) return 0;
  return found === entity.length ? 3 : found * 2 >= entity.length ? 2 : 1;
}

/** Like `coverLevel` for a text in order; 4 when the text is the entity and nothing else. */
export function matchLevel(entity: Int32Array, text: Int32Array): number {
  if (text.length === 0 || entity.length === 0) return 0;
  let found = 0;
  for (const word of entity) if (text.includes(word)) found++;
  if (found === 0) return 0;
  if (found === entity.length) return text.length === entity.length ? 4 : 3;
  return found * 2 >= entity.length ? 2 : 1;
}

export interface Match {
  /** 0–4. */
  level: number;
  /** Index of the goal's entity that matches best, the first among equals; -1 for none. */
  entity: number;
}

/** The best match of a text among the goal's entities. */
export function bestMatch(goal: GoalWords, text: Int32Array): Match {
  const best = { level: 0, entity: -1 };
  for (let index = 0; index < goal.entities.length; index++) {
    const level = matchLevel((goal.entities[index] as { words: Int32Array }).words, text);
    if (level > best.level) {
      best.level = level;
      best.entity = index;
    }
  }
  return best;
}

const GOAL_NAME = 0x5eed;

/**
 * Hash of a node's name without the words of one goal: a run of words of the goal's entities becomes one sign, a number
 * another. Names of more than six words are hashed by their first six.
 */
export function nameKey(words: PageWords, index: number, goal: GoalWords): number {
  if (index < 0) return 0;
  return textKey(words.names[index] as Int32Array, words.numeric[index] as Uint8Array, goal);
}

export function textKey(text: Int32Array, numeric: Uint8Array, goal: GoalWords): number {
  let key = 17;
  let last = 0;
  for (let i = 0; i < Math.min(text.length, 6); i++) {
    const word = text[i] as number;
    const sign = goal.entityWords.has(word) ? GOAL_NAME : numeric[i] === 1 ? NUMBER_WORD : word;
    if (sign !== GOAL_NAME || last !== GOAL_NAME) key = mix(key, sign);
    last = sign;
  }
  return key;
}

/**
 * How well a field's label fits the words next to a span of the goal: 3 all of the label's words stand before the span,
 * 2 some of them, 1 some stand after it, 0 none.
 */
export function labelFit(label: Int32Array, { before, after }: SpanContext): number {
  let [found, later] = [0, 0];
  for (const word of label) {
    if (before.includes(word)) found++;
    else if (after.includes(word)) later++;
  }
  if (found > 0) return found === label.length ? 3 : 2;
  return later > 0 ? 1 : 0;
}
