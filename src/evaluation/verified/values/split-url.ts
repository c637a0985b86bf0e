/**
 * URLs as Python's urllib takes them apart. The reference compares its results, which differ from a browser's: they
 * keep the case of a path, accept text without a scheme, and decode twice.
 */

import { UnreadableValue } from "./typed-value.ts";

export interface SplitUrl {
  scheme: string;
  host: string;
  path: string;
  query: string;
  fragment: string;
}

/** @throws UnreadableValue for unbalanced brackets in the host */
export function splitUrl(url: string): SplitUrl {
  // oxlint-disable-next-line no-control-regex
  const plain = url.replace(/^[\u0000-\u0020]+/u, "").replaceAll(/[\t\r\n]/gu, "");
  const [, scheme = "", afterScheme = plain] =
    /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/su.exec(plain) ?? [];
  const [, host = "", afterHost = afterScheme] = /^\/\/([^/?#]*)(.*)$/su.exec(afterScheme) ?? [];
  if (host.includes("[") !== host.includes("]"))
    throw new UnreadableValue(`expected a URL, got ${url}`);
  const [beforeFragment, fragment] = cut(afterHost, "#");
  const [path, query] = cut(beforeFragment, "?");
  return { scheme: scheme.toLowerCase(), host, path, query, fragment };
}

export function joinUrl({ scheme, host, path, query, fragment }: SplitUrl): string {
  const isHosted = host !== "" || path.startsWith("//");
  const rooted = host !== "" && path !== "" && !path.startsWith("/") ? `/${path}` : path;
  return [
    scheme === "" ? "" : `${scheme}:`,
    isHosted ? `//${host}` : "",
    rooted,
    query === "" ? "" : `?${query}`,
    fragment === "" ? "" : `#${fragment}`,
  ].join("");
}

/** The path without what follows a semicolon in its last segment. */
export function pathOf(url: string): string {
  const { path } = splitUrl(url);
  const semicolon = path.indexOf(";", Math.max(0, path.lastIndexOf("/")));
  return semicolon === -1 ? path : path.slice(0, semicolon);
}

/** @returns what is before the first separator, and what follows it */
export function cut(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** Decodes percent-encoded UTF-8. Whatever is not encoded stays. */
export function unquote(text: string): string {
  if (!text.includes("%")) return text;
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/gu, (run) =>
    new TextDecoder("utf-8", { ignoreBOM: true }).decode(
      Uint8Array.from(run.slice(1).split("%"), (byte) => Number.parseInt(byte, 16)),
    ),
  );
}

const NOT_PLAIN = /[^A-Za-z0-9_.~-]/gu;

/** Encodes all but letters, digits, `_.-~` and the safe characters. */
export function quote(text: string, safe: string): string {
  return text.replaceAll(NOT_PLAIN, (character) =>
    safe.includes(character)
      ? character
      : Array.from(
          new TextEncoder().encode(character),
          (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
        ).join(""),
  );
}

/** The fields of a query or a form in order, each with all its values. Blank values count. */
export function parseQuery(query: string): Map<string, string[]> {
  const fields = new Map<string, string[]>();
  for (const field of query.split("&")) {
    if (field === "") continue;
    const [name, value] = cut(field, "=").map((half) => unquote(half.replaceAll("+", " ")));
    fields.set(name as string, [...(fields.get(name as string) ?? []), value as string]);
  }
  return fields;
}
