/** Compares what was expected with what came, part by part, and names each difference as the reference does. */

import { isRecord, showData, type TypedData } from "./read-by-schema.ts";
import { sameValue } from "./values/python-text.ts";
import { TypedValue } from "./values/typed-value.ts";

export interface Assertion {
  assertion_name: string;
  status: "failure";
  assertion_msgs: string[];
}

export interface CompareOptions {
  /** Where the data stands, for the names of differences. */
  path: string;
  /** Whether the order of lists counts. */
  ordered?: boolean;
  /** Fields whose values are not compared. */
  ignored?: ReadonlySet<string>;
  /** Whether what came may have more fields. */
  allowsMore?: boolean;
}

export function assertion(name: string, ...messages: string[]): Assertion {
  return { assertion_name: name, status: "failure", assertion_msgs: messages };
}

/** @returns nothing where both are equal */
export function compareData(
  expected: TypedData,
  found: TypedData,
  options: CompareOptions,
): Assertion[] {
  const { path } = options;
  if (expected === null || found === null || found === undefined)
    return expected === null && (found ?? null) === null
      ? []
      : [assertion(`${path}_none_mismatch`, describe(expected, found))];
  if (isRecord(expected)) return compareRecords(expected, found, options);
  if (Array.isArray(expected)) {
    if (!Array.isArray(found))
      return [assertion(`${path}_invalid_format`, `Expected a list, got ${describeKind(found)}.`)];
    return options.ordered === true
      ? compareInOrder(expected, found, options)
      : compareInAnyOrder(expected, found, options);
  }
  return sameData(expected, found)
    ? []
    : [assertion(`${path}_mismatch`, describe(expected, found))];
}

function sameData(expected: TypedData, found: TypedData): boolean {
  if (expected instanceof TypedValue) return found instanceof TypedValue && expected.equals(found);
  return sameValue(expected, found);
}

function compareRecords(
  expected: Record<string, TypedData>,
  found: TypedData,
  options: CompareOptions,
): Assertion[] {
  const { path, ignored, allowsMore } = options;
  if (!isRecord(found))
    return [assertion(`${path}_invalid_format`, `Expected an object, got ${describeKind(found)}.`)];
  const names = Object.keys(expected);
  const missing = names.filter((name) => !Object.hasOwn(found, name));
  const extra = Object.keys(found).filter((name) => !Object.hasOwn(expected, name));
  const messages = [
    ...(extra.length > 0 && allowsMore !== true
      ? [`Unexpected fields: ${extra.sort().join(", ")}.`]
      : []),
    ...(missing.length > 0 ? [`Missing fields: ${missing.sort().join(", ")}.`] : []),
  ];
  return [
    ...(messages.length > 0 ? [assertion(`${path}_keys_mismatch`, ...messages)] : []),
    ...names
      .filter((name) => Object.hasOwn(found, name) && ignored?.has(name) !== true)
      .flatMap((name) =>
        compareData(expected[name], found[name], { ...options, path: `${path}.${name}` }),
      ),
  ];
}

/** Each expected item takes the first item that equals it and is not taken yet. */
function compareInAnyOrder(
  expected: readonly TypedData[],
  found: readonly TypedData[],
  options: CompareOptions,
): Assertion[] {
  const taken = new Set<number>();
  let missing = 0;
  for (const [index, item] of expected.entries()) {
    const inner = { ...options, path: `${options.path}[${index}]` };
    const match = found.findIndex(
      (other, at) => !taken.has(at) && compareData(item, other, inner).length === 0,
    );
    if (match === -1) missing++;
    else taken.add(match);
  }
  const extra = found.length - taken.size;
  if (missing === 0 && extra === 0) return [];
  return [
    assertion(
      `${options.path}_array_values_mismatch`,
      `${taken.size} of ${expected.length} expected items came; ${missing} are missing, ${extra} are too many.`,
      describe(expected, found),
    ),
  ];
}

function compareInOrder(
  expected: readonly TypedData[],
  found: readonly TypedData[],
  options: CompareOptions,
): Assertion[] {
  const inner = expected
    .slice(0, found.length)
    .flatMap((item, index) =>
      compareData(item, found[index], { ...options, path: `${options.path}[${index}]` }),
    );
  if (expected.length === found.length) return inner;
  return [
    ...inner,
    assertion(
      `${options.path}_array_values_mismatch`,
      `Expected ${expected.length} items in this order, got ${found.length}.`,
      describe(expected, found),
    ),
  ];
}

function describe(expected: TypedData, found: TypedData): string {
  return `Expected ${brief(expected)}, got ${brief(found)}.`;
}

function brief(data: TypedData): string {
  const text = JSON.stringify(showData(data)) ?? "nothing";
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function describeKind(value: unknown): string {
  return Array.isArray(value) ? "a list" : `a ${typeof value}`;
}
