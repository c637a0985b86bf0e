/**
 * Patterns in expected values: a text from `^` to `$` is a regular expression, in Python's and JavaScript's common
 * syntax.
 */

export function isPattern(value: unknown): boolean {
  return (
    typeof value === "string" && value.length >= 2 && value.startsWith("^") && value.endsWith("$")
  );
}

/** Python's `fullmatch`. A pattern that cannot be compiled matches nothing. */
export function matchesWhole(pattern: string, text: string, flags: string): boolean {
  return compile(`^(?:${pattern})$`, flags)?.test(text) ?? false;
}

/** Python's `match`: from the start, with or without the rest. @returns null for a pattern that cannot be compiled */
export function matchesStart(pattern: string, text: string): boolean | null {
  return compile(`^(?:${pattern})`, "")?.test(text) ?? null;
}

/** Python's `search`. A pattern that cannot be compiled finds nothing. */
export function occursIn(pattern: string, text: string, flags = ""): boolean {
  return compile(pattern, flags)?.test(text) ?? false;
}

function compile(pattern: string, flags: string): RegExp | null {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return null;
  }
}
