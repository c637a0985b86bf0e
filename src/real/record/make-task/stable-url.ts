/** The part of an address that stays the same from visit to visit. */

import { isClockText, isMasked } from "./hand-words.ts";

/**
 * Without fragment, and without parameters that differ or that a clock made. @returns null where the path itself
 * differs, or is not an address of the web
 */
export function stableUrl(
  recorded: string,
  others: readonly string[],
  given: readonly string[],
): string | null {
  const urls = [recorded, ...others].map((url) => URL.parse(url));
  const [first] = urls;
  if (!first || !/^https?:$/u.test(first.protocol) || isMasked(first.pathname)) return null;
  const place = `${first.origin}${first.pathname}`;
  if (urls.some((url) => url === null || `${url.origin}${url.pathname}` !== place)) return null;
  const query = stableFields(
    [...first.searchParams],
    urls.slice(1).map((url) => [...(url?.searchParams ?? [])]),
    given,
  );
  const text = new URLSearchParams(query).toString();
  return text === "" ? place : `${place}?${text}`;
}

/** The fields with the same value in every play. Those of a clock stay out, unless a hand gave them. */
export function stableFields(
  recorded: readonly (readonly [string, string])[],
  others: readonly (readonly (readonly [string, string])[])[],
  given: readonly string[],
): Record<string, string> {
  const stable: Record<string, string> = {};
  for (const [name, value] of recorded) {
    if (Object.hasOwn(stable, name) || isMasked(value) || isClockText(value, given)) continue;
    const isEverywhere = others.every((fields) =>
      fields.some(([otherName, other]) => otherName === name && other === value),
    );
    if (isEverywhere) stable[name] = value;
  }
  return stable;
}
