/**
 * Decides what kind of thing a text names, by its wording alone: the number of words, their spelling, and the words
 * it shares with other names. A naive Bayes classifier over a few hundred texts of the recordings.
 */

/** Texts of one kind. */
export interface NameKind {
  key: string;
  texts: readonly string[];
  /** Number of texts of this kind at the places where a text is now classified. Sets the prior odds. */
  met: number;
}

/** Added to each count, so that nothing is impossible. */
const SMOOTHING = 0.5;
/** Texts read of a kind. */
const MAX_TEXTS = 400;
/** Longer texts count as having this many words. */
const MAX_WORDS = 6;

/** `Weekly digest 12!` → `Xx x 9!`. */
function writtenAs(word: string): string {
  return word
    .replaceAll(/\p{Lu}+/gu, "X")
    .replaceAll(/\p{Ll}+/gu, "x")
    .replaceAll(/\d+/gu, "9");
}

/** The features of a text that need no knowledge of its language. */
function wordingOf(text: string): Set<string> {
  const words = text.trim().split(/\s+/u);
  const written = words.map(writtenAs);
  return new Set([
    `count ${Math.min(MAX_WORDS, words.length)}`,
    `first ${written[0]}`,
    `last ${written.at(-1)}`,
    `all ${written.slice(0, MAX_WORDS).join(" ")}`,
    ...written.map((form) => `form ${form}`),
    ...words.map((word) => `word ${word.toLowerCase()}`),
  ]);
}

export class NameClassifier {
  readonly #kinds: { key: string; prior: number; size: number; counts: Map<string, number> }[];

  constructor(kinds: readonly NameKind[]) {
    const met = kinds.reduce((sum, kind) => sum + kind.met, 0);
    this.#kinds = kinds.map(({ key, texts, met: own }) => {
      const read = [...new Set(texts)].slice(0, MAX_TEXTS);
      const counts = new Map<string, number>();
      for (const text of read)
        for (const feature of wordingOf(text)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
      const prior = (own + SMOOTHING) / (met + SMOOTHING * kinds.length);
      return { key, prior, size: read.length, counts };
    });
  }

  /** Chance of each kind, 0–1; all chances sum to 1. A feature that no kind has counts for nothing. */
  classify(text: string): Map<string, number> {
    const features = [...wordingOf(text)].filter((feature) =>
      this.#kinds.some(({ counts }) => counts.has(feature)),
    );
    const logs = this.#kinds.map(({ prior, size, counts }) =>
      features.reduce(
        (sum, feature) =>
          sum + Math.log(((counts.get(feature) ?? 0) + SMOOTHING) / (size + 2 * SMOOTHING)),
        Math.log(prior),
      ),
    );
    const most = Math.max(...logs);
    const weights = logs.map((log) => Math.exp(log - most));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return new Map(this.#kinds.map(({ key }, i) => [key, (weights[i] as number) / total]));
  }
}
