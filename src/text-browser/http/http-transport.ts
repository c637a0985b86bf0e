/** Answers the text browser's requests from live sites over HTTP, without a browser: no scripts, no assets. */

import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { buffer } from "node:stream/consumers";
import type { PageRequest } from "../../core/experience.ts";
import { siteFailure } from "../../evaluation/site-failure.ts";
import type { SiteRequest } from "../../core/site-request.ts";
import { actionErrors } from "../../page/action-errors.ts";
import { parsePage } from "../../page/page-document.ts";
import type { PageResponse, Transport, TransportContext } from "../transport.ts";
import { CookieJar } from "./cookie-jar.ts";
import type { KnownSecrets } from "../../page/known-secrets.ts";
import { isAllowedUrl, type SiteOrigin } from "../../real/sites/site-origins.ts";

export interface HttpTransportOptions {
  /** The only origins that it contacts, even after redirects. */
  origins: readonly SiteOrigin[];
  /** Sent with every request. */
  headers?: Readonly<Record<string, string>>;
  cookies?: readonly { origin: string; name: string; value: string }[];
  /** How long a site may take to answer, in milliseconds. */
  timeoutMs?: number;
  signal?: AbortSignal | undefined;
  /** Masked in the reported requests. */
  secrets: KnownSecrets;
}

export interface HttpTransport extends Transport, Disposable {
  /** Requests sent so far, including redirect hops. */
  readonly sent: number;
}

const TIMEOUT_MS = 30_000;
/** Chromium's own limit. */
const MAX_REDIRECTS = 20;

interface Answer {
  status: number;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  return new NodeHttpTransport(options);
}

class NodeHttpTransport implements HttpTransport {
  readonly #options: HttpTransportOptions;
  readonly #cookies = new CookieJar();
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new HttpsAgent({ keepAlive: true });
  sent = 0;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
    for (const { origin, name, value } of options.cookies ?? [])
      this.#cookies.set(origin, name, value);
  }

  async load(
    request: PageRequest,
    { referrer, encoding }: Pick<TransportContext, "referrer" | "encoding">,
  ): Promise<PageResponse> {
    const hops: SiteRequest[] = [];
    let next = request;
    let fragment = "";
    for (;;) {
      const url = new URL(next.url);
      if (!isAllowedUrl(next.url, this.#options.origins))
        return failed(next.url, actionErrors.outsideOrigins(next.url), hops);
      if (hops.length > MAX_REDIRECTS)
        return failed(next.url, actionErrors.loadFailed(next.url), hops);
      const headers = referrer === undefined ? {} : { referer: refererTo(url, referrer) };
      const answer = await this.#exchange(next, url, headers, encoding);
      this.#cookies.read(url, answer.headers["set-cookie"] ?? [], answer.headers.date);
      const redirect = redirectTarget(answer, url);
      hops.push(this.#options.secrets.maskRequest(hopOf(next, answer.status, redirect)));
      const page = pageOf(next, answer, hops);
      const target = redirect ?? immediateRefresh(page);
      if (target === null) return { ...page, ...(fragment !== "" && { fragment }) };
      fragment = target.hash === "" ? fragment : target.hash;
      target.hash = "";
      next =
        redirect === null
          ? { method: "GET", url: target.href, fields: null }
          : redirected(next, answer.status, target);
    }
  }

  /** No script runs here. */
  react(): null {
    return null;
  }

  [Symbol.dispose](): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #exchange(
    request: PageRequest,
    url: URL,
    added: Record<string, string>,
    encoding: TransportContext["encoding"],
  ): Promise<Answer> {
    const { origins, headers, signal, timeoutMs = TIMEOUT_MS } = this.#options;
    const address = origins.find((site) => new URL(site.origin).origin === url.origin)?.address;
    const place = new URL(`${url.protocol}//${address ?? url.host}`);
    const body = request.fields === null ? null : encodeFields(request.fields, encoding);
    const cookie = this.#cookies.write(url);
    const isSecure = url.protocol === "https:";
    this.sent++;
    try {
      return await new Promise<Answer>((resolve, reject) => {
        const sent = (isSecure ? httpsRequest : httpRequest)(
          {
            agent: isSecure ? this.#https : this.#http,
            host: place.hostname,
            port: place.port === "" ? (isSecure ? 443 : 80) : Number(place.port),
            servername: url.hostname,
            method: request.method,
            path: url.pathname + url.search,
            timeout: timeoutMs,
            ...(signal !== undefined && { signal }),
            headers: {
              host: url.host,
              accept: "text/html,application/xhtml+xml,*/*;q=0.8",
              "accept-language": "en-US",
              ...headers,
              ...(cookie !== "" && { cookie }),
              ...added,
              ...(body !== null && {
                "content-type": body.type,
                "content-length": Buffer.byteLength(body.text),
              }),
            },
          },
          (response) => {
            buffer(response).then((received) => {
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: received,
              });
            }, reject);
          },
        );
        sent.once("timeout", () => {
          sent.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT" }));
        });
        sent.once("error", reject);
        sent.end(body?.text);
      });
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      if (signal?.aborted === true) throw error;
      throw siteFailure(this.#options.secrets.maskUrl(url.href), code, error);
    }
  }
}

