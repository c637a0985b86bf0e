/** Reads the fields of a request's body in any of the three usual formats. */

import { MASK } from "../../page/secrets.ts";

type Fields = [string, string][];

/** The value of a field in the form that may be stored. */
type MaskField = (name: string, value: string) => string;

/** @returns null without a body, or if the body has no fields */
export function parseFormFields(
  contentType: string,
  body: string | null,
  mask: MaskField,
): Fields | null {
  if (body === null) return null;
  const type = contentType.toLowerCase();
  const fields = type.includes("multipart/form-data")
    ? parseMultipart(contentType, body)
    : type.includes("json")
      ? parseJson(body, mask)
      : type.includes("application/x-www-form-urlencoded")
        ? [...new URLSearchParams(body)]
        : null;
  return fields?.map(([name, value]) => [name, mask(name, value)]) ?? null;
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
    if (typeof parsed !== "object" || parsed === null) return null;
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
