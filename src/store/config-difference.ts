/** Compares two configs as JSON, so that a message can name what differs. */

export interface ConfigDifference {
  /** Dotted path of the first key whose values differ, in the order of `before`. */
  key: string;
  before: unknown;
  after: unknown;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** null if both are the same JSON. */
export function findConfigDifference(
  before: unknown,
  after: unknown,
  key = "",
): ConfigDifference | null {
  if (!isRecord(before) || !isRecord(after) || Array.isArray(before) !== Array.isArray(after)) {
    return Object.is(before, after) ? null : { key, before, after };
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const inner = key === "" ? name : `${key}.${name}`;
    const difference = findConfigDifference(before[name], after[name], inner);
    if (difference !== null) return difference;
  }
  return null;
}
