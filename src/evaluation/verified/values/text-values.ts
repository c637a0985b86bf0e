/** Kinds whose values are texts: plain text, lists in one text, JSON, Markdown, Base64, and nothing at all. */

import { cleanText } from "./clean-text.ts";
import { isPattern, matchesWhole } from "./pattern.ts";
import { isEmpty, toText, WrittenNumber } from "./python-text.ts";
import { UnreadableValue, type ValueKind } from "./typed-value.ts";

const ENDS = `'"\`.,;:!?`;

/** Plain text. A pattern on either side is matched against the other side. */
export const TEXT: ValueKind<string> = {
  name: "NormalizedString",
  read(raw, context) {
    const value = typeof raw === "string" ? cleanText(raw, context) : raw;
    if (isEmpty(value)) return "";
    const text = toText(value);
    return isPattern(value) ? text : text.toLowerCase().trim();
  },
  equal: (expected, found) =>
    (isPattern(expected) && matchesWhole(expected, found, "i")) ||
    (isPattern(found) && matchesWhole(found, expected, "i")) ||
    expected === found ||
    withoutEnds(expected) === withoutEnds(found),
  show: (value) => value,
};

/** Without quotes and punctuation at both ends. */
function withoutEnds(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && ENDS.includes(text.charAt(start))) start++;
  while (end > start && ENDS.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** `632,64,86`: the order does not count. */
export const TEXT_LIST: ValueKind<string[]> = {
  name: "StringList",
  read(raw, context) {
    const value = typeof raw === "string" ? cleanText(raw, context) : raw;
    if (isEmpty(value)) throw new UnreadableValue("expected a list, got nothing");
    const items = toText(value)
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== "");
    if (items.length === 0) throw new UnreadableValue("expected a list, got only commas");
    return items.sort();
  },
  equal: (expected, found) =>
    expected.length === found.length && expected.every((item, index) => item === found[index]),
  show: (value) => value,
};

/** None and its names. Two empty values are equal. */
export const NOTHING: ValueKind<null> = {
  name: "Empty",
  read(raw) {
    const value =
      typeof raw === "string"
        ? raw
            .trim()
            .toLowerCase()
            .replaceAll(/\s+/gu, " ")
            .replaceAll(/\s*\/\s*/gu, "/")
        : raw;
    const isNumber = typeof value === "number" || typeof value === "boolean";
    if (isEmpty(value) && !isNumber && !(value instanceof WrittenNumber)) return null;
    if (["n/a", "na", "nan", "null", "none"].includes(value as string)) return null;
    throw new UnreadableValue(`expected nothing, got ${toText(value)}`);
  },
  equal: () => true,
  show: () => null,
};

export const JSON_TEXT: ValueKind<string> = {
  name: "JsonString",
  read(raw, context) {
    const text = typeof raw === "string" ? cleanText(raw, context) : "";
    try {
      return JSON.stringify(sortKeys(JSON.parse(text)));
    } catch {
      throw new UnreadableValue(`expected JSON, got ${toText(raw)}`);
    }
  },
  equal: (expected, found) => expected === found,
  show: (value) => value,
};

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const sorted = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, held]) => [name, sortKeys(held)]));
}

/** Markdown: markers, spaces and line breaks have one form, letters stay as they are. */
export const MARKDOWN: ValueKind<string> = {
  name: "MarkdownString",
  read(raw) {
    const text = typeof raw === "string" ? raw.trim() : "";
    if (text === "") throw new UnreadableValue(`expected Markdown, got ${toText(raw)}`);
    return text
      .replaceAll(/\r\n?/gu, "\n")
      .replaceAll(/[ \t]+$/gmu, "")
      .replaceAll(/\n{3,}/gu, "\n\n")
      .replaceAll(/^(\s*)(#{1,6})[ \t]+/gmu, "$1$2 ")
      .replaceAll(/^(\s*)[*+][ \t]+/gmu, "$1- ")
      .replaceAll(/^[ \t]+(-)/gmu, "  $1")
      .replaceAll(/\[([^\]]*?)\n\s*([^\]]*?)\](\([^)]+\))/gu, "[$1 $2]$3")
      .replaceAll(
        /\[([^\]]+)\]/gu,
        (_, words: string) => `[${words.split(/\s+/u).filter(Boolean).join(" ")}]`,
      )
      .replaceAll(/\(\s*([^)]+?)\s*\)/gu, "($1)")
      .trim();
  },
  equal: (expected, found) => expected === found,
  show: (value) => value,
};

/** Base64: what is compared is the decoded text. A pattern is matched against it. */
export const BASE64: ValueKind<string> = {
  name: "Base64String",
  read(raw) {
    const text = typeof raw === "string" ? raw.trim() : "";
    if (isPattern(text)) return text;
    if (text === "" || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/u.test(text))
      throw new UnreadableValue(`expected Base64, got ${toText(raw)}`);
    return decodeUtf8(text).replaceAll(/\r\n?/gu, "\n").trim();
  },
  equal: (expected, found) =>
    (isPattern(expected) && matchesWhole(expected, found, "s")) ||
    (isPattern(found) && matchesWhole(found, expected, "s")) ||
    expected === found,
  show: (value) => value,
};

function decodeUtf8(base64: string): string {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new UnreadableValue("expected Base64 of a UTF-8 text");
  }
}
