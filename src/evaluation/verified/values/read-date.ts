/**
 * Reads a date from text in the usual English forms: `March 2, 2022`, `2022-03-02`, `3/2/2022 10:00 PM`. The rules are
 * those of Python's dateutil, which the reference uses: the month comes before the day, unless it cannot.
 */

import { DateNumbers, type DateParts, daysIn } from "./date-parts.ts";
import { splitDate } from "./date-tokens.ts";
import { UnreadableValue } from "./typed-value.ts";

const JUMPS = new Set(" |.|,|;|-|/|'|at|on|and|ad|m|t|of|st|nd|rd|th".split("|"));
const WEEKDAYS =
  /^(mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)$/u;
const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const MONTH_NAME =
  /^(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)$/u;
const TIME_UNIT = /^(h|hours?|m|minutes?|s|seconds?)$/u;
const AM_OR_PM = /^[ap]m?$/u;
const NUMBER = /^\d+(\.\d+)?$/u;

/** @returns null for other words */
function monthOf(token: string | undefined): number | null {
  if (token === undefined || !MONTH_NAME.test(token)) return null;
  return MONTHS.indexOf(token.slice(0, 3)) + 1;
}

/** One pass over the tokens of a text. */
class DateReader {
  readonly tokens: string[];
  readonly numbers = new DateNumbers();
  hour: number | null = null;
  hasWeekday = false;

  constructor(text: string) {
    this.tokens = splitDate(text);
  }

  read(): void {
    for (let at = 0; at < this.tokens.length; at++) {
      const token = this.tokens[at] as string;
      if (NUMBER.test(token)) at = this.#readNumber(at, token);
      else if (WEEKDAYS.test(token)) this.hasWeekday = true;
      else if (monthOf(token) !== null) at = this.#readMonth(at, token);
      else if (AM_OR_PM.test(token)) this.#checkHour(token);
      else if (this.hour !== null && /^(utc|gmt|z)$/u.test(token)) continue;
      else if (this.hour !== null && /^[+-]$/u.test(token)) at = this.#skipOffset(at);
      else if (!JUMPS.has(token)) throw new UnreadableValue(`expected a date, got ${token}`);
    }
  }

