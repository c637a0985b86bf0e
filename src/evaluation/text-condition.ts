/** WebArena's rules for text: cleaning, equality, containment, and its rule for one-character phrases. */

import { nltkTokens } from "./nltk-tokens.ts";
import type { ScoringProfile } from "./profile.ts";
import { allOf, failed, passed, quote, type Verdict } from "./verdict.ts";

/** Separates the alternatives of a phrase or of a reference URL. */
export const OR = " |OR| ";

/** WebArena's whole normalisation: trims, removes one pair of quotes, and lower-cases. */
export function cleanText(text: string): string {
  let cleaned = text.trim();
  if (cleaned.startsWith("'") && cleaned.endsWith("'")) cleaned = cleaned.slice(1, -1);
  else if (cleaned.startsWith('"') && cleaned.endsWith('"')) cleaned = cleaned.slice(1, -1);
  return cleaned.toLowerCase();
}

/**
 * The words and marks of a text, close to NLTK's `word_tokenize`, which WebArena uses. A mark is a token of its own:
 * `$0.00` is `$` and `0.00`, and a final full stop splits off. A mark between letters or digits joins them (`5-star`,
 * `5/5`, `1,000`), and a sign or point stays with its number (`-5`, `.5`). NLTK sometimes keeps a full stop in mid-text
 * (`0.`); this function never does.
 */
export function tokenize(text: string): string[] {
  return (
    text.match(
      /(?:[-+\u2212]?(?:(?<!\.)\.)?(?=\p{N}))?[\p{L}\p{N}_]+(?:(?:[-'./]|[,:](?=\p{N}))[\p{L}\p{N}_]+)*|\S/gu,
    ) ?? []
  );
}

export function exactMatch(reference: string, text: string): Verdict {
  const detail = `expected ${quote(reference)}, got ${quote(text)}`;
  return cleanText(reference) === cleanText(text) ? passed(detail) : failed(detail);
}

/**
 * Passes when every phrase of an answer's reference occurs. A single phrase of one character must be a whole token, so
 * that `5` is not found in `15`. `strict`: ` |OR| ` inside a phrase separates alternatives, and tokens are our own.
 * `webarena`: ` |OR| ` is text, so task 386 cannot be solved, and tokens are NLTK's.
 */
export function mustInclude(
  phrases: readonly string[],
  text: string,
  profile: ScoringProfile = "strict",
): Verdict {
  const cleaned = cleanText(text);
  const split = profile === "strict" ? tokenize : nltkTokens;
  const tokens = phrases.length === 1 ? new Set(split(cleaned)) : null;
  const occurs = (phrase: string): boolean => {
    const wanted = cleanText(phrase);
    return tokens !== null && wanted.length === 1 ? tokens.has(wanted) : cleaned.includes(wanted);
  };
  const alternatives = (phrase: string): string[] =>
    profile === "strict" ? phrase.split(OR) : [phrase];
  return allOf(
    phrases.map((phrase) => occurrence(phrase, text, alternatives(phrase).some(occurs))),
  );
}

/** The same on a page: ` |OR| ` separates alternatives in both profiles, and nothing is split into tokens. */
export function pageIncludes(phrases: readonly string[], text: string): Verdict {
  const cleaned = cleanText(text);
  return allOf(
    phrases.map((phrase) =>
      occurrence(
        phrase,
        text,
        phrase.split(OR).some((alternative) => cleaned.includes(cleanText(alternative))),
      ),
    ),
  );
}

function occurrence(phrase: string, text: string, occurs: boolean): Verdict {
  return occurs
    ? passed(`${quote(phrase)} occurs`)
    : failed(`expected ${quote(phrase)} to occur, got ${quote(text)}`);
}
