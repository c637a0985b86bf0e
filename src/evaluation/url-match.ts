/**
 * The check of the final URL: WebArena's `url_match` with its only rule, "GOLD in PRED".
 *
 * `webarena` compares by substring, so `/issues/7` accepts `/issues/71`. It also pools the query values of all
 * alternatives. `strict` mends both. It wants equal host and path, and ignores percent-encoding, a trailing slash and
 * the fragment. Each query parameter of the reference must be among the page's. Both profiles ignore further
 * parameters of the page.
 */

import type { ScoringProfile } from "./profile.ts";
import { failed, passed, quote, type Verdict } from "./verdict.ts";

export function checkUrl(
  references: readonly string[],
  finalUrl: string,
  profile: ScoringProfile = "strict",
): Verdict {
  const detail = `expected ${references.map(quote).join(" or ")}, got ${quote(finalUrl)}`;
  const matches =
    profile === "strict"
      ? references.some((reference) => matchesStrictly(reference, finalUrl))
      : matchesLikeWebArena(references, finalUrl);
  return matches ? passed(detail) : failed(detail);
}

function matchesStrictly(reference: string, candidate: string): boolean {
  if (!URL.canParse(reference) || !URL.canParse(candidate)) return false;
  const wanted = new URL(reference);
  const found = new URL(candidate);
  return (
    wanted.host === found.host &&
    normalizePath(wanted.pathname) === normalizePath(found.pathname) &&
    [...wanted.searchParams].every(([name, value]) =>
      found.searchParams.getAll(name).includes(value),
    )
  );
}

/** Decodes percent-encoding where possible and removes trailing slashes. An encoded slash does not split segments. */
export function normalizePath(path: string): string {
  return path.replace(/\/+$/, "").split("/").map(decodeSegment).join("/");
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment).replaceAll("/", "%2F");
  } catch {
    return segment;
  }
}

/** WebArena's own way: cuts the text at `://`, `#` and `?`, and pools the values of all alternatives. */
function matchesLikeWebArena(references: readonly string[], candidate: string): boolean {
  const found = splitLikeWebArena(candidate);
  const wanted = references.map(splitLikeWebArena);
  const pooled = new Map<string, Set<string>>();
  for (const { query } of wanted) {
    for (const [name, value] of query) {
      pooled.set(name, (pooled.get(name) ?? new Set()).add(value));
    }
  }
  return (
    wanted.some(({ base }) => found.base.includes(base)) &&
    [...pooled].every(([name, values]) =>
      found.query.getAll(name).some((value) => values.has(value)),
    )
  );
}

function splitLikeWebArena(url: string): { base: string; query: URLSearchParams } {
  const bare = url.replace(/\/+$/, "").replace(/^[a-z][a-z+.-]*:\/\//i, "");
  const [withoutFragment = ""] = bare.split("#");
  const [base = "", ...query] = withoutFragment.split("?");
  const filled = [...new URLSearchParams(query.join("?"))].filter(([, value]) => value !== "");
  return { base, query: new URLSearchParams(filled) };
}
