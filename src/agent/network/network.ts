/**
 * A compact scorer of candidates on plain typed arrays: hashed sparse features, one hidden layer, one score each.
 *
 *     hidden(s, c) = tanh(b + Σ_{f ∈ s} E[f] + Σ_{f ∈ c} E[f])        score(s, c) = u · hidden(s, c) + Σ_{f ∈ c} w[f]
 *
 * E and w start at zero, so a feature never trained on says nothing: words of an unseen world are silent, not noise.
 * Features of the state s are summed once for all candidates. Learning is Adam (arXiv:1412.6980), done lazily: the
 * moments of a row decay only when the row has a gradient.
 */

import { z } from "zod";
import type { Random } from "../../core/random.ts";

export const NetworkConfigSchema = z.strictObject({
  tableBits: z
    .int()
    .min(8)
    .max(20)
    .default(16)
    .describe("features are hashed into 2^tableBits rows"),
  hidden: z.int().min(1).max(256).default(16).describe("width of the hidden layer"),
});
export type NetworkConfig = z.infer<typeof NetworkConfigSchema>;

/**
 * One choice among candidates as the network reads it. Candidates share most of their features, so these are kept in
 * groups that are summed once.
 */
export interface Decision {
  /** Row numbers of the state's features. */
  state: Int32Array;
  /** Row numbers of all groups' features, one group after another. */
  rows: Int32Array;
  /** Where each group starts in `rows`; one entry more than there are groups. */
  rowOffsets: Int32Array;
  /** Numbers of all candidates' groups, one candidate after another. */
  groups: Int32Array;
  /** Where each candidate starts in `groups`; one entry more than there are candidates. */
  groupOffsets: Int32Array;
}

export interface AdamOptions {
  learningRate: number;
  /** Decoupled: parameters shrink by learningRate · weightDecay where they are touched. */
  weightDecay?: number;
}

/** Adam's own defaults, Kingma & Ba 2015, Algorithm 1. */
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** Parameters, their gradient, and Adam's moments. A row holds E[f] and, last, w[f]; the head row holds b, then u. */
export class Network {
  readonly config: NetworkConfig;
  readonly table: Float32Array;
  readonly head: Float32Array;
  readonly #width: number;
  readonly #tableGradient: Float32Array;
  readonly #headGradient: Float32Array;
  readonly #touched: Uint8Array;
  readonly #touchedRows: number[] = [];
  /** First and second moments of the table and of the head, and the number of updates. Adam resumes from them. */
  readonly moments: [Float32Array, Float32Array, Float32Array, Float32Array];
  updates = 0;

  constructor(config: NetworkConfig, random: Random) {
    const { hidden, tableBits } = config;
    const size = 2 ** tableBits * (hidden + 1);
    this.config = config;
    this.#width = hidden + 1;
    this.table = new Float32Array(size);
    this.head = new Float32Array(2 * hidden);
    this.#tableGradient = new Float32Array(size);
    this.#headGradient = new Float32Array(2 * hidden);
    this.#touched = new Uint8Array(2 ** tableBits);
    this.moments = [
      new Float32Array(size),
      new Float32Array(size),
      new Float32Array(2 * hidden),
      new Float32Array(2 * hidden),
    ];
    // Spread biases put the units at different curvatures of tanh: sums then act like products of features.
    for (let unit = 0; unit < hidden; unit++) {
      this.head[unit] = 0.7 * random.normal();
      this.head[hidden + unit] = random.normal() / Math.sqrt(hidden);
    }
  }

  /** Scores of all candidates; `hiddens` (candidates × hidden) is filled when given, for `backward`. */
  forward(decision: Decision, hiddens?: Float32Array): Float64Array {
    const { table, head } = this;
    const width = this.#width;
    const hidden = width - 1;
    const { state, rows, rowOffsets, groups, groupOffsets } = decision;
    const sums = new Float32Array((rowOffsets.length - 1) * width);
    for (let group = 0; group + 1 < rowOffsets.length; group++)
      addRows(sums, group * width, table, rows, rowOffsets, group, width, width);
    const base = new Float32Array(width);
    addRows(base, 0, table, state, [0, state.length], 0, width, hidden);
    addRow(base, 0, head, 0, hidden);
    const scores = new Float64Array(groupOffsets.length - 1);
    const sum = new Float32Array(width);
    for (let candidate = 0; candidate < scores.length; candidate++) {
      for (let unit = 0; unit < width; unit++) sum[unit] = base[unit] as number;
      addRows(sum, 0, sums, groups, groupOffsets, candidate, width, width);
      let score = sum[hidden] as number;
      for (let unit = 0; unit < hidden; unit++) {
        const activation = tanh(sum[unit] as number);
        if (hiddens) hiddens[candidate * hidden + unit] = activation;
        score += (head[hidden + unit] as number) * activation;
      }
      scores[candidate] = score;
    }
    return scores;
  }

