/**
 * The tokens that NLTK's `word_tokenize` gives for a lower-case text, after its documented rules for English. WebArena
 * compares them with a reference of one character. Left out: contractions, which hold no such token, and the list of
 * abbreviations, which only decides where words of several letters lose their full stop.
 */

/** Each rule puts spaces around what becomes a token of its own. Their order matters. */
const RULES: readonly (readonly [RegExp, string])[] = [
  [/([«“‘„]|`+)/gu, " $1 "],
  [/^"/u, "`` "],
  [/([ ([{<])("|'{2})/gu, "$1 `` "],
  [/(?<!\w)'(?!(?:re|ve|ll|m|t|s|d|n)\b)(?=\w)/gu, "' "],
  [/([^.])(\.)([\])}>"'»”’ ]*)\s*$/u, "$1 $2 $3 "],
  [/([:,])([^\d])/gu, " $1 $2"],
  [/([:,])$/u, " $1 "],
  [/\.{2,}/gu, " $& "],
  [/[;@#$%&]/gu, " $& "],
  [/[\u2012-\u2015]/gu, " $& "],
  [/[?!]/gu, " $& "],
  [/([^'])' /gu, "$1 ' "],
  [/\*/gu, " $& "],
  [/[\][(){}<>]/gu, " $& "],
  [/--/gu, " -- "],
];
const QUOTES_AT_ENDS: readonly (readonly [RegExp, string])[] = [
  [/([»”’])/gu, " $1 "],
  [/''/gu, " '' "],
  [/"/gu, " '' "],
  [/\s+/gu, " "],
  [/([^' ])('[smd]|') /gu, "$1 $2 "],
];

export function nltkTokens(text: string): string[] {
  return sentencesOf(text).flatMap((sentence) => {
    let spaced = sentence;
    for (const [pattern, spacing] of RULES) spaced = spaced.replace(pattern, spacing);
    spaced = ` ${spaced} `;
    for (const [pattern, spacing] of QUOTES_AT_ENDS) spaced = spaced.replace(pattern, spacing);
    return spaced.split(/\s+/u).filter((token) => token !== "");
  });
}

/** A full stop after a number ends no sentence when a lower-case word follows: `0. that` keeps the token `0.`. */
function sentencesOf(text: string): string[] {
  return text.split(/(?<=[?!][)\]"'»”’]*)\s+|(?<=(?<!\d)\.[)\]"'»”’]*)\s+|(?<=\d\.)\s+(?!\p{Ll})/u);
}
