/** Length of the longest common subsequence of two lists of lines. */
export function commonLength(one: readonly string[], other: readonly string[]): number {
  let previous = new Uint32Array(other.length + 1);
  for (const item of one) {
    const row = new Uint32Array(other.length + 1);
    for (let j = 0; j < other.length; j++) {
      row[j + 1] =
        item === other[j]
          ? (previous[j] as number) + 1
          : Math.max(previous[j + 1] as number, row[j] as number);
    }
    previous = row;
  }
  return previous[other.length] as number;
}
