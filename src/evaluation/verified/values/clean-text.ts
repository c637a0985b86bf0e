/**
 * The text that comparisons see: no trade marks, one form of each character, ASCII where a character has a usual
 * ASCII form, single spaces, lower case. Patterns stay as they are.
 */

import { isPattern } from "./pattern.ts";
import type { ReadContext } from "./typed-value.ts";

const MARKS = /[\u2122\u00AE\u2120\u00A9]/gu;
const HYPHENS = "[-\\u2010-\\u2015\\u2212\\u00AD]";
/** Next to a letter a hyphen separates words; between digits it stays: `123-4567`. */
const WORD_HYPHEN = new RegExp(`(?<=[a-zA-Z])${HYPHENS}|${HYPHENS}(?=[a-zA-Z])`, "gu");

/** Characters that have an ASCII form but no decomposition into one, each with its form behind it. */
const ASCII_FORMS: ReadonlyMap<string, string> = new Map(
  [
    `‘' ’' ‚, ‛' “" ”" „,, ‟" ′' ‵\` ‐- ‑- ‒- –- —-- ―-- −- «<< »>> ‹< ›> •* ·* †+ ‡++ ×x ÷/ ±+-`,
    "°deg µm ⁄/ ∕/ ∗* ¡! ¿? ¦| §SS ¶P ¬! ‰%0 ∼~ ¢C/ £PS ¤$? ¥Y= €EUR ₹Rs ₽R ₩W ÆAE æae ŒOE œoe ØO",
    "øo ßss ẞSs ĐD đd ÐD ðd ÞTh þth ŁL łl ıi ĦH ħh ŦT ŧt ŊNG ŋng ĸk ←- →- ↑| ↓|",
  ]
    .join(" ")
    .split(" ")
    .map((entry) => [entry.charAt(0), entry.slice(1)]),
);

export function cleanText(
  text: string,
  { toPlaceholder }: Pick<ReadContext, "toPlaceholder">,
): string {
  if (text === "" || isPattern(text)) return text;
  const placed =
    toPlaceholder !== null && text.includes("http") ? toPlaceholder(text, false) : text;
  const oneForm = placed.replaceAll(MARKS, "").normalize("NFKC").replaceAll(WORD_HYPHEN, " ");
  const visible = oneForm.replaceAll(/[\t\n\r]/gu, " ").replaceAll(/\p{C}/gu, "");
  return toAscii(visible).trim().replaceAll(/\s+/gu, " ").toLowerCase();
}

/** Letters without an ASCII form stay: a Chinese name equals itself and no other. Other characters are left out. */
function toAscii(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  return text
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^\p{ASCII}]/gu, (character) => ASCII_FORMS.get(character) ?? character)
    .replaceAll(/[^\p{ASCII}\p{L}\p{N}]/gu, "");
}
