/** WebArena's rules for text: cleaning, equality, containment, and its rule for one-character phrases. */

import type { TextCondition } from "../core/task.ts";
import { allOf, failed, passed, quote, unknown, type Verdict } from "./verdict.ts";

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
 * Passes when every phrase occurs. ` |OR| ` inside a phrase separates alternatives. WebArena ignores it in answers, so
 * its task 386 cannot be solved there.
 *
 * @param tokenizeSingle WebArena's rule for answers: a single phrase of one character must be a whole token, so that
 *   `5` is not found in `15`. It does not apply to pages.
 */
export function mustInclude(
  phrases: readonly string[],
  text: string,
  { tokenizeSingle }: { tokenizeSingle: boolean },
): Verdict {
  const cleaned = cleanText(text);
  const tokens = tokenizeSingle && phrases.length === 1 ? new Set(tokenize(cleaned)) : null;
  const occurs = (alternative: string): boolean => {
    const wanted = cleanText(alternative);
    return tokens !== null && wanted.length === 1 ? tokens.has(wanted) : cleaned.includes(wanted);
  };
  return allOf(
    phrases.map((phrase) =>
      phrase.split(OR).some(occurs)
        ? passed(`${quote(phrase)} occurs`)
        : failed(`expected ${quote(phrase)} to occur, got ${quote(text)}`),
    ),
  );
}

/** The condition on the text of a page. Fuzzy references stay open: no judge sees pages. */
export function meetsOnPage(required: TextCondition, text: string): Verdict {
  return allOf([
    ...(required.exactMatch === undefined ? [] : [exactMatch(required.exactMatch, text)]),
    ...(required.mustInclude === undefined
      ? []
      : [mustInclude(required.mustInclude, text, { tokenizeSingle: false })]),
    ...(required.fuzzyMatch === undefined
      ? []
      : [unknown("fuzzy_match of a page's text is not supported")]),
  ]);
}
