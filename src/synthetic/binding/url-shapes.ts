/**
 * Which URLs lead to the same kind of page. Learned from URLs and the build of their pages alone: two paths of
 * equally many segments are of one shape when their pages are built alike; the segments in which they differ are
 * variable.
 */

import { overlap } from "../tree/page-diff.ts";

export interface UrlExample {
  method: string;
  url: string;
  /** What stands for the kind of the answer: loose keys of the page's elements, or names of a form's fields. */
  features: ReadonlySet<string>;
}

export interface UrlShape {
  /** Such as `GET http://site.test/books/*`. */
  key: string;
  method: string;
  origin: string;
  /** Constant segments; null for a variable one. */
  segments: (string | null)[];
}

interface Cluster {
  method: string;
  origin: string;
  /** Values seen at each segment. */
  values: Set<string>[];
  /** Features of the first few members. */
  samples: ReadonlySet<string>[];
}

/** Two pages of one kind share at least this part of what they are built of, the common frame left out. */
const SAME_KIND = 0.5;
const SAMPLES_KEPT = 3;
/** A key on more than this part of a site's paths belongs to the frame around every page. */
const FRAME_SHARE = 0.6;

export interface UrlShapes {
  /** The shape of a URL, also of one never seen; null when no known shape fits. */
  shapeOf(method: string, url: string): UrlShape | null;
}

export function learnUrlShapes(examples: readonly UrlExample[]): UrlShapes {
  const frame = frameOf(examples);
  const clusters = new Map<string, Cluster[]>();
  const seen = new Set<string>();
  const variableWords = new Set<string>();
  // Documents first: values that vary in their paths help to read the paths of form targets.
  const ordered = [...examples].sort(
    (a, b) => Number(a.method !== "GET") - Number(b.method !== "GET"),
  );
  for (const example of ordered) {
    const { origin, segments } = splitUrl(example.url);
    const pathKey = `${example.method} ${origin}/${segments.join("/")}`;
    if (seen.has(pathKey)) continue;
    seen.add(pathKey);
    const own = new Set([...example.features].filter((feature) => !frame.has(feature)));
    const bucketKey = `${example.method} ${origin} ${segments.length}`;
    let bucket = clusters.get(bucketKey);
    if (bucket === undefined) clusters.set(bucketKey, (bucket = []));
    const home = bucket.find((cluster) => belongs(cluster, segments, own, variableWords));
    if (home === undefined) {
      bucket.push({
        method: example.method,
        origin,
        values: segments.map((segment) => new Set([segment])),
        samples: [own],
      });
      continue;
    }
    segments.forEach((segment, i) => {
      const values = home.values[i] as Set<string>;
      values.add(segment);
      if (values.size > 1) for (const value of values) variableWords.add(value);
    });
    if (home.samples.length < SAMPLES_KEPT) home.samples.push(own);
  }
  const placesOfNames = new Set<string>();
  for (const bucket of clusters.values())
    for (const { method, origin, values } of bucket)
      if (method === "GET")
        values.forEach((seen, i) => {
          if (seen.size > 1) placesOfNames.add(placeOf(origin, values, i));
        });
  const shapes = new Map<string, UrlShape[]>();
  for (const [bucketKey, bucket] of clusters)
    shapes.set(
      bucketKey,
      bucket
        .map((cluster) => toShape(cluster, placesOfNames))
        .sort((a, b) => variables(a) - variables(b)),
    );
  return {
    shapeOf(method, url) {
      const { origin, segments } = splitUrl(url);
      const fitting = shapes.get(`${method} ${origin} ${segments.length}`) ?? [];
      return (
        fitting.find((shape) =>
          shape.segments.every((segment, i) => segment === null || segment === segments[i]),
        ) ?? null
      );
    },
  };
}

export interface UrlParts {
  origin: string;
  /** Decoded, without empty ones. */
  segments: string[];
  params: [string, string][];
}

const split = new Map<string, UrlParts>();
const KEPT_URLS = 50_000;

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

function frameOf(examples: readonly UrlExample[]): Set<string> {
  const paths = new Map<string, ReadonlySet<string>>();
  for (const { method, url, features } of examples) {
    if (method !== "GET") continue;
    const { origin, segments } = splitUrl(url);
    paths.set(`${origin}/${segments.join("/")}`, features);
  }
  const counts = new Map<string, number>();
  for (const features of paths.values())
    for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  // With a handful of pages nothing can be told to be a frame.
  if (paths.size < 4) return new Set();
  return new Set(
    [...counts].filter(([, n]) => n > FRAME_SHARE * paths.size).map(([feature]) => feature),
  );
}

function belongs(
  cluster: Cluster,
  segments: readonly string[],
  features: ReadonlySet<string>,
  variableWords: ReadonlySet<string>,
): boolean {
  if (segments.length === 0) return true;
  const differing = segments.filter((segment, i) => !cluster.values[i]?.has(segment));
  if (cluster.samples.every((sample) => overlap(sample, features) < SAME_KIND)) return false;
  if (cluster.method === "GET") return true;
  // Form targets look alike by their fields alone: let only what varies elsewhere, or holds a number, vary here.
  return differing.every((segment) => variableWords.has(segment) || /\d/u.test(segment));
}

/** @param placesOfNames where pages have names of things in their paths, so that forms' targets have them there, too */
function toShape(cluster: Cluster, placesOfNames: ReadonlySet<string>): UrlShape {
  const { method, origin, values } = cluster;
  const segments = values.map((seen, i) => {
    const [only] = seen;
    if (seen.size > 1 || only === undefined) return null;
    // What a form was sent to once was one thing of many: `/book/7/lend` after pages `/book/7`, `/book/8`.
    const isName =
      method !== "GET" &&
      i > 0 &&
      (/\d/u.test(only) || placesOfNames.has(placeOf(origin, values, i)));
    return isName ? null : only;
  });
  return {
    key: `${cluster.method} ${cluster.origin}/${segments.map((s) => s ?? "*").join("/")}`,
    method: cluster.method,
    origin: cluster.origin,
    segments,
  };
}

/** A segment by what stands before it: `http://site.test/book/`. */
function placeOf(origin: string, values: readonly ReadonlySet<string>[], i: number): string {
  const before = values.slice(0, i).map((seen) => (seen.size > 1 ? "*" : [...seen][0]));
  return `${origin}/${before.join("/")}`;
}

function variables(shape: UrlShape): number {
  return shape.segments.filter((segment) => segment === null).length;
}
