/** What a check, or a part of one, came to: passed, failed, or not computable; and how parts combine. */

export interface Verdict {
  /** null: could not be computed. */
  passed: boolean | null;
  /** What was expected and what was found, or why nothing could be said. */
  detail: string;
}

export const passed = (detail: string): Verdict => ({ passed: true, detail });
export const failed = (detail: string): Verdict => ({ passed: false, detail });
export const unknown = (detail: string): Verdict => ({ passed: null, detail });

/**
 * The product of all, with Kleene's third value: one failure decides (whatever the parts that could not be
 * computed would say, the product is 0); without one, a part that could not be computed leaves the whole open. No parts
 * at all say nothing: a check whose author forgot its condition must not pass whatever happens.
 */
export function allOf(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.length === 0) return unknown("expected a condition to check, got none");
  const detail = verdicts.map((verdict) => verdict.detail).join("; ");
  if (verdicts.some((verdict) => verdict.passed === false)) return failed(detail);
  if (verdicts.some((verdict) => verdict.passed === null)) return unknown(detail);
  return passed(detail);
}

/** For details: a text in quotes, cut after 160 characters. */
export function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return JSON.stringify(line.length > 160 ? `${line.slice(0, 160)}…` : line);
}
