/** The answers that a page offers: its texts whole, and the parts of them that questions ask for. */

import type { PageNode } from "../../core/observation.ts";
import { memoizeText } from "./text-cache.ts";

export interface AnswerPart {
  text: string;
  part: "whole" | "after-label" | "before-label" | "number" | "price" | "date" | "percent" | "name";
}

/** Length in characters. Longer texts are prose, and only their parts are offered as answers. */
const MAX_WHOLE = 300;

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\\.?";
const DATE = new RegExp(
  `\\d{4}-\\d{2}-\\d{2}|\\d{1,2}[/.]\\d{1,2}[/.]\\d{2,4}|${MONTH}\\s+\\d{1,2}(?:st|nd|rd|th)?,?\\s+\\d{4}|\\d{1,2}\\.?\\s+${MONTH}\\s+\\d{4}`,
  "g",
);
const PRICE = /[$€£]\s?\d[\d,]*(?:\.\d+)?|\d[\d,]*(?:[.,]\d+)?\s?(?:[€£]|USD|EUR|GBP)(?!\w)/g;
const PERCENT = /\d+(?:\.\d+)?\s?%/g;
const NUMBER = /(?<![\w$€£.,#-])#?\d[\d,]*(?:\.\d+)?(?![\w%€£]|[.,]\d)/g;
/** "by Ann Lee", "from Ann": the person, up to the end, the next mark, or a small word of time and place. */
const BY =
  /\b(?:by|from|to|in|on|of|for|with)\s+((?:\/?[\p{L}\p{N}][\p{L}\p{N}_.'’/-]*)(?:\s+\p{Lu}[\p{L}\p{N}_.'’-]*)*)/gu;

/** The possible answers in a node's texts. */
export function answerParts({ name, value = "" }: PageNode): readonly AnswerPart[] {
  return value === "" ? partsOfText(name) : [...partsOfText(name), ...partsOfText(value)];
}

const partsOfText = memoizeText(findParts);

function findParts(text: string): readonly AnswerPart[] {
  if (text === "") return [];
  const parts: AnswerPart[] = [];
  if (text.length <= MAX_WHOLE) {
    parts.push({ text, part: "whole" });
    const colon = /^([^:]{1,60}):\s+(\S.*)$/su.exec(text);
    if (colon) parts.push({ text: colon[2] as string, part: "after-label" });
    const bracket = /^(.*\S)\s+\(([^()]+)\)$/su.exec(text);
    if (bracket) {
      parts.push({ text: bracket[1] as string, part: "before-label" });
      parts.push({ text: bracket[2] as string, part: "after-label" });
    }
    for (const piece of text.split(/\s+[|·•—–>»]\s+/u))
      if (piece !== text) parts.push({ text: piece, part: "after-label" });
  }
  const source = text.length <= MAX_WHOLE ? text : text.slice(0, MAX_WHOLE);
  const add = (pattern: RegExp, part: AnswerPart["part"]): void => {
    for (const match of source.matchAll(pattern)) parts.push({ text: match[1] ?? match[0], part });
  };
  add(DATE, "date");
  add(PRICE, "price");
  add(PERCENT, "percent");
  add(NUMBER, "number");
  add(BY, "name");
  const seen = new Set<string>();
  return parts.filter((found) => !seen.has(found.text) && seen.add(found.text));
}
