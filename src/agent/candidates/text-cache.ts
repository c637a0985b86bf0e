/** Remembers what was computed of a text: the names on pages come again and again, on other pages too. */

/** Texts remembered by each memo: some MB, enough for the pages of several sites. */
const KEPT_TEXTS = 20_000;

/** `compute` must be pure, and nobody may change what it gives. When the memo is full it starts anew. */
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
