/** Requests and pages of HAR 1.2, as Playwright's HAR files and traces hold them. */

import { z } from "zod";
import type { SiteRequest } from "../../../core/site-request.ts";

const HeadersSchema = z.array(z.object({ name: z.string(), value: z.string() }));
export const HarEntrySchema = z.object({
  startedDateTime: z.string(),
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: HeadersSchema,
    postData: z
      .object({
        mimeType: z.string().default(""),
        text: z.string().optional(),
        params: z.array(z.object({ name: z.string(), value: z.string().optional() })).optional(),
      })
      .nullish(),
  }),
  response: z.object({
    status: z.number(),
    headers: HeadersSchema,
    redirectURL: z.string().default(""),
    content: z
      .object({
        mimeType: z.string().default(""),
        text: z.string().optional(),
        encoding: z.string().optional(),
      })
      .optional(),
  }),
});
export type HarEntry = z.infer<typeof HarEntrySchema>;

/** Null for pictures, styles, scripts, and what is not of the web. */
export function toSiteRequest(entry: HarEntry): SiteRequest | null {
  const { request, response } = entry;
  if (!/^https?:/u.test(request.url)) return null;
  const kind = kindOf(entry);
  if (kind === null) return null;
  const location = response.redirectURL || headerOf(response.headers, "location");
  const isRedirect = response.status >= 300 && response.status < 400 && location !== "";
  return {
    kind,
    method: request.method,
    url: request.url.split("#")[0] ?? request.url,
    fields: fieldsOf(request.postData ?? null),
    status: response.status > 0 ? response.status : null,
    redirect: isRedirect ? new URL(location, request.url).href : null,
  };
}

/** The HTML that an entry answered with, or null. */
export function htmlOf({ response: { content } }: HarEntry): string | null {
  if (content?.text === undefined || !content.mimeType.includes("html")) return null;
  return content.encoding === "base64"
    ? Buffer.from(content.text, "base64").toString("utf8")
    : content.text;
}

function kindOf({ request, response }: HarEntry): SiteRequest["kind"] | null {
  const destination = headerOf(request.headers, "sec-fetch-dest");
  if (destination === "document") return "document";
  if (destination === "empty" || headerOf(request.headers, "x-requested-with") !== "")
    return "fetch";
  if (destination !== "") return null;
  // Without that header, a browser asks for HTML first where it loads a page.
  if (headerOf(request.headers, "accept").startsWith("text/html")) return "document";
  const type = response.content?.mimeType ?? "";
  const isData = type.includes("json") || !["GET", "HEAD"].includes(request.method);
  return isData ? "fetch" : null;
}

function headerOf(headers: z.infer<typeof HeadersSchema>, wanted: string): string {
  return headers.find(({ name }) => name.toLowerCase() === wanted)?.value ?? "";
}

function fieldsOf(data: HarEntry["request"]["postData"] | null): [string, string][] | null {
  if (data === null || data === undefined) return null;
  const { params = [], text = "", mimeType } = data;
  if (params.length > 0) return params.map(({ name, value = "" }) => [name, value]);
  if (mimeType.includes("urlencoded")) return [...new URLSearchParams(text)];
  if (!mimeType.includes("json")) return null;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return null;
    return Object.entries(value).map(([name, inner]) => [
      name,
      typeof inner === "string" ? inner : JSON.stringify(inner),
    ]);
  } catch {
    return null;
  }
}
