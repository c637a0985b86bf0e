/** The page that a browser makes from an answer: HTML as it is, and a page of its own around anything else. */

import { getBOMEncoding, labelToName, legacyHookDecode } from "@exodus/bytes/encoding.js";
import { load } from "cheerio";
import sniffEncoding from "html-encoding-sniffer";
import { computedMIMEType, type MIMEType } from "whatwg-mimetype";
import { writableEncoding } from "../../page/page-encoding.ts";
import type { Answer } from "./exchange.ts";
import { xmlPage } from "./xml-page.ts";

export interface AnswerPage {
  html: string;
  /** Standard name of the encoding that its links and forms write in. */
  encoding: string;
}

/** Null if the browser stays on its page. */
export function pageIn({ status, headers, body }: Answer): AnswerPage | null {
  if (status === 204 || status === 205 || status === 304) return null;
  if (/^\s*attachment/iu.test(headers["content-disposition"] ?? "")) return null;
  const type = computedMIMEType(body, {
    ...(headers["content-type"] !== undefined && { contentTypeHeader: headers["content-type"] }),
    noSniff: /^\s*nosniff/iu.test(String(headers["x-content-type-options"] ?? "")),
  });
  const kind = kindOf(type);
  if (kind === "download") return null;
  const read = decode(body, type.parameters.get("charset") ?? undefined, kind);
  return { html: write(kind, read.text), encoding: read.encoding };
}

type Kind = "html" | "xml" | "json" | "text" | "image" | "audio" | "video" | "download";

/** Types of text that Chromium stores as files (`kUnsupportedTextTypes`). */
const DOWNLOADED_TEXT = new Set(
  (
    "calendar x-calendar x-vcalendar vcalendar vcard x-vcard directory ldif qif x-qif x-csv x-vcf rtf " +
    "comma-separated-values csv tab-separated-values tsv ofx vnd.sun.j2me.app-descriptor x-ms-iqy x-ms-odc"
  ).split(" "),
);
/** Feeds have no viewer of their own. */
const FEEDS = new Set(["application/rss+xml", "application/atom+xml"]);

function kindOf(type: MIMEType): Kind {
  const { essence, subtype } = type;
  if (type.isHTML()) return "html";
  if (FEEDS.has(essence)) return "text";
  if (type.isXML()) return "xml";
  if (subtype === "json" || subtype.endsWith("+json")) return "json";
  if (type.isJavaScript()) return "text";
  if (type.type === "text") return DOWNLOADED_TEXT.has(subtype) ? "download" : "text";
  const media = (["image", "audio", "video"] as const).find((kind) => kind === type.type);
  return media ?? "download";
}

function decode(
  body: Buffer,
  label: string | undefined,
  kind: Kind,
): { text: string; encoding: string } {
  const encoding = encodingOf(body, label, kind);
  const text = legacyHookDecode(body, encoding.toLowerCase());
  return { text, encoding: writableEncoding(encoding) ?? encoding };
}

/** A byte order mark decides, then the header, then what the text declares. */
function encodingOf(body: Buffer, label: string | undefined, kind: Kind): string {
  if (kind === "html")
    return sniffEncoding(withoutBareCharsets(body), {
      defaultEncoding: "windows-1252",
      ...(label !== undefined && { transportLayerEncodingLabel: label }),
    });
  const declared =
    kind === "xml" ? XML_ENCODING.exec(body.toString("latin1", 0, 200))?.[1] : undefined;
  const known = getBOMEncoding(body) ?? label ?? declared ?? "";
  return labelToName(known) ?? (kind === "text" ? "windows-1252" : "UTF-8");
}

/** As many bytes as HTML lets a browser look at for a declared encoding. */
const DECLARING_BYTES = 1024;

/** The library reads beyond the end of an attribute whose last word is `charset`. It declares nothing. */
const BARE_CHARSET =
  /(content\s*=\s*)(?:"[^"]*charset\s*=?\s*"|'[^']*charset\s*=?\s*'|[^\s"'>]*charset=?(?=[\s>]))/giu;

function withoutBareCharsets(body: Buffer): Buffer {
  const start = body.toString("latin1", 0, DECLARING_BYTES);
  return Buffer.from(start.replace(BARE_CHARSET, '$1""'), "latin1");
}

const XML_ENCODING = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([^"']+)["']/u;

function write(kind: Kind, text: string): string {
  switch (kind) {
    case "xml":
      return xmlPage(text);
    case "json":
      return `<html><body>${preformatted(text)}<div>Pretty-print<input type="checkbox" aria-label="Pretty-print"></div></body></html>`;
    case "text":
      return `<html><body>${preformatted(text)}</body></html>`;
    case "image":
      return '<html><body><img src=""></body></html>';
    case "audio":
    case "video":
      return `<html><body><video controls></video></body></html>`;
    default:
      return text;
  }
}

function preformatted(text: string): string {
  const page = load("<pre></pre>", null, false);
  page("pre").text(text);
  return page.html();
}
