/**
 * The kind of URLs. A site's address becomes its placeholder; the path is compared without case and final slash, the
 * query parameter by parameter. An expected `^…$` is a pattern of the whole address without the query.
 */

import { isPattern, matchesStart } from "./pattern.ts";
import { normalizeUrl } from "./normalize-url.ts";
import { cut, joinUrl, parseQuery, splitUrl, unquote } from "./split-url.ts";
import { toText } from "./python-text.ts";
import { type ReadContext, TypedValue, UnreadableValue, type ValueKind } from "./typed-value.ts";

/** The values of a parameter, sorted. They are typed where the task gives the parameter a kind. */
export type Query = ReadonlyMap<string, readonly (string | TypedValue)[]>;

export interface UrlParts {
  /** Without query. */
  base: string;
  query: Query;
}

export interface UrlOptions {
  /** Replaces the URL's own query. */
  query?: ReadonlyMap<string, readonly string[]>;
  isIgnored?: (parameter: string) => boolean;
  /** Types the values of parameters. */
  readQuery?: (query: ReadonlyMap<string, readonly string[]>) => Query;
  /** Parameters may stand Base64-encoded in the path. */
  decodeBase64?: boolean;
  /** Puts a site's address in the place of `__SITE__`. Without it, placeholders stay. */
  toAddress?: (text: string) => string;
}

export function urlKind(options: UrlOptions = {}): ValueKind<UrlParts> {
  return {
    name: "URL",
    read: (raw, context) => readUrl(raw, context, options),
    equal: (expected, found) =>
      samePath(expected, found, options.toAddress) && sameQuery(expected.query, found.query),
    show: ({ base, query }) => ({
      base_url: base,
      query_params: Object.fromEntries(
        [...query].map(([name, values]) => [
          name,
          values.map((value) => (value instanceof TypedValue ? value.show() : value)),
        ]),
      ),
    }),
  };
}

function readUrl(raw: unknown, context: ReadContext, options: UrlOptions): UrlParts {
  const text = typeof raw === "string" ? raw.trim() : "";
  if (text === "") throw new UnreadableValue(`expected a URL, got ${toText(raw)}`);
  if (isPattern(text)) return { base: text, query: readQuery(options.query ?? new Map(), options) };
  const trimmed = text.replace(/\/+$/u, "");
  const url = trimmed.startsWith("__") ? (options.toAddress?.(trimmed) ?? trimmed) : trimmed;
  if (/^ssh:\/\//iu.test(url) || (/^git@.*:/iu.test(url) && !url.includes("://")))
    return { base: shortGitAddress(url), query: new Map() };
  if (url === "") throw new UnreadableValue("expected a URL, got slashes");
  const normal = normalizeUrl(url);
  const placed = context.toPlaceholder?.(normal, context.strict) ?? normal;
  const { scheme, host, path, query, fragment } = splitUrl(placed);
  const decoded =
    options.decodeBase64 === true && options.query === undefined
      ? decodePath(path)
      : { path, queries: [] };
  const fields = options.query ?? readFields([...decoded.queries, query].filter(Boolean).join("&"));
  return {
    base: joinUrl({ scheme, host: host.toLowerCase(), path: decoded.path, query: "", fragment }),
    query: readQuery(fields, options),
  };
}

/** Host and port do not count in the address of a repository: `git@__SSH_HOST__:group/project.git`. */
function shortGitAddress(url: string): string {
  const isFull = /^ssh:\/\//iu.test(url);
  const { host, path } = isFull ? splitUrl(url) : { host: url, path: "" };
  const user = host.includes("@") ? cut(host, "@")[0] : "git";
  const repository = isFull ? path : cut(cut(url, "@")[1], ":")[1];
  return `${user.toLowerCase()}@__SSH_HOST__:${repository.replace(/^\/+/u, "").toLowerCase()}`;
}

/** The reference decodes names and values once more than the browser encoded them. */
function readFields(query: string): Map<string, string[]> {
  return new Map(
    [...parseQuery(query)].map(([name, values]) => [unquote(name), values.map(unquote)]),
  );
}

function readQuery(fields: ReadonlyMap<string, readonly string[]>, options: UrlOptions): Query {
  const kept = new Map(
    [...fields]
      .filter(([name]) => options.isIgnored?.(name) !== true)
      .map(([name, values]) => [name, values.map((value) => value.toLowerCase().trim()).sort()]),
  );
  return kept.size > 0 ? (options.readQuery?.(kept) ?? kept) : kept;
}

/** Segments of a path that are Base64 of a query move into the query. */
function decodePath(path: string): { path: string; queries: string[] } {
  const queries: string[] = [];
  const kept = path.split("/").filter((segment) => {
    const query = /^[A-Za-z0-9_-]{4,}={0,2}$/u.test(segment) ? decodeSegment(segment) : null;
    if (query !== null) queries.push(query);
    return segment !== "" && query === null;
  });
  if (queries.length === 0 && kept.length === 0) return { path: path === "" ? "" : "/", queries };
  const start = path.startsWith("/") ? "/" : "";
  const end = path.endsWith("/") && kept.length > 0 ? "/" : "";
  return { path: `${start}${kept.join("/")}${end}`, queries };
}

/** @returns null where the segment is not a query */
function decodeSegment(segment: string): string | null {
  try {
    const base64 = segment.replace(/=+$/u, "").replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (!text.includes("=")) return null;
    return (
      unquote(text)
        .trim()
        .replace(/^[?&]+/u, "") || null
    );
  } catch {
    return null;
  }
}

/** Whether the addresses without queries are the same, or one is a pattern of the other. */
export function samePath(
  expected: UrlParts,
  found: UrlParts,
  toAddress: ((text: string) => string) | undefined,
): boolean {
  if (isPattern(expected.base) && matchesPath(expected.base, found.base, toAddress)) return true;
  if (isPattern(found.base)) return matchesPath(found.base, expected.base, toAddress);
  return !isPattern(expected.base) && plainPath(expected.base) === plainPath(found.base);
}

/** @throws UnreadableValue for a pattern that is not a regular expression */
function matchesPath(
  pattern: string,
  base: string,
  toAddress: ((text: string) => string) | undefined,
): boolean {
  const render = (text: string): string =>
    text.startsWith("__") ? (toAddress?.(text) ?? text) : text;
  const matches = matchesStart(`^${render(pattern.slice(1, -1))}$`, render(base));
  if (matches === null) throw new UnreadableValue(`expected a regular expression, got ${pattern}`);
  return matches;
}

function plainPath(base: string): string {
  return base.toLowerCase().replace(/\/+$/u, "");
}

/** Of several values of a parameter, the first in order counts. A missing one is empty. */
function sameQuery(expected: Query, found: Query): boolean {
  return [...new Set([...expected.keys(), ...found.keys()])].every((name) => {
    const wanted = expected.get(name)?.[0] ?? "";
    const other = found.get(name)?.[0] ?? "";
    const pattern = wanted instanceof TypedValue ? wanted.alternatives.find(isPattern) : wanted;
    if (isPattern(pattern)) return matchesStart(pattern as string, textOf(other)) === true;
    if (wanted instanceof TypedValue) return other instanceof TypedValue && wanted.equals(other);
    return wanted === other;
  });
}

function textOf(value: string | TypedValue): string {
  return value instanceof TypedValue ? toText(value.alternatives[0]) : value;
}
