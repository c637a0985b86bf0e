/**
 * How well each action matches the goal by words alone, as a distribution that nobody has to learn. A search mixes it
 * with the policy: "Submit a post" is worth a try where the goal says so, even if no demonstration ever submitted one.
 */

import type { Candidate } from "../candidates/candidate.ts";
import type { GoalWords } from "./goal-words.ts";
import { labelFit } from "./match.ts";
import type { PageWords } from "./words.ts";

/** Nats a matching word is worth. */
const PER_WORD = 3;
/** More matching words than these add nothing. */
const MAX_WORDS = 3;
/** What a piece of the goal is worth by its kind: a quoted text is meant to be typed, a phrase after "with" may not be. */
const BY_KIND = { quoted: 1, "after-colon": 1, capitalised: 0.5, number: 0.5, "after-cue": 0 };
/** Matching words that a field's label is worth, by its fit with the words next to the text: see `labelFit`. */
const BY_FIT = [0, 0.5, 1.5, 2.5];

/** Log weights of all candidates, up to a constant. Answers and moves through the history have none: −∞. */
export function goalAffinities(
  candidates: readonly Candidate[],
  goal: GoalWords,
  { names }: PageWords,
): Float64Array {
  const logs = new Float64Array(candidates.length);
  for (const [i, { action, node, option, span }] of candidates.entries()) {
    if (action.kind === "type")
      logs[i] =
        PER_WORD *
        (span === null
          ? 0
          : BY_KIND[span.kind] +
            (BY_FIT[labelFit(names[node] as Int32Array, goal.wordsNextTo(span))] as number));
    else if (action.kind === "select")
      logs[i] = PER_WORD * matchingWords(names[option] as Int32Array, goal);
    else if (action.kind === "click")
      logs[i] = PER_WORD * matchingWords(names[node] as Int32Array, goal);
    else logs[i] = -Infinity;
  }
  return logs;
}

/** The share of a text's words that stand in the goal, times their number, which is capped. */
function matchingWords(text: Int32Array, goal: GoalWords): number {
  let [found, words] = [0, 0];
  for (const word of text) {
    if (goal.isSilent(word)) continue;
    words++;
    if (goal.wordSet.has(word) || goal.entityWords.has(word)) found++;
  }
  return words === 0 ? 0 : (found / words) * Math.min(found, MAX_WORDS);
}
