/** Kinds whose values are numbers: plain numbers, currency, yes and no, months. */

import { cleanText } from "./clean-text.ts";
import { readDate } from "./read-date.ts";
import { readNumberWords } from "./number-words.ts";
import { isEmpty, toNumber, toText } from "./python-text.ts";
import { type ReadContext, UnreadableValue, type ValueKind } from "./typed-value.ts";

/** Python's `float(text)` of ASCII text. */
const FLOAT = /^[+-]?(\d+(_\d+)*\.?(\d+(_\d+)*)?|\.\d+(_\d+)*)(e[+-]?\d+)?$/u;
const INFINITE = /^[+-]?inf(inity)?$/u;

/** @returns null where Python's `float` raises an error */
export function parseFloatText(text: string): number | null {
  const plain = text.trim().toLowerCase();
  if (FLOAT.test(plain)) return Number(plain.replaceAll("_", ""));
  if (INFINITE.test(plain)) return plain.startsWith("-") ? -Infinity : Infinity;
  return /^[+-]?nan$/u.test(plain) ? Number.NaN : null;
}

function readText(raw: unknown, context: ReadContext, what: string): string {
  const value = typeof raw === "string" ? cleanText(raw, context) : raw;
  if (isEmpty(value) && toNumber(value) === null)
    throw new UnreadableValue(`expected ${what}, got nothing`);
  return toText(value);
}

export const NUMBER: ValueKind<number> = {
  name: "Number",
  read(raw, context) {
    const number = toNumber(raw);
    if (number !== null) return number;
    const text = readText(raw, context, "a number");
    return parseFloatText(text.replaceAll(/[, ]/gu, "")) ?? readNumberWords(text);
  },
  equal: (expected, found) => expected === found,
  show: (value) => value,
};

/** Money, without its unit. Amounts are equal up to 0.1. */
export const CURRENCY: ValueKind<number> = {
  name: "Currency",
  comparesFirstOnly: true,
  read(raw, context) {
    const text = readText(raw, context, "an amount of money");
    const isNegative = text.startsWith("-");
    const amount = readAmount(isNegative ? text.replaceAll("-", "") : text);
    if (amount === null) throw new UnreadableValue(`expected an amount of money, got ${text}`);
    return isNegative ? -amount : amount;
  },
  equal: differAtMostByTenth,
  show: (value) => String(value),
};

/** Compares decimals, not binary numbers: 36.49 and 36.39 differ by exactly 0.1. */
function differAtMostByTenth(one: number, other: number): boolean {
  const places = Math.max(1, placesOf(one), placesOf(other));
  const difference = scaled(one, places) - scaled(other, places);
  return (difference < 0n ? -difference : difference) <= 10n ** BigInt(places - 1);
}

const decimalText = (value: number): string =>
  value.toLocaleString("en-US", { useGrouping: false, maximumFractionDigits: 20 });

function placesOf(value: number): number {
  return decimalText(value).split(".")[1]?.length ?? 0;
}

function scaled(value: number, places: number): bigint {
  const [whole = "0", decimals = ""] = decimalText(value).split(".");
  return BigInt(`${whole}${decimals.padEnd(places, "0")}`);
}

/** The first number of a text that is not a percentage. The last of `.` and `,` separates the decimals. */
function readAmount(text: string): number | null {
  const separator = text.lastIndexOf(".") > text.lastIndexOf(",") ? "." : ",";
  const found = /([.]?\d[\d\s.,']*)\s*?(?:[^%\d]|$)/u.exec(text)?.[1];
  if (found === undefined) return text.includes("free") ? 0 : null;
  const trimmed = found.replace(/[,.]+$/u, "").replaceAll("'", "");
  const number = trimmed.split(".").length === 2 ? trimmed : trimmed.replace(/^[,.]+/u, "");
  const digits = number.replaceAll(/\s/gu, "");
  const decimal =
    separator === "."
      ? digits.replaceAll(",", "")
      : digits.replaceAll(".", "").replaceAll(",", ".");
  return /^(\d+\.?\d*|\.\d+)$/u.test(decimal) ? Number(decimal) : null;
}

const YES = ["true", "yes", "y", "1", "t", "on"];
const NO = ["false", "no", "n", "0", "f", "off"];

export const BOOLEAN: ValueKind<boolean> = {
  name: "Boolean",
  read(raw, context) {
    const number = toNumber(raw);
    if (number !== null) return number !== 0;
    const text = typeof raw === "string" ? cleanText(raw, context) : "";
    if (YES.includes(text)) return true;
    if (NO.includes(text)) return false;
    throw new UnreadableValue(`expected yes or no, got ${toText(raw)}`);
  },
  equal: (expected, found) => expected === found,
  show: (value) => value,
};

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

export const MONTH: ValueKind<string> = {
  name: "Month",
  read(raw, context) {
    const written = toNumber(raw);
    const text = written === null ? readText(raw, context, "a month") : "";
    const number = written ?? (/^[+-]?\d+$/u.test(text) ? Number(text) : null);
    // A date without a month is a date in January: so the reference reads `5.0`.
    const month = number ?? readDate(text).month ?? 1;
    const name = MONTHS[month - 1];
    if (name === undefined) throw new UnreadableValue(`expected a month, got ${toText(raw)}`);
    return name;
  },
  equal: (expected, found) => expected === found,
  show: (value) => value,
};
