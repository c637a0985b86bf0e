/** Answers the text browser's requests from live sites over HTTP, without a browser: no scripts, no assets. */

import type { Element } from "domhandler";
import type { PageRequest } from "../../core/experience.ts";
import type { SiteRequest } from "../../core/site-request.ts";
import { siteFailure } from "../../evaluation/site-failure.ts";
import { actionErrors } from "../../page/action-errors.ts";
import type { FormEncoding } from "../../page/forms.ts";
import type { KnownSecrets } from "../../page/known-secrets.ts";
import { framesToLoad, withFrames, type FrameContent } from "../../page/loaded-frames.ts";
import { parsePage } from "../../page/page-document.ts";
import { withoutFragment } from "../../page/url-parts.ts";
import { isAllowedUrl, type SiteOrigin } from "../../real/sites/site-origins.ts";
import type { PageResponse, Transport, TransportContext } from "../transport.ts";
import { pageIn } from "./answer-page.ts";
import { CookieJar, isForeign } from "./cookie-jar.ts";
import { encodeForm } from "./encode-form.ts";
import { Exchange, type Answer } from "./exchange.ts";
import { redirected, redirectTarget, refreshTarget } from "./redirects.ts";

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
/** Chromium's own limit. Refreshes have the same. */
const MAX_REDIRECTS = 20;
/** Of a page, with those inside others: a page may name itself under ever new addresses. */
const MOST_FRAMES = 100;
const ACCEPT =
  "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";

export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  return new NodeHttpTransport(options);
}

/** One request of a load, and what comes before it. */
interface Sending {
  request: PageRequest;
  /** With `#`: a redirect or refresh names it. Absent: the one of the address that was asked for. */
  fragment: string | undefined;
  referrer: string | undefined;
  encoding: FormEncoding | undefined;
  /** The page around the frame that it is for. Null for a page of its own. */
  pageAround: string | null;
}

class NodeHttpTransport implements HttpTransport {
  readonly #options: HttpTransportOptions;
  readonly #cookies = new CookieJar();
  readonly #exchange: Exchange;
  sent = 0;

  constructor(options: HttpTransportOptions) {
    this.#options = options;
    this.#exchange = new Exchange(options.timeoutMs ?? TIMEOUT_MS, options.signal);
    for (const { origin, name, value } of options.cookies ?? [])
      this.#cookies.set(origin, name, value);
  }

  async load(
    request: PageRequest,
    context: Pick<TransportContext, "referrer" | "encoding" | "pageAround" | "isDownload">,
  ): Promise<PageResponse> {
    if (context.isDownload === true) return await this.#loadFile(request, context);
    const around = context.pageAround === undefined ? [] : [context.pageAround];
    return await this.#loadWithFrames(request, context, around, { left: MOST_FRAMES });
  }