  #readMonth(at: number, name: string): number {
    this.numbers.add(String(monthOf(name)), "month");
    const separator = this.tokens[at + 1];
    if (separator === "-" || separator === "/") {
      this.numbers.add(this.tokens[at + 2] ?? "");
      if (this.tokens[at + 3] !== separator) return at + 2;
      this.numbers.add(this.tokens[at + 4] ?? "");
      return at + 4;
    }
    const [space, of, again, year = ""] = this.tokens.slice(at + 1, at + 5);
    if (space !== " " || of !== "of" || again !== " " || year === "") return at;
    if (/^\d+$/u.test(year)) this.numbers.add(String(wholeYear(Number(year))), "year");
    return at + 4;
  }

  /** @returns the last token that was used */
  #readNumber(at: number, token: string): number {
    const next = this.tokens[at + 1];
    const isTime = next === ":" || (next !== undefined && TIME_UNIT.test(next));
    if (
      this.numbers.length === 3 &&
      /^(\d{2}|\d{4})$/u.test(token) &&
      this.hour === null &&
      !isTime
    ) {
      this.#setTime(Number(token.slice(0, 2)), Number(token.slice(2) || 0));
      return at;
    }
    if (/^\d{6}$/u.test(token) && this.numbers.length === 0) {
      for (const part of [token.slice(0, 2), token.slice(2, 4), token.slice(4)])
        this.numbers.add(part);
      return at;
    }
    if (/^\d{6}(\.|$)/u.test(token)) {
      this.#setTime(Number(token.slice(0, 2)), Number(token.slice(2, 4)), Number(token.slice(4)));
      return at;
    }
    if (/^[\d.]{8}$|^[\d.]{12}$|^[\d.]{14}$/u.test(token)) return this.#readStamp(at, token);
    return this.#readClock(at, token) ?? this.#readDateNumber(at, token, next);
  }

  #readStamp(at: number, token: string): number {
    this.numbers.add(token.slice(0, 4), "year");
    this.numbers.add(token.slice(4, 6));
    this.numbers.add(token.slice(6, 8));
    if (token.length > 8) this.#setTime(Number(token.slice(8, 10)), Number(token.slice(10, 12)));
    return at;
  }

  /** `10 h`, `10:30`, `10:30:15`. @returns null where the number is not a time */
  #readClock(at: number, token: string): number | null {
    const unitAt = [1, 2].find(
      (step) =>
        TIME_UNIT.test(this.tokens[at + step] ?? "") && (step === 1 || this.tokens[at + 1] === " "),
    );
    if (unitAt !== undefined) {
      if (this.tokens[at + unitAt]?.startsWith("h")) this.#setTime(Math.trunc(Number(token)), 0);
      return at + unitAt;
    }
    const before = this.tokens[at - 1];
    if (before !== undefined && TIME_UNIT.test(before)) return at;
    if (this.tokens[at + 1] !== ":" || this.tokens[at + 2] === undefined) return null;
    const hasSeconds = this.tokens[at + 3] === ":" && this.tokens[at + 4] !== undefined;
    const seconds = hasSeconds ? Number(this.tokens[at + 4]) : 0;
    this.#setTime(Math.trunc(Number(token)), Math.trunc(Number(this.tokens[at + 2])), seconds);
    return at + (hasSeconds ? 4 : 2);
  }

  #readDateNumber(at: number, token: string, next: string | undefined): number {
    if (next === "-" || next === "/" || next === ".") return this.#readSeparated(at, token, next);
    if (next === undefined || JUMPS.has(next)) {
      const half = this.tokens[at + 2];
      if (half !== undefined && AM_OR_PM.test(half)) {
        this.#setHour(Number(token), half);
        return at + 2;
      }
      this.numbers.add(token);
      return at + 1;
    }
    if (AM_OR_PM.test(next) && Number(token) < 24) {
      this.#setHour(Number(token), next);
      return at + 1;
    }
    if (!this.numbers.couldBeDay(Number(token)))
      throw new UnreadableValue(`expected a date, got ${token}${next}`);
    this.numbers.add(token);
    return at;
  }

  /** `1-2-2022`, `2-Mar-2022`. */
  #readSeparated(at: number, token: string, separator: string): number {
    this.numbers.add(token);
    const second = this.tokens[at + 2];
    if (second === undefined || JUMPS.has(second)) return at + 1;
    this.#addMonthOrNumber(second, /^\d+$/u.test(second));
    if (this.tokens[at + 3] !== separator) return at + 2;
    this.#addMonthOrNumber(this.tokens[at + 4] ?? "", true);
    return at + 4;
  }

  #addMonthOrNumber(token: string, mayBeNumber: boolean): void {
    const month = monthOf(token);
    if (month !== null) this.numbers.add(String(month), "month");
    else if (mayBeNumber) this.numbers.add(token);
    else throw new UnreadableValue(`expected a month, got ${token}`);
  }

  #setHour(hour: number, half: string): void {
    const isAfternoon = half.startsWith("p");
    this.#setTime(hour < 12 && isAfternoon ? hour + 12 : hour === 12 && !isAfternoon ? 0 : hour, 0);
  }

  #checkHour(half: string): void {
    if (this.hour === null || this.hour > 12)
      throw new UnreadableValue(`expected an hour up to 12 before ${half}`);
    this.#setHour(this.hour, half);
  }

  #setTime(hour: number, minute: number, second = 0): void {
    if (!(hour < 24 && minute < 60 && second < 60))
      throw new UnreadableValue(`expected a time, got ${hour}:${minute}:${second}`);
    this.hour = hour;
  }

  /** `+02:00`, `-0300`, `+3`. */
  #skipOffset(at: number): number {
    const [hours = "", colon] = this.tokens.slice(at + 1);
    if (!/^\d{1,2}$|^\d{4}$/u.test(hours)) throw new UnreadableValue("expected a time zone");
    return hours.length < 4 && colon === ":" ? at + 3 : at + 1;
  }
}

/** Two digits mean a year from 1976 to 2075: the reference's rule, as it stands in 2026. */
function wholeYear(year: number): number {
  if (year >= 100) return year;
  return year < 76 ? 2000 + year : 1900 + year;
}

/**
 * @returns null for what the text does not say
 * @throws UnreadableValue
 */
export function readDate(text: string): DateParts {
  const reader = new DateReader(text.toLowerCase());
  reader.read();
  const { year, month, day } = reader.numbers.resolve();
  const isEmpty = year === null && month === null && day === null;
  if (isEmpty && reader.hour === null && !reader.hasWeekday)
    throw new UnreadableValue(`expected a date, got ${JSON.stringify(text)}`);
  const fullYear = year === null || reader.numbers.hasWholeYear ? year : wholeYear(year);
  const isPossible =
    (fullYear ?? 2000) >= 1 &&
    (fullYear ?? 2000) <= 9999 &&
    (day ?? 1) >= 1 &&
    (day ?? 1) <= daysIn(fullYear ?? 2000, month ?? 1);
  if (!isPossible)
    throw new UnreadableValue(`expected a possible date, got ${JSON.stringify(text)}`);
  return { year: fullYear, month, day };
}
