/** Splits addresses into parts. */

export interface UrlParts {
  origin: string;
  /** Decoded, without empty ones. */
  segments: string[];
  params: [string, string][];
}

const KEPT_URLS = 50_000;
/** A bounded, pure cache: the parts depend on the URL only. */
const split = new Map<string, UrlParts>();

/** The parts of an absolute URL, computed once. */
export function splitUrl(url: string): UrlParts {
  const known = split.get(url);
  if (known !== undefined) return known;
  const parsed = new URL(url);
  const parts = {
    origin: parsed.origin,
    segments: parsed.pathname
      .split("/")
      .filter((segment) => segment !== "")
      .map(decodeSegment),
    params: [...parsed.searchParams.entries()],
  };
  if (split.size >= KEPT_URLS) split.clear();
  split.set(url, parts);
  return parts;
}

/** The URL, then without one parameter, then without any: finds the same page despite a temporary parameter. */
export function plainerUrls(url: string): string[] {
  const { params } = splitUrl(url);
  if (params.length === 0) return [url];
  const without = (name: string): string => {
    const plainer = new URL(url);
    plainer.searchParams.delete(name);
    return plainer.href;
  };
  const bare = new URL(url);
  bare.search = "";
  return [...new Set([url, ...params.map(([name]) => without(name)), bare.href])];
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function withoutFragment(url: string): string {
  const at = url.indexOf("#");
  return at === -1 ? url : url.slice(0, at);
}

/** The value of a parameter, or null. */
export function parameterOf(url: string, wanted: string): string | null {
  return splitUrl(url).params.find(([name]) => name === wanted)?.[1] ?? null;
}
