/**
 * Whether a browser may show this answer again without asking the site (RFC 9111, section 4.2). If in doubt, it may.
 * An immutable answer (RFC 8246) is the same in every state of the site, so the browser may keep it.
 *
 * @param headers names in lower case
 */
export function isCacheable(headers: Readonly<Record<string, string>>): boolean {
  const control = headers["cache-control"]?.toLowerCase() ?? "";
  if (/no-store|no-cache|immutable/.test(control)) return false;
  const [, seconds] = /max-age\s*=\s*"?(\d+)/.exec(control) ?? [];
  if (seconds !== undefined) return Number(seconds) > 0;
  // Without either, browsers guess from the last change.
  return headers["expires"] !== undefined || headers["last-modified"] !== undefined;
}
