/** Kinds with a tolerance: dates are exact, durations and distances may differ a little. */

import { cleanText } from "./clean-text.ts";
import { parseFloatText } from "./number-values.ts";
import { isEmpty, toText } from "./python-text.ts";
import { readDate } from "./read-date.ts";
import { type ReadContext, UnreadableValue, type ValueKind } from "./typed-value.ts";

function readMeasure(raw: unknown, context: ReadContext, what: string): string {
  const text = typeof raw === "string" ? cleanText(raw, context) : toText(raw);
  if (isEmpty(raw) || parseFloatText(text) !== null)
    throw new UnreadableValue(`expected ${what} with its unit, got ${text}`);
  return text;
}

/** With room for what decimals lose as binary numbers. */
function isWithin(one: number, other: number, tolerance: number): boolean {
  return Math.abs(one - other) <= tolerance + 1e-9;
}

/** Year, month and day. A date that leaves one of them out is not a date: the reference would take today's. */
export const DATE: ValueKind<string> = {
  name: "Date",
  read(raw, context) {
    if (typeof raw !== "string") throw new UnreadableValue(`expected a date, got ${toText(raw)}`);
    const text = cleanText(raw, context).replaceAll(/,(?! )/gu, ", ");
    const { year, month, day } = readDate(text);
    if (year === null || month === null || day === null)
      throw new UnreadableValue(`expected a whole date, got ${text}`);
    const digits = (value: number, length: number): string => String(value).padStart(length, "0");
    return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
  },
  equal: (expected, found) => expected === found,
  show: (value) => value,
};

const part = (name: string, units: string): string => `(?<${name}>[\\d.]+)\\s*(?:${units})`;
const YEARS = part("years", "ys?|yrs?.?|years?");
const MONTHS = part("months", "mos?.?|mths?.?|months?");
const WEEKS = part("weeks", "w|wks?|weeks?");
const DAYS = part("days", "d|dys?|days?");
const HOURS = part("hours", "h|hrs?|hours?");
const MINUTES = part("minutes", "m|mins?|minutes?");
const SECONDS = part("seconds", "s|secs?|seconds?");
const MILLISECONDS = part("milliseconds", "ms|msecs?|millis|milliseconds?");
const optional = (pattern: string): string => `(?:${pattern}\\s*(?:[,/]\\s*)?)?`;
const CLOCK_SECONDS = "(?<seconds>\\d{2}(?:\\.\\d+)?)";
const CLOCK = `(?<minutes>\\d{2}):${CLOCK_SECONDS}`;
const BELOW_MONTHS = `${[WEEKS, DAYS, HOURS, MINUTES].map(optional).join("\\s*")}\\s*(?:${SECONDS})?\\s*(?:${MILLISECONDS})?`;

/** The forms of Python's pytimeparse2, in its order. */
const DURATIONS = [
  `${optional(YEARS)}\\s*${optional(MONTHS)}\\s*${BELOW_MONTHS}`,
  `(?<minutes>\\d{1,2}):${CLOCK_SECONDS}`,
  `${optional(WEEKS)}\\s*${optional(DAYS)}\\s*(?<hours>\\d+):${CLOCK}`,
  `(?<days>\\d+):(?<hours>\\d{2}):${CLOCK}`,
  `:${CLOCK_SECONDS}`,
].map((form) => new RegExp(`^\\s*${form}\\s*$`, "iu"));

const SECONDS_IN: Readonly<Record<string, number>> = {
  years: 31_536_000,
  months: 2_592_000,
  weeks: 604_800,
  days: 86_400,
  hours: 3600,
  minutes: 60,
  seconds: 1,
  milliseconds: 0.001,
};

/** In seconds: three minutes or a tenth of the longer one may be missing. */
export const DURATION: ValueKind<number> = {
  name: "Duration",
  read(raw, context) {
    const text = readMeasure(raw, context, "a duration");
    // "1:35 hours" is not a minute and 35 seconds.
    const [, sign = "", unsigned = ""] =
      /^\s*([+|-])?\s*(.*)$/u.exec(text.replaceAll(/(\d+):(\d+)\s*hours?/gu, "$1h$2m")) ?? [];
    const groups = DURATIONS.map((form) => form.exec(unsigned)?.groups).find(
      (found) => found !== undefined,
    );
    if (groups === undefined || unsigned.trim() === "")
      throw new UnreadableValue(`expected a duration, got ${text}`);
    const parts = Object.entries(groups).filter(([, value]) => value !== undefined);
    const seconds = parts.reduce(
      (sum, [unit, value]) => sum + readPart(value) * (SECONDS_IN[unit] as number),
      0,
    );
    return sign === "-" ? -seconds : seconds;
  },
  equal: (expected, found) =>
    isWithin(expected, found, Math.max(180, 0.1 * Math.max(expected, found))),
  show: (seconds) => `PT${seconds}S`,
};

function readPart(value: string): number {
  const number = parseFloatText(value);
  if (number === null) throw new UnreadableValue(`expected a number, got ${value}`);
  return number;
}

/** @param names each line has a factor and the names that it stands for */
const byName = (names: readonly [number, string][]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    names.flatMap(([factor, words]) => words.split(" ").map((word) => [word, factor])),
  );

const METRES = byName([
  [1, "m meter meters metre metres"],
  [1609.344, "mi mile miles"],
  [1852, "nmi nautical_mile nautical_miles"],
  [0.9144, "yd yard yards"],
  [0.3048, "ft foot feet"],
  [0.0254, "in inch inches"],
]);
const PREFIXES = byName([
  [1e3, "k kilo"],
  [100, "h hecto"],
  [10, "da deca"],
  [0.1, "d deci"],
  [0.01, "c centi"],
  [1e-3, "m milli"],
  [1e-6, "u micro"],
]);

/** In metres: ten metres or two hundredths of the longer one may be missing. */
export const DISTANCE: ValueKind<number> = {
  name: "Distance",
  read(raw, context) {
    const text = readMeasure(raw, context, "a distance")
      .replaceAll(/(\d+(?:\.\d+)?)\s*k(?=\s|$)/gu, "$1 km")
      .replaceAll(",", "");
    const [, amount = "", divisor = "1", unit = ""] =
      /^\(?([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*(?:\/\s*(\d+))?\s*\*?\s*([a-z_]+)\.?\)?$/u.exec(
        text,
      ) ?? [];
    const metres = metresOf(unit);
    if (metres === null) throw new UnreadableValue(`expected a distance, got ${text}`);
    return (Number(amount) / Number(divisor)) * metres;
  },
  equal: (expected, found) =>
    isWithin(expected, found, Math.max(10, 0.02 * Math.max(expected, found))),
  show: (value) => String(value),
};

/** Only the metre takes prefixes here: a `min` is not a thousandth of an inch. @returns null for other units */
function metresOf(unit: string): number | null {
  if (METRES[unit] !== undefined) return METRES[unit];
  const metre = /^(.+?)(?:m|met(?:er|re)s?)$/u.exec(unit)?.[1];
  return PREFIXES[metre ?? ""] ?? null;
}
