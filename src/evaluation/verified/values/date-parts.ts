/** The numbers of a date in the order of the text, and which of them is the year, the month and the day. */

import { UnreadableValue } from "./typed-value.ts";

export interface DateParts {
  year: number | null;
  month: number | null;
  day: number | null;
}

type Label = "year" | "month" | "day";

export class DateNumbers {
  readonly #numbers: number[] = [];
  readonly #at: Partial<Record<Label, number>> = {};
  /** A year of three or more digits is meant as it is written. */
  hasWholeYear = false;

  get length(): number {
    return this.#numbers.length;
  }

  /** @throws UnreadableValue for a second month, or a second year of four digits */
  add(text: string, label: Label | null = null): void {
    if (!/^\d+(\.\d+)?$/u.test(text)) throw new UnreadableValue(`expected a number, got ${text}`);
    const value = Math.trunc(Number(text));
    const isYear = label !== "month" && (/^\d{3,}$/u.test(text) || Number(text) > 100);
    if (isYear) this.hasWholeYear = true;
    const known = isYear ? "year" : label;
    this.#numbers.push(value);
    if (known === null) return;
    if (this.#at[known] !== undefined) throw new UnreadableValue(`expected one ${known}, got two`);
    this.#at[known] = this.#numbers.length - 1;
  }

  /** Whether the text so far leaves room for this day of the month. */
  couldBeDay(value: number): boolean {
    if (this.#at.day !== undefined) return false;
    const month = this.#at.month === undefined ? undefined : this.#numbers[this.#at.month];
    if (month === undefined) return value >= 1 && value <= 31;
    const year = this.#at.year === undefined ? 2000 : (this.#numbers[this.#at.year] as number);
    return value >= 1 && value <= daysIn(year, month);
  }

  /** @throws UnreadableValue for more than three numbers */
  resolve(): DateParts {
    const labels = Object.keys(this.#at) as Label[];
    if (
      labels.length > 0 &&
      (labels.length === this.length || (this.length === 3 && labels.length === 2))
    )
      return this.#fromLabels();
    if (this.length > 3) throw new UnreadableValue("expected a date, got more than three numbers");
    return this.#fromOrder();
  }

  #fromLabels(): DateParts {
    const at = { ...this.#at };
    const missing = (["year", "month", "day"] as const).filter((label) => at[label] === undefined);
    if (this.length === 3 && missing.length === 1) {
      const left = [0, 1, 2].find((index) => !Object.values(at).includes(index));
      if (left !== undefined) at[missing[0] as Label] = left;
    }
    const pick = (label: Label): number | null => this.#numbers[at[label] ?? -1] ?? null;
    return { year: pick("year"), month: pick("month"), day: pick("day") };
  }

  #fromOrder(): DateParts {
    const [first = 0, second = 0, third = 0] = this.#numbers;
    const parts = { year: null, month: null, day: null } as DateParts;
    const named = this.#at.month;
    if (this.length === 0) return parts;
    if (this.length === 1) return first > 31 ? { ...parts, year: first } : { ...parts, day: first };
    if (this.length === 2) {
      if (named !== undefined) {
        const [month, other] = named === 0 ? [first, second] : [second, first];
        return other > 31 ? { ...parts, month, year: other } : { ...parts, month, day: other };
      }
      if (first > 31) return { ...parts, year: first, month: second };
      if (second > 31) return { ...parts, month: first, year: second };
      return { ...parts, month: first, day: second };
    }
    if (named === 0)
      return second > 31
        ? { month: first, year: second, day: third }
        : { month: first, day: second, year: third };
    if (named === 1)
      return first > 31
        ? { year: first, month: second, day: third }
        : { day: first, month: second, year: third };
    if (named === 2)
      return second > 31
        ? { day: first, year: second, month: third }
        : { year: first, day: second, month: third };
    if (first > 31 || this.#at.year === 0) return { year: first, month: second, day: third };
    if (first > 12) return { day: first, month: second, year: third };
    return { month: first, day: second, year: third };
  }
}

export function daysIn(year: number, month: number): number {
  return month >= 1 && month <= 12 ? new Date(Date.UTC(year, month, 0)).getUTCDate() : 0;
}
