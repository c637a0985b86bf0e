/** The result of a check or of a part of one, and how parts combine: passed, failed, or not computable. */

export interface Verdict {
  /** null when it could not be computed. */
  passed: boolean | null;
  /** What was expected and what was found, or why it could not be computed. */
  detail: string;
}

export const passed = (detail: string): Verdict => ({ passed: true, detail });
export const failed = (detail: string): Verdict => ({ passed: false, detail });
export const unknown = (detail: string): Verdict => ({ passed: null, detail });

/**
 * The product of all parts, in Kleene's logic. One failure decides, whatever the open parts would give. Without a
 * failure, an open part leaves the whole open. A check without parts is open as well: its author forgot the condition,
 * and it must not always pass.
 */
export function allOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return unknown("expected a condition to check, got none");
  const detail = verdicts.map((verdict) => verdict.detail).join("; ");
  if (verdicts.some((verdict) => verdict.passed === false)) return failed(detail);
  if (verdicts.some((verdict) => verdict.passed === null)) return unknown(detail);
  return passed(detail);
}

/** A text in quotes for details, cut after 160 characters. */
export function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(line.length > 160 ? `${line.slice(0, 160)}…` : line);
}
