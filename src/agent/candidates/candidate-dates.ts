/** The dates and times of a goal, in the form that a date or time field accepts. */

import type { GoalSpan } from "./candidate-spans.ts";

export interface DateSpan {
  /** Where and how the goal says it. */
  span: GoalSpan;
  /** In the form of HTML's fields: `2024-03-05`, `2024-03`, `15:30`, `2024-03-05T15:30`. */
  value: string;
  kind: "day" | "month" | "time" | "moment";
}

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const MONTH =
  "(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|" +
  "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
const DAY = "(?<day>\\d{1,2})(?:st|nd|rd|th)?";
const YEAR = "(?<year>\\d{4})";
const NUMBER_END = "(?![\\d/-])";

/** The first part of `1/2/2024` is the month, as in the goals of benchmarks, unless it is too large. */
const DAYS = [
  `${YEAR}[-/](?<month>\\d{1,2})[-/](?<day>\\d{1,2})${NUMBER_END}`,
  `(?<first>\\d{1,2})/(?<second>\\d{1,2})/${YEAR}`,
  `(?<day>\\d{1,2})\\.(?<month>\\d{1,2})\\.${YEAR}(?!\\.?\\d)`,
  `${MONTH}\\s+${DAY},?\\s+${YEAR}`,
  `${DAY}\\s+(?:of\\s+)?${MONTH},?\\s+${YEAR}`,
].map(bounded);
const WHOLE_MONTHS = [`${MONTH},?\\s+${YEAR}`, `${YEAR}-(?<month>\\d{2})${NUMBER_END}`].map(
  bounded,
);
const TIMES = [
  "(?<hour>\\d{1,2})(?::(?<minute>\\d{2}))?\\s*(?<half>[ap])\\.?m\\b\\.?",
  "(?<hour>\\d{1,2}):(?<minute>\\d{2})(?![\\d:])",
].map(bounded);

function bounded(pattern: string): RegExp {
  return new RegExp(`(?<![\\d./-]|\\p{L})${pattern}`, "giu");
}

/** In the goal's order, each value once. A day and a time make a moment, the first of each. */
export function findGoalDates(goal: string): DateSpan[] {
  const taken: GoalSpan[] = [];
  const days = findAll(goal, { kind: "day", patterns: DAYS, valueOf: dayOf }, taken);
  const times = findAll(goal, { kind: "time", patterns: TIMES, valueOf: timeOf }, taken);
  const months = findAll(goal, { kind: "month", patterns: WHOLE_MONTHS, valueOf: monthOf }, taken);
  const [day, time] = [days[0], times[0]];
  const moment: DateSpan[] =
    day === undefined || time === undefined
      ? []
      : [{ span: day.span, value: `${day.value}T${time.value}`, kind: "moment" }];
  return [...days, ...times, ...moment, ...months];
}

interface DateReader {
  kind: DateSpan["kind"];
  patterns: readonly RegExp[];
  /** Null for a date or time that does not exist. */
  valueOf: (parts: Parts) => string | null;
}

type Parts = Record<string, string | undefined>;

/** @param taken places that something else was read from; those of the matches are added */
function findAll(
  goal: string,
  { kind, patterns, valueOf }: DateReader,
  taken: GoalSpan[],
): DateSpan[] {
  const found = new Map<string, DateSpan>();
  for (const pattern of patterns)
    for (const { 0: text, index: start, groups = {} } of goal.matchAll(pattern)) {
      const end = start + text.length;
      if (taken.some((other) => start < other.end && other.start < end)) continue;
      const span: GoalSpan = { text, kind: "number", start, end, cue: "" };
      taken.push(span);
      const value = valueOf(groups);
      if (value !== null && !found.has(value)) found.set(value, { span, value, kind });
    }
  return [...found.values()].sort((a, b) => a.span.start - b.span.start);
}

function monthNumber({ month = "" }: Parts): number {
  const named = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
  return named === -1 ? Number(month) : named + 1;
}

function dayOf(parts: Parts): string | null {
  const { first, second, day } = parts;
  if (first === undefined) return date(parts, monthNumber(parts), Number(day));
  return date(parts, Number(first), Number(second)) ?? date(parts, Number(second), Number(first));
}

function date({ year = "" }: Parts, month: number, day: number): string | null {
  const value = `${year}-${twoDigits(month)}-${twoDigits(day)}`;
  const parsed = new Date(`${value}T00:00Z`);
  return !Number.isNaN(parsed.valueOf()) && parsed.toISOString().startsWith(value) ? value : null;
}

function monthOf(parts: Parts): string | null {
  const month = monthNumber(parts);
  return month >= 1 && month <= 12 ? `${parts["year"]}-${twoDigits(month)}` : null;
}

function timeOf({ hour: written, minute = "00", half }: Parts): string | null {
  let hour = Number(written);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return null;
    hour = (hour % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  }
  return hour < 24 && Number(minute) < 60 ? `${twoDigits(hour)}:${minute}` : null;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}
