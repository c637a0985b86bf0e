/**
 * The only source of randomness below `cli/`: a seeded stream of numbers. Code that draws takes a
 * `Random` as an argument, so a run depends only on its config and seed.
 */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** A whole number, uniform in [0, n). `n` ≥ 1. */
  int(n: number): number;
  /** An item, drawn uniformly. @throws RangeError if `items` is empty. */
  pick<T>(items: readonly T[]): T;
  /** A new array in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** An independent stream. It depends on this stream's seed and the label only, not on previous draws. */
  fork(label: string): Random;
}

/** FNV-1a, 32 bits: a stable hash of a text, as an unsigned integer. */
export function hashText(text: string, seed = 0): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Creates a stream from a seed: the sfc32 generator, warmed up with a hash of the seed. */
export function createRandom(seed: number | string): Random {
  const label = String(seed);
  let a = hashText(label, 1);
  let b = hashText(label, 2);
  let c = hashText(label, 3);
  let counter = 1;
  const next = (): number => {
    const t = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) next();
  const int = (n: number): number => Math.floor(next() * n);
  return {
    next,
    int,
    pick(items) {
      if (items.length === 0)
        throw new RangeError("Expected at least one item to pick from, got none.");
      return items[int(items.length)] as (typeof items)[number];
    },
    shuffle(items) {
      const shuffled = [...items];
      for (let i = shuffled.length - 1; i > 0; i--) {
        const j = int(i + 1);
        const held = shuffled[i] as (typeof shuffled)[number];
        shuffled[i] = shuffled[j] as (typeof shuffled)[number];
        shuffled[j] = held;
      }
      return shuffled;
    },
    normal() {
      const radius = Math.sqrt(-2 * Math.log(1 - next()));
      return radius * Math.cos(2 * Math.PI * next());
    },
    fork: (name) => createRandom(`${label}/${name}`),
  };
}
