/** What a training engine learns from: token ids and numbers for each of them, as the Tinker API defines it. */

import { ModelError } from "../../core/errors.ts";

export interface Tensor {
  readonly data: readonly number[];
  readonly dtype: "int64" | "float32";
}

/**
 * One sequence. Entry i of every tensor is about predicting the token after `tokens[i]`. All tensors have the length of
 * `tokens`.
 */
export interface Datum {
  readonly tokens: readonly number[];
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** A part of a sequence. */
export interface Segment {
  readonly tokens: readonly number[];
  /** Whether the model wrote it, so that it learns from it. */
  readonly isAction: boolean;
  /** Of each token, when it was sampled. Empty where nobody needs them. */
  readonly logProbs: readonly number[];
}

/** A sequence with one number for each token that it learns from. */
export interface Lesson {
  readonly segments: readonly Segment[];
  /** Â, for a policy gradient. */
  readonly advantage?: number;
  /** Importance of each action token; 1 by default. Never negative. */
  readonly weight?: number;
}

/**
 * Shifts a lesson by one token: what stands before each token predicts it. @throws ModelError for a lesson that teaches
 * nothing
 */
export function toDatum({ segments, advantage, weight = 1 }: Lesson): Datum {
  const all = segments.flatMap(({ tokens }) => tokens);
  const per = (value: (segment: Segment, index: number) => number): number[] =>
    segments.flatMap((segment) => segment.tokens.map((_, index) => value(segment, index))).slice(1);
  const float = (data: number[]): Tensor => ({ data, dtype: "float32" });
  const weights = per(({ isAction }) => (isAction ? weight : 0));
  if (!weights.some((value) => value > 0))
    throw new ModelError(
      `Expected a sequence with at least one token to learn from, got ${all.length} tokens without any.`,
    );
  return {
    tokens: all.slice(0, -1),
    inputs: {
      target_tokens: { data: all.slice(1), dtype: "int64" },
      weights: float(weights),
      ...(advantage !== undefined && {
        logprobs: float(per(({ isAction, logProbs }, i) => (isAction ? (logProbs[i] ?? 0) : 0))),
        advantages: float(per(({ isAction }) => (isAction ? advantage : 0))),
      }),
    },
  };
}

/** Rounding of a sampled log-probability. */
const LOGPROB_TOLERANCE = 1e-4;

/** Servers do not check any of it: they pad, cut, or answer with status 500. @throws ModelError */
export function assertDatum({ tokens, inputs }: Datum): void {
  const fail = (expected: string, got: string): never => {
    throw new ModelError(`Expected ${expected} in a training sequence, got ${got}.`);
  };
  const isToken = (id: number): boolean => Number.isInteger(id) && id >= 0;
  if (tokens.length === 0 || !tokens.every(isToken)) fail("token ids from 0 up", "others");
  for (const [name, { data, dtype }] of Object.entries(inputs)) {
    if (data.length !== tokens.length)
      fail(`${tokens.length} entries of ${name}`, String(data.length));
    if (!data.every((value) => Number.isFinite(value))) fail(`finite ${name}`, "others");
    if (dtype === "int64" && !data.every(isToken)) fail(`token ids from 0 up in ${name}`, "others");
  }
  const { weights, logprobs } = inputs;
  if (weights !== undefined && !weights.data.every((value) => value >= 0))
    fail("weights from 0 up", "negative ones");
  if (logprobs !== undefined && logprobs.data.some((value) => value > LOGPROB_TOLERANCE))
    fail("log-probabilities up to 0", "larger ones");
}

/** Number of tokens that a datum teaches. */
export function countTaught({ inputs }: Datum): number {
  return inputs["weights"]?.data.filter((value) => value > 0).length ?? 0;
}