/** The `Referer` that a browser sends: the full URL to the page's own origin, only the origin to others. */
function refererTo(url: URL, page: string): string {
  const from = new URL(page);
  return from.origin === url.origin ? from.href : `${from.origin}/`;
}

function redirectTarget({ status, headers }: Answer, url: URL): URL | null {
  if (![301, 302, 303, 307, 308].includes(status) || headers.location === undefined) return null;
  if (!URL.canParse(headers.location, url.href)) return null;
  return new URL(headers.location, url);
}

/** The target of an immediate `<meta http-equiv="refresh">`. */
function immediateRefresh({ html, url }: PageResponse): URL | null {
  if (html === null || !/http-equiv/iu.test(html)) return null;
  const document = parsePage(html, url);
  for (const { name, attribs } of document.elements) {
    if (name !== "meta" || attribs["http-equiv"]?.toLowerCase() !== "refresh") continue;
    const reference = /^\s*0*(?:\.0*)?\s*[;,]\s*(?:url\s*=\s*)?(['"]?)(.+?)\1\s*$/iu.exec(
      attribs["content"] ?? "",
    )?.[2];
    const target = reference === undefined ? null : document.resolve(reference);
    if (target !== null) return new URL(target);
  }
  return null;
}

function encodeFields(
  fields: readonly (readonly [string, string])[],
  encoding: TransportContext["encoding"],
): { type: string; text: string } {
  if (encoding === undefined) {
    const text = new URLSearchParams(fields.map(([name, value]) => [name, value])).toString();
    return { type: "application/x-www-form-urlencoded", text };
  }
  const all = fields.flat().join("\n");
  let mark = "----FormBoundary";
  while (all.includes(mark)) mark += "x";
  // HTML escapes the characters that would end a name.
  const escape = (name: string): string =>
    name.replace(/"|\r|\n/gu, (character) => encodeURIComponent(character));
  const parts = fields.map(
    ([name, value]) =>
      `--${mark}\r\nContent-Disposition: form-data; name="${escape(name)}"\r\n\r\n${value}\r\n`,
  );
  return { type: `${encoding}; boundary=${mark}`, text: `${parts.join("")}--${mark}--\r\n` };
}

/** 303 becomes a GET. 301 and 302 turn a POST into a GET, as in browsers. 307 and 308 send the same request again. */
function redirected(request: PageRequest, status: number, location: URL): PageRequest {
  const keeps = status === 307 || status === 308 || request.method === "GET";
  return keeps
    ? { ...request, url: location.href }
    : { method: "GET", url: location.href, fields: null };
}

function hopOf(request: PageRequest, status: number, location: URL | null): SiteRequest {
  const { fields } = request;
  return {
    kind: "document",
    method: request.method,
    url: request.url,
    fields: fields === null || fields.length === 0 ? null : [...fields],
    status,
    redirect: location === null ? null : (location.href.split("#")[0] ?? ""),
  };
}

function failed(url: string, failure: string, hops: SiteRequest[]): PageResponse {
  return { url, status: 0, html: "", failure, hops };
}

function pageOf(request: PageRequest, answer: Answer, hops: SiteRequest[]): PageResponse {
  const { status, headers } = answer;
  const isStorable = !/no-store/iu.test(headers["cache-control"] ?? "");
  return { url: request.url, status, html: htmlOf(answer), isStorable, hops };
}

/** The page that a browser makes from an answer. Null if the browser stays on its page. */
function htmlOf({ status, headers, body }: Answer): string | null {
  if (status === 204 || status === 205) return null;
  if (/^\s*attachment/iu.test(headers["content-disposition"] ?? "")) return null;
  const type = (headers["content-type"] ?? "text/html").toLowerCase();
  const text = decode(body, /charset="?([^";\s]+)/u.exec(type)?.[1] ?? "utf-8");
  if (/^\s*(text\/html|application\/xhtml\+xml)/u.test(type)) return text;
  if (/^\s*(text\/|application\/(json|javascript|xml))/u.test(type))
    return `<html><body><pre>${text.replace(/&/gu, "&amp;").replace(/</gu, "&lt;")}</pre></body></html>`;
  return type.startsWith("image/") ? '<html><body><img src=""></body></html>' : null;
}

function decode(body: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return body.toString("utf8");
  }
}
