/** Looks for known values in bytes: in plain text, in every usual encoding, and inside compressed parts. */

import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";

export interface SecretFinding {
  /** Number of the value in the list that was given. */
  value: number;
  /** How it was written: `plain`, `base64 in zip member trace.network`. */
  form: string;
  /** Of the first byte, in the innermost decoded part. */
  offset: number;
}

/** How deep parts are opened: a zip in a base64 text in a gzip stream. */
const MOST_LEVELS = 4;
/** Compressed parts that open to more are cut off here. */
const MOST_BYTES = 256 * 2 ** 20;
const LEAST_BASE64 = 24;

/** One finding for each value and form, at most. */
export function findSecrets(bytes: Buffer, values: readonly string[]): SecretFinding[] {
  const needles = values.flatMap((value, number) =>
    formsOf(value).map(({ form, needle }) => ({ value: number, form, needle })),
  );
  const findings = new Map<string, SecretFinding>();
  const search = (part: Buffer, where: string, level: number): void => {
    for (const { value, form, needle } of needles) {
      const offset = part.indexOf(needle);
      if (offset === -1) continue;
      const found = { value, form: `${form}${where}`, offset };
      findings.set(`${value} ${found.form}`, found);
    }
    if (level === MOST_LEVELS) return;
    for (const { name, content } of innerParts(part))
      search(content, ` in ${name}${where}`, level + 1);
  };
  search(bytes, "", 0);
  return [...findings.values()];
}

function formsOf(value: string): { form: string; needle: Buffer }[] {
  const bytes = Buffer.from(value);
  const uri = encodeURIComponent(value);
  const everyByte = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const entities = (write: (code: number) => string): string =>
    Array.from(value, (character) => write(character.codePointAt(0) ?? 0)).join("");
  const html = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const escaped = value
    .split("")
    .map((character) => String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .join("");
  const texts: [form: string, text: string][] = [
    ["plain", value],
    ["URL", uri],
    ["URL", uri.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())],
    ["URL", everyByte],
    ["URL", everyByte.toUpperCase()],
    ["form", new URLSearchParams({ v: value }).toString().slice("v=".length)],
    ["HTML", html],
    ["HTML", html.replaceAll('"', "&quot;").replaceAll("'", "&#39;")],
    ["HTML", entities((code) => `&#${code};`)],
    ["HTML", entities((code) => `&#x${code.toString(16)};`)],
    ["JSON", JSON.stringify(value).slice(1, -1)],
    ["JSON", escaped],
    ["hex", bytes.toString("hex")],
    ["hex", bytes.toString("hex").toUpperCase()],
    ...base64Of(bytes).flatMap((text): [string, string][] => [
      ["base64", text],
      ["base64", text.replaceAll("+", "-").replaceAll("/", "_")],
    ]),
  ];
  const utf16 = Buffer.from(value, "utf16le");
  return [
    ...new Map(texts.map(([form, text]) => [text, { form, needle: Buffer.from(text) }])).values(),
    { form: "UTF-16", needle: utf16 },
    { form: "UTF-16", needle: Buffer.from(utf16).swap16() },
  ];
}

/** A text inside a longer one has three base64 forms. Their edges depend on what is next to it. */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const start = shift === 0 ? 0 : shift + 1;
    const whole = Math.floor(((shift + bytes.length) * 4) / 3);
    const inner = encoded.slice(start, whole);
    return inner.length >= 6 ? [inner] : [];
  });
}

function* innerParts(bytes: Buffer): Generator<{ name: string; content: Buffer }> {
  yield* zipMembers(bytes);
  for (const at of startsOf(bytes, Buffer.from([0x1f, 0x8b, 0x08])))
    yield* opened("gzip", () => gunzipSync(bytes.subarray(at), OPEN));
  for (const second of [0x01, 0x5e, 0x9c, 0xda])
    for (const at of startsOf(bytes, Buffer.from([0x78, second])))
      yield* opened("deflate", () => inflateSync(bytes.subarray(at), OPEN));
  yield* opened("deflate", () => inflateRawSync(bytes, OPEN));
  yield* opened("brotli", () => brotliDecompressSync(bytes, { maxOutputLength: MOST_BYTES }));
  for (const [text] of bytes.toString("latin1").matchAll(BASE64_RUN)) {
    const content = Buffer.from(text, "base64");
    // Plain texts in base64 are found without decoding.
    if (isPacked(content)) yield { name: "base64", content };
  }
}

const BASE64_RUN = new RegExp(`[A-Za-z0-9+/_-]{${LEAST_BASE64},}={0,2}`, "g");
const OPEN = { finishFlush: 2, maxOutputLength: MOST_BYTES };

function isPacked(content: Buffer): boolean {
  const head = content.readUInt16BE(0);
  return head === 0x1f8b || head === 0x504b || (head >> 8 === 0x78 && head % 31 === 0);
}

function* opened(name: string, open: () => Buffer): Generator<{ name: string; content: Buffer }> {
  try {
    const content = open();
    if (content.length > 0) yield { name, content };
  } catch {
    // These bytes only looked like it.
  }
}

function* startsOf(bytes: Buffer, magic: Buffer): Generator<number> {
  for (let at = bytes.indexOf(magic); at !== -1; at = bytes.indexOf(magic, at + 1)) yield at;
}

/** By their local headers, so that a damaged archive is searched, too. */
function* zipMembers(bytes: Buffer): Generator<{ name: string; content: Buffer }> {
  for (const at of startsOf(bytes, Buffer.from("PK\u0003\u0004"))) {
    if (at + 30 > bytes.length) return;
    const method = bytes.readUInt16LE(at + 8);
    const packed = bytes.readUInt32LE(at + 18);
    const nameLength = bytes.readUInt16LE(at + 26);
    const start = at + 30 + nameLength + bytes.readUInt16LE(at + 28);
    const name = `zip member ${bytes.toString("utf8", at + 30, at + 30 + nameLength)}`;
    // A size of 0 means that the size follows the data. A compressed stream knows its own end.
    const data = packed === 0 ? bytes.subarray(start) : bytes.subarray(start, start + packed);
    if (method === 8) yield* opened(name, () => inflateRawSync(data, OPEN));
  }
}
