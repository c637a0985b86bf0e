/** The softmax over candidates, and the quantities computed from it. */

import type { Random } from "../../core/random.ts";

/** log π of every candidate: log softmax(scores / temperature). */
export function logProbabilities(scores: Float64Array, temperature = 1): Float64Array {
  let greatest = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > greatest) greatest = score;
  let sum = 0;
  const logs = new Float64Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    const shifted = ((scores[i] as number) - greatest) / temperature;
    logs[i] = shifted;
    sum += Math.exp(shifted);
  }
  const logSum = Math.log(sum);
  for (let i = 0; i < logs.length; i++) logs[i] = (logs[i] as number) - logSum;
  return logs;
}

/** Scores of the best candidate and of those at most `cutoff` below it; −∞ for the others, which are then never drawn. */
export function withinCutoff(scores: Float64Array, cutoff: number): Float64Array {
  const lowest =
    scores.reduce((best, score) => Math.max(best, score), Number.NEGATIVE_INFINITY) - cutoff;
  return scores.map((score) => (score < lowest ? Number.NEGATIVE_INFINITY : score));
}

/** H = −Σ π log π, in nats. */
export function entropy(logs: Float64Array): number {
  let sum = 0;
  for (const log of logs) sum -= Math.exp(log) * log;
  return sum;
}

/** Index of a candidate drawn from π. */
export function sample(logs: Float64Array, random: Random): number {
  let left = random.next();
  for (let i = 0; i < logs.length; i++) {
    left -= Math.exp(logs[i] as number);
    if (left < 0) return i;
  }
  return greedy(logs);
}

/** Index of the most likely candidate, the first among equals. */
export function greedy(logs: Float64Array): number {
  let best = 0;
  for (let i = 1; i < logs.length; i++) if ((logs[i] as number) > (logs[best] as number)) best = i;
  return best;
}
