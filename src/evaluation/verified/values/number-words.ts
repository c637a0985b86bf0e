/** Numbers in English words: "two hundred and five". Words that name no number are skipped, as in the reference. */

import { UnreadableValue } from "./typed-value.ts";

const UNITS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const VALUES: ReadonlyMap<string, number> = new Map([
  ...UNITS.map((word, value): [string, number] => [word, value]),
  ...TENS.map((word, index): [string, number] => [word, 20 + 10 * index]),
  ["hundred", 100],
  ["thousand", 1e3],
  ["million", 1e6],
  ["billion", 1e9],
]);
const SCALES = ["billion", "million", "thousand"] as const;

/** @throws UnreadableValue */
export function readNumberWords(text: string): number {
  const plain = text.replaceAll("-", " ").toLowerCase();
  if (/^\d+$/u.test(plain)) return Number(plain);
  const words = plain.split(/\s+/u).filter((word) => VALUES.has(word) || word === "point");
  const repeated = [...SCALES, "point"].find(
    (word) => words.indexOf(word) !== words.lastIndexOf(word),
  );
  const [billion = -1, million = -1, thousand = -1] = SCALES.map((word) => words.indexOf(word));
  const isMixedUp =
    (thousand > -1 && (thousand < million || thousand < billion)) ||
    (million > -1 && million < billion);
  if (words.length === 0 || repeated !== undefined || isMixedUp)
    throw new UnreadableValue(`expected a number, got ${JSON.stringify(text)}`);
  const point = words.indexOf("point");
  const whole = point === -1 ? words : words.slice(0, point);
  return readWhole(whole) + (point === -1 ? 0 : readDecimals(words.slice(point + 1)));
}

function readWhole(words: readonly string[]): number {
  if (words.length === 0) return 0;
  if (words.length === 1) return VALUES.get(words[0] as string) as number;
  let sum = 0;
  let start = 0;
  for (const scale of SCALES) {
    const end = words.indexOf(scale);
    if (end === -1) continue;
    sum += readHundreds(words.slice(start, end)) * (VALUES.get(scale) as number);
    start = end + 1;
  }
  return start < words.length ? sum + readHundreds(words.slice(start)) : sum;
}

/** Up to four words: "two hundred twenty three". Of more, the first alone counts: so the reference reads them. */
function readHundreds(words: readonly string[]): number {
  const [first, second, third, fourth] = words.map((word) => VALUES.get(word) as number);
  if (first === undefined)
    throw new UnreadableValue("expected a number word before a thousand, million or billion");
  if (second === undefined || words.length > 4) return first;
  if (third === undefined) return first === 100 || second === 100 ? first * second : first + second;
  return first * second + third + (fourth ?? 0);
}

function readDecimals(words: readonly string[]): number {
  const digits = words.map((word) => UNITS.indexOf(word));
  if (digits.some((digit) => digit < 0 || digit > 9) || digits.length === 0) return 0;
  return Number(`0.${digits.join("")}`);
}
