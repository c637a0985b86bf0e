/** Caches results computed from a text: the same names come again and again, on many pages. */

/** Texts per cache: some MB, enough for the pages of several sites. */
const KEPT_TEXTS = 20_000;

/** `compute` must be pure, and nobody may change its results. A full cache is emptied. */
export function memoizeText<Result>(
  compute: (text: string) => Result,
  limit = KEPT_TEXTS,
): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      result = compute(text);
      if (known.size >= limit) known.clear();
      known.set(text, result);
    }
    return result;
  };
}
