/**
 * One loss on every server: the mean over all tokens that a batch learns from (DAPO's token mean, arXiv:2503.14476).
 * Servers reduce in two ways, so the advantages carry the difference.
 */

import { countTaught, type Datum, type Lesson, toDatum } from "./datum.ts";
import type { EngineProfile } from "./engine-profile.ts";

/** @param lessons each with an advantage */
export function toPolicyGradientData(
  lessons: readonly Lesson[],
  { lossReduction }: Pick<EngineProfile, "lossReduction">,
): Datum[] {
  const data = lessons.map(toDatum);
  const taught = data.map(countTaught);
  const total = taught.reduce((sum, count) => sum + count, 0);
  return data.map((datum, index) => {
    // A sum over tokens needs 1 / total. A mean of means divides by the tokens of each sequence and by the sequences.
    const own = ((taught[index] as number) * data.length) / total;
    const factor = lossReduction === "sum" ? 1 / total : own;
    const { advantages } = datum.inputs;
    if (advantages === undefined) return datum;
    const data_ = advantages.data.map((value) => value * factor);
    return { ...datum, inputs: { ...datum.inputs, advantages: { ...advantages, data: data_ } } };
  });
}

/** For imitation: the mean over tokens where the server sums; a mean of means where it takes one. */
export function toImitationData(
  lessons: readonly Lesson[],
  { lossReduction }: Pick<EngineProfile, "lossReduction">,
): Datum[] {
  const plain = lessons.map(toDatum);
  if (lossReduction === "sequence-mean") return plain;
  const total = plain.reduce((sum, datum) => sum + countTaught(datum), 0);
  return lessons.map((lesson) => toDatum({ ...lesson, weight: (lesson.weight ?? 1) / total }));
}
