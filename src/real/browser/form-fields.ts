/** Reads the fields of a request's body: forms in their three encodings, and JSON, also where no type says so. */

import { MASK } from "../../page/secrets.ts";

type Fields = [string, string][];

/** The value of a field in the form that may be stored. */
type MaskField = (name: string, value: string) => string;

/** @returns null if the body has no fields, or none that can be read */
export function parseFormFields(contentType: string, body: string, mask: MaskField): Fields | null {
  return (
    parseBody(contentType, body, mask)?.map(([name, value]) => [name, mask(name, value)]) ?? null
  );
}

function parseBody(contentType: string, body: string, mask: MaskField): Fields | null {
  const [type = ""] = contentType.toLowerCase().split(";");
  if (type.startsWith("multipart/form-data")) return parseMultipart(contentType, body);
  if (type.startsWith("application/x-www-form-urlencoded")) return [...new URLSearchParams(body)];
  const fields = parseJson(body, mask);
  if (fields !== null || !NAMES_NO_FORMAT.has(type.trim())) return fields;
  return parseLines(body) ?? (URLENCODED.test(body) ? [...new URLSearchParams(body)] : null);
}

/** Types of texts in any format. Scripts that set no type send the first or none. */
const NAMES_NO_FORMAT = new Set(["text/plain", "", "application/octet-stream"]);

const URLENCODED = /^(?:&?[^\s=&<>{}]+=[^\s=&<>{}]*)+$/u;

/** The lines of a form with `enctype=text/plain`. */
function parseLines(body: string): Fields | null {
  if (!body.endsWith("\r\n")) return null;
  const fields: Fields = [];
  for (const line of body.slice(0, -2).split("\r\n")) {
    const [name = "", ...value] = line.split("=");
    const last = fields.at(-1);
    if (value.length > 0) fields.push([name, value.join("=")]);
    // Without a sign it is another line of the value before it.
    else if (last === undefined) return null;
    else last[1] += `\r\n${line}`;
  }
  return fields;
}

function parseMultipart(contentType: string, body: string): Fields {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  const fields: Fields = [];
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf("\r\n\r\n");
    const head = part.slice(0, end);
    const name = /\bname="((?:[^"\\]|\\.)*)"/i.exec(head)?.[1];
    if (end === -1 || name === undefined) continue;
    const isFile = /\bfilename="/i.test(head);
    const value = part.slice(end + 4).replace(/\r\n$/, "");
    fields.push([decodeName(name), isFile ? "[file]" : value]);
  }
  return fields;
}

/** HTML escapes quotes and line breaks in names as %22, %0D, %0A. */
function decodeName(name: string): string {
  return name.replace(/%(22|0D|0A)/gi, (escaped) => decodeURIComponent(escaped));
}

function parseJson(body: string, mask: MaskField): Fields | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== "object" || parsed === null) return [];
    return Object.entries(parsed).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(maskDeep(value, name, mask)),
    ]);
  } catch {
    return null;
  }
}

/** @param name of the nearest surrounding field */
function maskDeep(value: unknown, name: string, mask: MaskField): unknown {
  if (Array.isArray(value)) return value.map((item) => maskDeep(item, name, mask));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([inner, held]) => [
        inner,
        mask(inner, "-") === MASK ? MASK : maskDeep(held, inner, mask),
      ]),
    );
  if (typeof value !== "string" && typeof value !== "number") return value;
  const masked = mask(name, String(value));
  return masked === String(value) ? value : masked;
}
