/** The numbers that a browser draws in front of list items. In a list they do not become nodes. */

import { isTag, type Element } from "domhandler";
import { attribute, hasAttribute } from "./dom.ts";
import { roleOf } from "./roles.ts";

/**
 * The number of an item whose numbered list has another role: a browser shows it as text. Empty in a list. Bullets are
 * left out everywhere.
 */
export function shownMarker(item: Element): string {
  const list = item.parent;
  if (list === null || !isTag(list) || list.name !== "ol" || roleOf(list) === "list") return "";
  const number = numberOf(item, list);
  switch (attribute(item, "type") ?? attribute(list, "type")) {
    case "a":
      return `${letters(number)}.`;
    case "A":
      return `${letters(number).toUpperCase()}.`;
    case "i":
      return `${roman(number).toLowerCase()}.`;
    case "I":
      return `${roman(number)}.`;
    default:
      return `${number}.`;
  }
}

/** As HTML counts (4.4.8): `start`, `reversed`, and `value` of an item. */
function numberOf(item: Element, list: Element): number {
  const items = list.children.filter((node): node is Element => isTag(node) && node.name === "li");
  const isReversed = hasAttribute(list, "reversed");
  let number = integer(attribute(list, "start")) ?? (isReversed ? items.length : 1);
  for (const each of items) {
    number = integer(attribute(each, "value")) ?? number;
    if (each === item) break;
    number += isReversed ? -1 : 1;
  }
  return number;
}

function integer(text: string | undefined): number | null {
  const number = Number.parseInt(text ?? "", 10);
  return Number.isNaN(number) ? null : number;
}

/** 1 is `a`, 27 is `aa`. Numbers below 1 have no letters. */
function letters(number: number): string {
  if (number < 1) return String(number);
  let text = "";
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26))
    text = String.fromCodePoint(97 + ((rest - 1) % 26)) + text;
  return text;
}

const ROMAN: readonly [number, string][] = [
  [1000, "M"],
  [900, "CM"],
  [500, "D"],
  [400, "CD"],
  [100, "C"],
  [90, "XC"],
  [50, "L"],
  [40, "XL"],
  [10, "X"],
  [9, "IX"],
  [5, "V"],
  [4, "IV"],
  [1, "I"],
];

/** Numbers from 1 to 3999 have Roman numerals. */
function roman(number: number): string {
  if (number < 1 || number > 3999) return String(number);
  let [text, rest] = ["", number];
  for (const [size, sign] of ROMAN) for (; rest >= size; rest -= size) text += sign;
  return text;
}
