/**
 * Which URLs lead to the same kind of page. Learned from URLs and the build of their pages alone. Two paths with
 * equally many segments have one shape when their pages are built alike. The segments in which they differ are
 * variable. A parameter that names the kind of page counts as one more segment.
 */

import { overlap } from "../../tree/page-diff.ts";
import { learnKindParameters } from "./kind-parameters.ts";
import { parameterOf, splitUrl } from "../../../page/url-parts.ts";
import type { UrlExample } from "./url-example.ts";

interface UrlShape {
  /** Such as `GET http://site.test/books/*`, or `GET http://site.test/book?action=edit`. */
  key: string;
  method: string;
  origin: string;
  /** Constant segments of the path; null for a variable one. */
  segments: (string | null)[];
  /** As `segments`, of the parameters that name the kind: `?action=edit`. */
  kinds: (string | null)[];
}

interface Cluster {
  method: string;
  origin: string;
  /** Values seen at each segment. */
  values: Set<string>[];
  /** Features of the first few members. */
  samples: ReadonlySet<string>[];
}

/** Two pages of one kind share at least this part of their build, without the common frame. */
const SAME_KIND = 0.5;
const SAMPLES_KEPT = 3;
/** A key on more than this part of a site's paths belongs to the frame around every page. */
const FRAME_SHARE = 0.6;

export interface UrlShapes {
  /** The shape of a URL, also of an unseen one; null when no known shape fits. */
  shapeOf(method: string, url: string): UrlShape | null;
}

/** @param examples one for each address */
export function learnUrlShapes(examples: readonly UrlExample[]): UrlShapes {
  const byPath = learnShapes(examples, () => []);
  const pathOf = (url: string): string | null => byPath.shapeOf("GET", url)?.key ?? null;
  const kinds = learnKindParameters(examples, pathOf);
  if (kinds.size === 0) return byPath;
  const byKind = learnShapes(examples, (url) =>
    (kinds.get(pathOf(url) ?? "") ?? []).map((name) => `?${name}=${parameterOf(url, name) ?? ""}`),
  );
  // A kind that was never requested by GET, such as an answer to a form, still belongs to its path.
  return { shapeOf: (method, url) => byKind.shapeOf(method, url) ?? byPath.shapeOf(method, url) };
}

interface Parts {
  origin: string;
  /** Number of segments of the path. */
  depth: number;
  /** Segments of the path, then the parameters that name the kind. */
  segments: string[];
}

/** Addresses of one bucket may have one shape. A parameter never stands where others have a segment of the path. */
function bucketOf(method: string, { origin, depth, segments }: Parts): string {
  return `${method} ${origin} ${depth} ${segments.length - depth}`;
}

/** @param kindsOf parts of an address that count like segments of its path */
function learnShapes(
  examples: readonly UrlExample[],
  kindsOf: (url: string) => readonly string[],
): UrlShapes {
  const partsOf = (url: string): Parts => {
    const { origin, segments } = splitUrl(url);
    const kinds = kindsOf(url);
    return { origin, depth: segments.length, segments: [...segments, ...kinds] };
  };
  const frames = framesOf(examples, partsOf);
  const clusters = new Map<string, Cluster[]>();
  const seen = new Set<string>();
  const variableWords = new Set<string>();
  // Documents first: values that vary in their paths help to read the paths of form targets.
  const ordered = [...examples].sort(
    (a, b) => Number(a.method !== "GET") - Number(b.method !== "GET"),
  );
  for (const example of ordered) {
    const parts = partsOf(example.url);
    const { origin, segments } = parts;
    const pathKey = `${example.method} ${origin}/${segments.join("/")}`;
    if (seen.has(pathKey)) continue;
    seen.add(pathKey);
    const own = new Set(
      [...example.features].filter((feature) => frames.get(origin)?.has(feature) !== true),
    );
    const bucketKey = bucketOf(example.method, parts);
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
      const parts = partsOf(url);
      const { segments } = parts;
      const fitting = shapes.get(bucketOf(method, parts)) ?? [];
      return (
        fitting.find((shape) =>
          [...shape.segments, ...shape.kinds].every(
            (segment, i) => segment === null || segment === segments[i],
          ),
        ) ?? null
      );
    },
  };
}

/** The frame around every page of a site, by its origin. */
function framesOf(
  examples: readonly UrlExample[],
  partsOf: (url: string) => Parts,
): Map<string, ReadonlySet<string>> {
  const sites = new Map<string, Map<string, ReadonlySet<string>>>();
  for (const { method, url, features } of examples) {
    if (method !== "GET") continue;
    const { origin, segments } = partsOf(url);
    const paths = sites.get(origin) ?? new Map<string, ReadonlySet<string>>();
    sites.set(origin, paths);
    if (!paths.has(segments.join("/"))) paths.set(segments.join("/"), features);
  }
  return new Map([...sites].map(([origin, paths]) => [origin, frameOf([...paths.values()])]));
}

function frameOf(pages: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  // A handful of pages is too few to recognise a frame.
  if (pages.length < 4) return new Set();
  const counts = new Map<string, number>();
  for (const features of pages)
    for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return new Set(
    [...counts].filter(([, n]) => n > FRAME_SHARE * pages.length).map(([feature]) => feature),
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
  // Form targets look alike by their fields alone. So only segments that vary elsewhere, or hold a number, vary here.
  return differing.every((segment) => variableWords.has(segment) || /\d/u.test(segment));
}

/** @param placesOfNames where pages have names of things in their paths, so that forms' targets have them there, too */
function toShape(cluster: Cluster, placesOfNames: ReadonlySet<string>): UrlShape {
  const { method, origin, values } = cluster;
  const segments = values.map((seen, i) => {
    const [only] = seen;
    if (seen.size > 1 || only === undefined) return null;
    // The target of a form that was sent once was one thing of many: `/book/7/lend` after pages `/book/7`, `/book/8`.
    const isName =
      method !== "GET" &&
      i > 0 &&
      (/\d/u.test(only) || placesOfNames.has(placeOf(origin, values, i)));
    return isName ? null : only;
  });
  const isKind = (i: number): boolean =>
    [...(values[i] ?? [])].every((value) => value.startsWith("?"));
  const text = segments.map((segment, i) => (isKind(i) ? "" : "/") + (segment ?? "*")).join("");
  return {
    key: `${cluster.method} ${cluster.origin}${text === "" ? "/" : text}`,
    method: cluster.method,
    origin: cluster.origin,
    segments: segments.filter((_, i) => !isKind(i)),
    kinds: segments.filter((_, i) => isKind(i)),
  };
}

/** A segment by the path before it: `http://site.test/book/`. */
function placeOf(origin: string, values: readonly ReadonlySet<string>[], i: number): string {
  const before = values.slice(0, i).map((seen) => (seen.size > 1 ? "*" : [...seen][0]));
  return `${origin}/${before.join("/")}`;
}

function variables(shape: UrlShape): number {
  return [...shape.segments, ...shape.kinds].filter((segment) => segment === null).length;
}
