/**
 * How alike two forms were filled in. The site's answers show which fields count most: the button that was pressed, the
 * text that must not be empty.
 */

import type { PageRequest } from "../../../core/experience.ts";
import { groupBy } from "../../../core/group-by.ts";

/** By field name; 1 for one that is not named. */
export type FieldWeights = ReadonlyMap<string, number>;

/** Weight of a field that alone determines the answer. */
const GREATEST_WEIGHT = 10;

type Fields = PageRequest["fields"];

/** The state of a field that may decide whatever its words: whether it was sent, and filled in. */
function stateOf(fields: Fields, wanted: string): string {
  const values = (fields ?? []).filter(([name]) => name === wanted).map(([, value]) => value);
  return values.length === 0 ? "absent" : values.some((value) => value !== "") ? "filled" : "empty";
}

/**
 * Weighs each field by the mutual information of its state and the outcome, as a share of the outcome's entropy. It
 * subtracts the share that as many examples show by chance (Miller–Madow's correction, Miller 1955).
 *
 * @param examples recorded forms of one kind; `outcome` names where each one led
 */
export function learnFieldWeights(
  examples: readonly { fields: Fields; outcome: string }[],
): FieldWeights {
  const whole = entropy(examples.map(({ outcome }) => outcome));
  const weights = new Map<string, number>();
  if (whole === 0) return weights;
  const outcomes = new Set(examples.map(({ outcome }) => outcome)).size;
  const names = new Set(examples.flatMap(({ fields }) => (fields ?? []).map(([name]) => name)));
  for (const name of names) {
    const byState = groupBy(examples, ({ fields }) => stateOf(fields, name));
    const left = [...byState.values()].reduce(
      (sum, list) =>
        sum + (list.length / examples.length) * entropy(list.map(({ outcome }) => outcome)),
      0,
    );
    const chance = ((byState.size - 1) * (outcomes - 1)) / (2 * examples.length * Math.LN2);
    const told = Math.max(0, whole - left - chance) / whole;
    weights.set(name, 1 + (GREATEST_WEIGHT - 1) * told);
  }
  return weights;
}

/** In bits. */
function entropy(outcomes: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts.values()].reduce((sum, count) => {
    const share = count / outcomes.length;
    return sum - share * Math.log2(share);
  }, 0);
}

/** 0–1: the same fields are filled in, and filled in alike. */
export function likeFields(a: PageRequest, b: PageRequest, weights: FieldWeights): number {
  const mine = new Map(a.fields ?? []);
  const other = new Map(b.fields ?? []);
  let [like, all] = [0, 0];
  for (const name of new Set([...mine.keys(), ...other.keys()])) {
    const weight = weights.get(name) ?? 1;
    const [x, y] = [mine.get(name) ?? "", other.get(name) ?? ""];
    all += weight;
    if (x === y) like += weight;
    else if ((x === "") === (y === "")) like += 0.6 * weight;
  }
  return all === 0 ? 1 : like / all;
}
