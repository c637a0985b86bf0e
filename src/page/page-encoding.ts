/**
 * The encoding of a page decides how its links and forms write letters that are not ASCII: after the standards for
 * encodings and URLs, with their own library.
 */

import { labelToName } from "@exodus/bytes/encoding.js";
import { percentEncodeAfterEncoding } from "@exodus/bytes/whatwg.js";
import type { Element } from "domhandler";
import { attribute } from "./dom.ts";

export const UTF_8 = "UTF-8";

/** In a recording, on `<html>`: the encoding that the page came in, where it does not simply declare it. */
export const ENCODING_ATTRIBUTE = "data-dreamgym-encoding";

/** Encodings that only read: what they hold is written in UTF-8. */
const READ_ONLY = new Set(["UTF-16LE", "UTF-16BE", "replacement"]);

/** The standard name of an encoding that can write, or null for an unknown label. */
export function writableEncoding(label: string): string | null {
  const name = labelToName(label);
  return name !== null && READ_ONLY.has(name) ? UTF_8 : name;
}

/** The encoding that a recording names, or else the page's `<meta>`s declare. UTF-8 without one. */
export function declaredEncoding(root: Element | undefined, metas: readonly Element[]): string {
  const recorded = root === undefined ? undefined : attribute(root, ENCODING_ATTRIBUTE);
  const known = recorded === undefined ? null : writableEncoding(recorded);
  if (known !== null) return known;
  for (const element of metas) {
    const isPragma = attribute(element, "http-equiv")?.trim().toLowerCase() === "content-type";
    const label =
      attribute(element, "charset") ??
      (isPragma ? charsetOf(attribute(element, "content") ?? "") : undefined);
    const encoding = label === undefined ? null : writableEncoding(label);
    if (encoding !== null) return encoding;
  }
  return UTF_8;
}

function charsetOf(content: string): string | undefined {
  return /charset\s*=\s*["']?([^\s"';]+)/iu.exec(content)?.[1];
}

/** `URLSearchParams` leaves these characters as they are, and writes all others as bytes. */
const ESCAPED_IN_FORMS = "!\"#$%&'()+,/:;<=>?@[\\]^`{|}~";
const ESCAPED_IN_QUERIES = " \"#'<>";

/** Fields as `application/x-www-form-urlencoded`. */
export function encodeFields(
  fields: readonly (readonly [string, string])[],
  encoding: string,
): string {
  if (encoding === UTF_8)
    return new URLSearchParams(fields.map(([name, value]) => [name, value])).toString();
  const written = (text: string): string =>
    percentEncodeAfterEncoding(encoding, text, ESCAPED_IN_FORMS, true);
  return fields.map(([name, value]) => `${written(name)}=${written(value)}`).join("&");
}

/** A text as bytes. Characters that the encoding lacks become character references of HTML. */
export function encodeText(text: string, encoding: string): Buffer {
  if (encoding === UTF_8) return Buffer.from(text);
  const written = percentEncodeAfterEncoding(encoding, text, "%");
  const bytes = written.replace(/%([0-9A-F]{2})/gu, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(bytes, "latin1");
}

/** Absolute URL of a reference, whose query is written in the page's encoding. Null if it is not a URL. */
export function resolveUrl(reference: string, base: string, encoding: string): string | null {
  if (!URL.canParse(reference, base)) return null;
  const url = new URL(reference, base);
  if (encoding === UTF_8 || !/^https?:$/u.test(url.protocol)) return url.href;
  const [address, fragment] = split(reference, "#");
  const [path, query] = split(address, "?");
  if (query === undefined) return url.href;
  const written = percentEncodeAfterEncoding(encoding, query, ESCAPED_IN_QUERIES);
  return new URL(`${path}?${written}${fragment === undefined ? "" : `#${fragment}`}`, base).href;
}

/** The parts before and after the first mark. */
function split(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}
