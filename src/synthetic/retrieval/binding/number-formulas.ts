/** How a number changes: formulas over the old text and the values of the request, checked on similar changes. */

import type { RequestFeatures } from "./request-features.ts";
import { textPattern } from "../../tree/page-diff.ts";

const NUMBER = /\d+(?:,\d{3})*(?:\.\d+)?/gu;

export function numbersIn(text: string): number[] {
  return [...text.matchAll(NUMBER)].map(([digits]) => Number(digits.replaceAll(",", "")));
}

/** A number written like another: with as many decimals, and with separated thousands where the model has them. */
function formatLike(value: number, model: string, everSeparated = model.includes(",")): string {
  const decimals = model.split(".")[1]?.length ?? 0;
  const [whole, fraction] = Math.abs(value).toFixed(decimals).split(".") as [string, string?];
  const separated = everSeparated ? whole.replace(/\B(?=(\d{3})+$)/gu, ",") : whole;
  return `${value < 0 ? "-" : ""}${separated}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** A text with its numbers replaced, in order. */
export function withNumbers(text: string, numbers: readonly number[]): string {
  let i = 0;
  return text.replace(NUMBER, (model) => formatLike(numbers[i++] ?? 0, model));
}

/** One observed change of a text. */
export interface TextChange {
  before: string;
  after: string;
  features: RequestFeatures;
}

type Formula =
  | { kind: "kept" }
  | { kind: "added"; amount: number }
  | { kind: "plus" | "minus" | "set"; name: string };

function apply(formula: Formula, before: number, features: RequestFeatures): number | null {
  switch (formula.kind) {
    case "kept":
      return before;
    case "added":
      return before + formula.amount;
    default: {
      const text = features.get(formula.name);
      const value = text === undefined ? undefined : numbersIn(text)[0];
      if (value === undefined) return null;
      const signed = text?.trim().startsWith("-") === true ? -value : value;
      if (formula.kind === "set") return signed;
      return formula.kind === "plus" ? before + signed : before - signed;
    }
  }
}

/** Sources whose value is one number and nothing else. */
function numericNames(features: RequestFeatures): string[] {
  const names: string[] = [];
  for (const [name, value] of features)
    if (value.length < 16 && /^[^\p{L}\d]*-?\d[\d,]*(\.\d+)?[^\p{L}\d]*$/u.test(value))
      names.push(name);
  return names;
}

const near = (a: number, b: number): boolean => Math.abs(a - b) < 0.005;

/**
 * The text after a change like the example's, for another text of the same wording.
 *
 * @returns null when the change involves more than numbers
 */
export function changeNumbers(
  example: TextChange,
  peers: readonly TextChange[],
  before: string,
  target: RequestFeatures,
): { text: string; support: number } | null {
  if (textPattern(example.before) !== textPattern(example.after)) return null;
  if (textPattern(example.before) !== textPattern(before)) return null;
  const [old, changed, mine] = [example.before, example.after, before].map(numbersIn) as [
    number[],
    number[],
    number[],
  ];
  const like = peers.filter(
    (peer) =>
      textPattern(peer.before) === textPattern(example.before) &&
      textPattern(peer.after) === textPattern(example.after),
  );
  let support = 1;
  const results: number[] = [];
  for (const [i, from] of old.entries()) {
    const to = changed[i] as number;
    const candidates: Formula[] = [];
    if (near(from, to)) candidates.push({ kind: "kept" });
    for (const name of numericNames(example.features))
      for (const kind of ["plus", "minus", "set"] as const) {
        const value = apply({ kind, name }, from, example.features);
        if (value !== null && near(value, to)) candidates.push({ kind, name });
      }
    if (!near(from, to)) candidates.push({ kind: "added", amount: to - from });
    const best = choose(candidates, i, like, target, mine[i] as number);
    if (best === null) return null;
    results.push(best.value);
    support = Math.min(support, best.support);
  }
  if (results.some((value) => value < 0)) return null;
  return { text: withNumbers(before, results), support };
}

/** The likelier formula when the evidence fits several: a value that the user sent, a constant step, a chance match. */
function prior(formula: Formula): number {
  if (formula.kind === "kept") return 4;
  if (formula.kind === "added") return Math.abs(formula.amount) === 1 ? 2.5 : 1.5;
  if (formula.name.startsWith("field:")) return formula.kind === "plus" ? 3 : 2;
  return formula.name.startsWith("item:") ? 1.2 : 0.5;
}

function choose(
  candidates: readonly Formula[],
  position: number,
  peers: readonly TextChange[],
  target: RequestFeatures,
  mine: number,
): { value: number; support: number } | null {
  let best: { value: number; support: number } | null = null;
  let bestRank = -1;
  for (const formula of candidates) {
    const value = apply(formula, mine, target);
    if (value === null) continue;
    let holding = 0;
    for (const peer of peers) {
      const [from, to] = [numbersIn(peer.before)[position], numbersIn(peer.after)[position]];
      if (from === undefined || to === undefined) continue;
      const predicted = apply(formula, from, peer.features);
      if (predicted !== null && near(predicted, to)) holding++;
    }
    const rank = holding * 10 + prior(formula);
    if (rank <= bestRank) continue;
    bestRank = rank;
    best = { value, support: (holding + 1) / (peers.length + 2) };
  }
  return best;
}
