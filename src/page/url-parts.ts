/** Addresses taken apart. */

export interface UrlExample {
  method: string;
  url: string;
  /** What stands for the kind of the answer: loose keys of the page's elements, or names of a form's fields. */
  features: ReadonlySet<string>;
}

export interface UrlParts {
  origin: string;
  /** Decoded, without empty ones. */
  segments: string[];
  params: [string, string][];
}

const KEPT_URLS = 50_000;
/** Bounded, and pure: the parts depend on the URL alone. */
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

/** The URL, then with one parameter less, then with none: where a page with a passing parameter is otherwise found. */
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

/** The value of a parameter; null without it. */
export function parameterOf(url: string, wanted: string): string | null {
  return splitUrl(url).params.find(([name]) => name === wanted)?.[1] ?? null;
}
