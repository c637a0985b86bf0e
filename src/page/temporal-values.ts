/** Dates and times as HTML writes them: whether a text is one, where it stands in time, and in steps of what. */

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** What a type of field counts in. */
export interface TemporalScale {
  /** Length of one step of 1: a month is 1, everything else in milliseconds. */
  stepLength: number;
  /** The steps of a field without `step`. */
  defaultStep: number;
  /** Where steps count from without `min` and `value`. */
  origin: number;
}

const SCALES = new Map<string, TemporalScale>([
  ["date", { stepLength: DAY_MS, defaultStep: 1, origin: 0 }],
  ["month", { stepLength: 1, defaultStep: 1, origin: 0 }],
  // Weeks begin on Mondays. 1970 began on a Thursday.
  ["week", { stepLength: 7 * DAY_MS, defaultStep: 1, origin: -3 * DAY_MS }],
  ["time", { stepLength: 1000, defaultStep: 60, origin: 0 }],
  ["datetime-local", { stepLength: 1000, defaultStep: 60, origin: 0 }],
]);

/** Null for a type that holds no date or time. */
export function temporalScale(type: string): TemporalScale | null {
  return SCALES.get(type) ?? null;
}

/** Where a date or time stands, on the scale of its type. Null for a text that is none. */
export function temporalNumber(type: string, text: string): number | null {
  switch (type) {
    case "date":
      return dateNumber(text);
    case "month":
      return monthNumber(text);
    case "week":
      return weekNumber(text);
    case "time":
      return timeNumber(text);
    case "datetime-local": {
      const [date = "", time = ""] = text.split(/[T ]/u);
      const [day, moment] = [dateNumber(date), timeNumber(time)];
      const sum = day === null || moment === null ? null : day + moment;
      return sum === null || sum > LAST_MOMENT ? null : sum;
    }
    default:
      return null;
  }
}

/** The last moment that HTML counts. */
const LAST_MOMENT = 8.64e15;

function dateNumber(text: string): number | null {
  const [, year = "", month = "", day = ""] = /^(\d{4,})-(\d\d)-(\d\d)$/u.exec(text) ?? [];
  const at = midnight(Number(year), Number(month), Number(day));
  return at === null || at > LAST_MOMENT ? null : at;
}

/** Null for a day that the calendar lacks. */
function midnight(year: number, month: number, day: number): number | null {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const exists = year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return exists ? date.getTime() : null;
}

/** Months since January 1970. */
function monthNumber(text: string): number | null {
  const [, year = "", month = ""] = /^(\d{4,})-(\d\d)$/u.exec(text) ?? [];
  const first = midnight(Number(year), Number(month), 1);
  return first === null || first > LAST_MOMENT
    ? null
    : (Number(year) - 1970) * 12 + Number(month) - 1;
}

/** The Monday of a week. The first week of a year holds 4 January. */
function weekNumber(text: string): number | null {
  const [, year = "", week = ""] = /^(\d{4,})-W(\d\d)$/u.exec(text) ?? [];
  const first = firstMonday(Number(year));
  const next = firstMonday(Number(year) + 1);
  if (first === null || next === null || Number(week) < 1) return null;
  const monday = first + (Number(week) - 1) * 7 * DAY_MS;
  return monday < next && monday <= LAST_MOMENT ? monday : null;
}

function firstMonday(year: number): number | null {
  const fourth = midnight(year, 1, 4);
  return fourth === null ? null : fourth - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_MS;
}

/** Milliseconds since midnight. */
function timeNumber(text: string): number | null {
  const match = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?$/u.exec(text);
  if (match === null) return null;
  const [, hours, minutes, seconds = 0, fraction = ""] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return null;
  return (
    (Number(hours) * 60 + Number(minutes)) * MINUTE_MS +
    Number(seconds) * 1000 +
    Number(fraction.padEnd(3, "0"))
  );
}

/** `2024-02-03 10:00:00` is written `2024-02-03T10:00`. */
export function normalDateTime(text: string): string {
  return text
    .replace(" ", "T")
    .replace(/(:\d\d\.\d*?)0+$/u, "$1")
    .replace(/\.$/u, "")
    .replace(/(T\d\d:\d\d):00$/u, "$1");
}