  /** Adds the gradient of a loss, given its derivative by each score and the hidden layer from `forward`. */
  backward(decision: Decision, hiddens: Float32Array, scoreGradients: Float64Array): void {
    const { head } = this;
    const headGradient = this.#headGradient;
    const width = this.#width;
    const hidden = width - 1;
    const { state, rows, rowOffsets, groups, groupOffsets } = decision;
    const groupGradients = new Float32Array((rowOffsets.length - 1) * width);
    const gradient = new Float32Array(width);
    const stateGradient = new Float32Array(width);
    for (let candidate = 0; candidate + 1 < groupOffsets.length; candidate++) {
      const byScore = scoreGradients[candidate] as number;
      for (let unit = 0; unit < hidden; unit++) {
        const activation = hiddens[candidate * hidden + unit] as number;
        gradient[unit] = byScore * (head[hidden + unit] as number) * (1 - activation * activation);
        headGradient[hidden + unit] =
          (headGradient[hidden + unit] as number) + byScore * activation;
      }
      gradient[hidden] = byScore;
      addRow(stateGradient, 0, gradient, 0, hidden);
      const end = groupOffsets[candidate + 1] as number;
      for (let i = groupOffsets[candidate] as number; i < end; i++)
        addRow(groupGradients, (groups[i] as number) * width, gradient, 0, width);
    }
    addRow(headGradient, 0, stateGradient, 0, hidden);
    for (let i = 0; i < state.length; i++) this.#addGradient(state[i] as number, stateGradient, 0);
    for (let group = 0; group + 1 < rowOffsets.length; group++) {
      const end = rowOffsets[group + 1] as number;
      for (let i = rowOffsets[group] as number; i < end; i++)
        this.#addGradient(rows[i] as number, groupGradients, group * width);
    }
  }

  /** One Adam update from the gathered gradient times `scale`, which is cleared. */
  update({ learningRate, weightDecay = 0 }: AdamOptions, scale = 1): void {
    this.updates++;
    const width = this.#width;
    const [first, second, headFirst, headSecond] = this.moments;
    const step =
      (learningRate * Math.sqrt(1 - BETA2 ** this.updates)) / (1 - BETA1 ** this.updates);
    const adam = (
      values: Float32Array,
      gradients: Float32Array,
      m: Float32Array,
      v: Float32Array,
      from: number,
      to: number,
      decay: number,
    ): void => {
      for (let i = from; i < to; i++) {
        const gradient = (gradients[i] as number) * scale;
        gradients[i] = 0;
        const mean = (m[i] = BETA1 * (m[i] as number) + (1 - BETA1) * gradient);
        const square = (v[i] = BETA2 * (v[i] as number) + (1 - BETA2) * gradient * gradient);
        values[i] =
          (values[i] as number) * (1 - decay) - (step * mean) / (Math.sqrt(square) + EPSILON);
      }
    };
    for (const row of this.#touchedRows) {
      this.#touched[row] = 0;
      const from = row * width;
      adam(
        this.table,
        this.#tableGradient,
        first,
        second,
        from,
        from + width,
        learningRate * weightDecay,
      );
    }
    this.#touchedRows.length = 0;
    adam(this.head, this.#headGradient, headFirst, headSecond, 0, this.head.length, 0);
  }

  /** Euclidean norm of the gathered gradient. */
  gradientNorm(): number {
    let squares = 0;
    for (const value of this.#headGradient) squares += value * value;
    for (const row of this.#touchedRows)
      for (let i = row * this.#width; i < (row + 1) * this.#width; i++)
        squares += (this.#tableGradient[i] as number) ** 2;
    return Math.sqrt(squares);
  }

  /** The gathered gradient of a table row, and of the head, to check it against finite differences. */
  gradient(row: number): { row: Float32Array; head: Float32Array } {
    const from = row * this.#width;
    return {
      row: this.#tableGradient.slice(from, from + this.#width),
      head: this.#headGradient.slice(),
    };
  }

  #addGradient(row: number, gradients: Float32Array, from: number): void {
    if (this.#touched[row] === 0) {
      this.#touched[row] = 1;
      this.#touchedRows.push(row);
    }
    addRow(this.#tableGradient, row * this.#width, gradients, from, this.#width);
  }
}

function addRow(
  target: Float32Array,
  to: number,
  source: Float32Array,
  from: number,
  count: number,
): void {
  for (let unit = 0; unit < count; unit++)
    target[to + unit] = (target[to + unit] as number) + (source[from + unit] as number);
}

/**
 * Adds the rows of `source` that part `part` of `rows` names. Four units at a time are held in registers while the rows
 * go by: three times as fast as row by row, and the same to the last bit, as each unit's additions keep their order.
 */
function addRows(
  target: Float32Array,
  to: number,
  source: Float32Array,
  rows: Int32Array,
  offsets: ArrayLike<number>,
  part: number,
  width: number,
  count: number,
): void {
  const { fround } = Math;
  const start = offsets[part] as number;
  const end = offsets[part + 1] as number;
  let unit = 0;
  for (; unit + 4 <= count; unit += 4) {
    const at = to + unit;
    let first = target[at] as number;
    let second = target[at + 1] as number;
    let third = target[at + 2] as number;
    let fourth = target[at + 3] as number;
    for (let i = start; i < end; i++) {
      const from = (rows[i] as number) * width + unit;
      first = fround(first + (source[from] as number));
      second = fround(second + (source[from + 1] as number));
      third = fround(third + (source[from + 2] as number));
      fourth = fround(fourth + (source[from + 3] as number));
    }
    target[at] = first;
    target[at + 1] = second;
    target[at + 2] = third;
    target[at + 3] = fourth;
  }
  for (; unit < count; unit++) {
    let sum = target[to + unit] as number;
    for (let i = start; i < end; i++)
      sum = fround(sum + (source[(rows[i] as number) * width + unit] as number));
    target[to + unit] = sum;
  }
}

/** tanh by its Padé approximant, exact to 1e-4 and monotone within ±4.97, clamped outside: five times as fast. */
function tanh(x: number): number {
  if (x > 4.97) return 1;
  if (x < -4.97) return -1;
  const square = x * x;
  return (
    (x * (135135 + square * (17325 + square * (378 + square)))) /
    (135135 + square * (62370 + square * (3150 + square * 28)))
  );
}
