/** How much two goals have in common, so that the curriculum adds no second copy of a task. */

const WORD = /[\p{L}\p{N}]+/gu;

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(WORD));
}

/**
 * Weighted Jaccard similarity of the goals' words: Σ w over shared words / Σ w over all words, 0–1. A word weighs
 * 1 / (number of reference goals with it), at most 1: the wording of a template says little, names say much.
 */
export function createGoalSimilarity(
  references: readonly string[],
): (a: string, b: string) => number {
  const counts = new Map<string, number>();
  for (const goal of references)
    for (const word of wordsOf(goal)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return (a, b) => {
    const [mine, other] = [wordsOf(a), wordsOf(b)];
    let [shared, all] = [0, 0];
    for (const word of new Set([...mine, ...other])) {
      const weight = 1 / Math.max(1, counts.get(word) ?? 1);
      all += weight;
      if (mine.has(word) && other.has(word)) shared += weight;
    }
    return all === 0 ? 1 : shared / all;
  };
}
