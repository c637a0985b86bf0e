/** Where an answer sends the browser next: `Location`, `Refresh`, and the page's own refresh. */

import type { PageRequest } from "../../core/experience.ts";
import { attribute, descendants } from "../../page/dom.ts";
import type { PageDocument } from "../../page/page-document.ts";
import type { Answer } from "./exchange.ts";

/** Null for an answer that is not a redirect. */
export function redirectTarget({ status, headers }: Answer, url: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(status)) return null;
  const location = headers.location ?? "";
  if (location === "") return null;
  const reference = headerText(location);
  return URL.canParse(reference, url.href) ? new URL(reference, url) : null;
}

/** Node reads headers as Latin-1. Browsers take addresses as UTF-8, and escape bytes that are none. */
function headerText(header: string): string {
  const bytes = Buffer.from(header, "latin1");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return header.replace(
      /[\u0080-\u00FF]/gu,
      (byte) => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  }
}

/** 303 becomes a GET. 301 and 302 turn a POST into a GET, as in browsers. 307 and 308 send the same request again. */
export function redirected(request: PageRequest, status: number, location: URL): PageRequest {
  const keeps = status === 307 || status === 308 || request.method === "GET";
  return keeps
    ? { ...request, url: location.href }
    : { method: "GET", url: location.href, fields: null };
}

/** The target of an immediate refresh: the header's, otherwise the page's. Null without one that loads a page. */
export function refreshTarget(header: string | undefined, document: PageDocument): URL | null {
  const contents = header === undefined ? [] : [headerText(header)];
  for (const element of descendants(document.root)) {
    const isRefresh =
      element.name === "meta" && attribute(element, "http-equiv")?.toLowerCase() === "refresh";
    if (isRefresh) contents.push(attribute(element, "content") ?? "");
  }
  for (const content of contents) {
    const match = REFRESH.exec(content);
    if (match === null) continue;
    if (match[1] !== undefined && /[1-9]/u.test(match[1].split(".")[0] ?? "")) return null;
    const target = document.resolve(match[2] ?? match[3] ?? match[4] ?? "");
    return target !== null && /^https?:/u.test(target) ? new URL(target) : null;
  }
  return null;
}

/** HTML's grammar of a refresh: seconds, a separator, `url=` and an address that may stand in quotes. */
const REFRESH =
  /^\s*(\d*(?:\.[\d.]*)?)(?:\s*[;,]\s*|\s+)(?:url\s*=\s*)?(?:'([^']*)'?.*|"([^"]*)"?.*|([^'"].*?))?\s*$/isu;