  async #loadFile(
    request: PageRequest,
    { referrer }: Pick<TransportContext, "referrer">,
  ): Promise<PageResponse> {
    const sending = { request, fragment: undefined, referrer, encoding: undefined };
    const { response } = await this.#loadPage({ ...sending, pageAround: null }, []);
    return { ...response, html: null };
  }

  /** @param around the pages around it, the outermost first. Empty: the page is not in a frame */
  async #loadWithFrames(
    request: PageRequest,
    sent: Pick<TransportContext, "referrer" | "encoding">,
    around: readonly string[],
    frames: { left: number },
  ): Promise<PageResponse> {
    const response = await this.#loadWithoutFrames(request, sent, around[0] ?? null);
    const { html, url, encoding, hops } = response;
    if (html === null || !/<iframe/iu.test(html)) return response;
    const document = parsePage(html, url, encoding);
    const contents = new Map<Element, FrameContent>();
    const ancestors = [...around, url];
    for (const { frame, url: address } of framesToLoad(document)) {
      const asked: PageRequest = { method: "GET", url: withoutFragment(address), fields: null };
      // Chromium lets a page hold itself once.
      const same = ancestors.filter((ancestor) => ancestor === asked.url).length;
      if (same > 1 || frames.left === 0) continue;
      if (!isAllowedUrl(asked.url, this.#options.origins)) continue;
      frames.left--;
      const inner = await this.#loadWithFrames(asked, { referrer: url }, ancestors, frames);
      hops.push(...inner.hops);
      if (inner.html !== null) contents.set(frame, { ...inner, html: inner.html });
    }
    return contents.size === 0 ? response : { ...response, html: withFrames(document, contents) };
  }

  async #loadWithoutFrames(
    request: PageRequest,
    { referrer, encoding }: Pick<TransportContext, "referrer" | "encoding">,
    pageAround: string | null,
  ): Promise<PageResponse> {
    const hops: SiteRequest[] = [];
    let sending: Sending = { request, fragment: undefined, referrer, encoding, pageAround };
    for (let refreshes = 0; ; refreshes++) {
      const page = await this.#loadPage(sending, hops);
      const target = refreshes < MAX_REDIRECTS ? page.refresh : null;
      if (target === null) return page.response;
      const { hash } = target;
      target.hash = "";
      const { url } = page.response;
      if (hash !== "" && target.href === url) return { ...page.response, fragment: hash };
      sending = {
        request: { method: "GET", url: target.href, fields: null },
        fragment: hash,
        referrer: url,
        encoding: undefined,
        pageAround,
      };
    }
  }

  /** Follows redirects to a page. `refresh` is where this page sends the browser at once. */
  async #loadPage(
    first: Sending,
    hops: SiteRequest[],
  ): Promise<{ response: PageResponse; refresh: URL | null }> {
    let { request, fragment } = first;
    for (let redirects = 0; ; redirects++) {
      const url = new URL(request.url);
      if (!isAllowedUrl(request.url, this.#options.origins))
        return failed(request.url, actionErrors.outsideOrigins(request.url), hops);
      if (redirects > MAX_REDIRECTS)
        return failed(request.url, actionErrors.loadFailed(request.url), hops);
      const answer = await this.#send(request, url, first);
      const { date } = answer.headers;
      const isThird = first.pageAround !== null && isForeign(url, first.pageAround);
      this.#cookies.read(url, answer.headers["set-cookie"] ?? [], date, isThird);
      const redirect = redirectTarget(answer, url);
      hops.push(this.#options.secrets.maskRequest(hopOf(request, answer.status, redirect)));
      if (redirect === null) return arrived(request.url, fragment, answer, hops);
      // An address of another program (`mailto:`) leaves the browser where it is.
      if (!/^(?:https?|data|javascript|file|about):/u.test(redirect.protocol))
        return {
          response: { url: request.url, status: answer.status, html: null, hops },
          refresh: null,
        };
      if (redirect.hash !== "") fragment = redirect.hash;
      redirect.hash = "";
      request = redirected(request, answer.status, redirect);
    }
  }

  /** No script runs here. */
  react(): null {
    return null;
  }

  [Symbol.dispose](): void {
    this.#exchange[Symbol.dispose]();
  }

  async #send(
    request: PageRequest,
    url: URL,
    { referrer, encoding, pageAround }: Sending,
  ): Promise<Answer> {
    const { origins, headers, signal, secrets } = this.#options;
    const address = origins.find((site) => new URL(site.origin).origin === url.origin)?.address;
    const body = request.fields === null ? null : encodeForm(request.fields, encoding);
    const cookie = this.#cookies.write(
      url,
      request.method,
      referrer,
      pageAround !== null && isForeign(url, pageAround),
    );
    this.sent++;
    try {
      return await this.#exchange.send({
        method: request.method,
        url,
        address,
        headers: {
          accept: ACCEPT,
          "accept-language": "en-US",
          "upgrade-insecure-requests": "1",
          ...headers,
          ...(cookie !== "" && { cookie }),
          ...(referrer !== undefined && { referer: refererTo(url, referrer) }),
          ...(request.method === "POST" && { origin: originOf(referrer) }),
          ...(body !== null && { "content-type": body.type }),
        },
        body: body?.bytes ?? null,
      });
    } catch (error) {
      if (signal?.aborted === true) throw error;
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      throw siteFailure(secrets.maskUrl(url.href), code, error);
    }
  }
}

/** The `Referer` that a browser sends: the full URL to the page's own origin, only the origin to others. */
function refererTo(url: URL, page: string): string {
  const from = new URL(page);
  return from.origin === url.origin ? from.href : `${from.origin}/`;
}

function originOf(page: string | undefined): string {
  return page === undefined ? "null" : new URL(page).origin;
}

function hopOf(request: PageRequest, status: number, location: URL | null): SiteRequest {
  const { fields } = request;
  return {
    kind: "document",
    method: request.method,
    url: request.url,
    fields: fields === null || fields.length === 0 ? null : [...fields],
    status,
    redirect: location === null ? null : withoutFragment(location.href),
  };
}

function failed(
  url: string,
  failure: string,
  hops: SiteRequest[],
): { response: PageResponse; refresh: null } {
  return { response: { url, status: 0, html: "", failure, hops }, refresh: null };
}

function arrived(
  url: string,
  fragment: string | undefined,
  answer: Answer,
  hops: SiteRequest[],
): { response: PageResponse; refresh: URL | null } {
  const { status, headers } = answer;
  const page = pageIn(answer);
  if (page === null) return { response: { url, status, html: null, hops }, refresh: null };
  const { html, encoding } = page;
  const isStorable = !/no-store/iu.test(headers["cache-control"] ?? "");
  const header = headers["refresh"]?.toString();
  const mayRefresh = header !== undefined || /http-equiv/iu.test(html);
  return {
    response: {
      url,
      status,
      html,
      encoding,
      isStorable,
      hops,
      ...(fragment !== undefined && { fragment }),
    },
    refresh: mayRefresh ? refreshTarget(header, parsePage(html, url, encoding)) : null,
  };
}
