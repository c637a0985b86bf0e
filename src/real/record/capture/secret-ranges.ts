/** Where known values stand in texts that follow one another, also in parts: `<b>se</b>cret`, `4539 5787`. */

export interface SecretRange {
  /** Number of the text. */
  text: number;
  start: number;
  end: number;
}

/** A shorter value, with gaps in it, also occurs by chance. */
const LEAST_WITH_GAPS = 8;
/** Blanks, hyphens, and characters without a width, such as a soft hyphen. */
const GAP = /[\s\p{Cf}\u2010-\u2013-]/u;

/** Upper and lower case are the same: styles change them. */
export function secretRanges(texts: readonly string[], values: readonly string[]): SecretRange[] {
  const whole = texts.flatMap(lowerCharacters);
  const solid = [...whole.keys()].filter((at) => !GAP.test(whole[at] as string));
  const plainText = whole.join("");
  const solidText = solid.map((at) => whole[at]).join("");
  const toRanges = rangesIn(texts);
  return values.flatMap((value) => {
    const characters = lowerCharacters(value);
    const short = characters.filter((character) => !GAP.test(character)).join("");
    return short.length < LEAST_WITH_GAPS
      ? occurrences(plainText, characters.join("")).flatMap(([start, end]) => toRanges(start, end))
      : occurrences(solidText, short).flatMap(([start, end]) =>
          toRanges(solid[start] as number, (solid[end - 1] as number) + 1),
        );
  });
}

/** As many as the text has code units. */
function lowerCharacters(text: string): string[] {
  return text.split("").map((character) => {
    const lower = character.toLowerCase();
    return lower.length === 1 ? lower : character;
  });
}

function occurrences(text: string, value: string): [start: number, end: number][] {
  const found: [number, number][] = [];
  if (value === "") return found;
  for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1))
    found.push([at, at + value.length]);
  return found;
}

/** @returns what a range of all texts in a row is in each of them */
function rangesIn(texts: readonly string[]): (start: number, end: number) => SecretRange[] {
  let length = 0;
  const starts = texts.map((text) => {
    length += text.length;
    return length - text.length;
  });
  return (start, end) =>
    texts.flatMap((text, number) => {
      const from = Math.max(0, start - (starts[number] as number));
      const to = Math.min(text.length, end - (starts[number] as number));
      return from < to ? [{ text: number, start: from, end: to }] : [];
    });
}
