/** A request of an episode and its answer, as a HAR entry holds them, and what the checks read of it. */

import { z } from "zod";
import { isRecord } from "./read-by-schema.ts";
import { parseQuery, pathOf, unquote } from "./values/split-url.ts";

const BodySchema = z.object({
  mimeType: z.string().default(""),
  text: z.string().default(""),
});
type Body = z.infer<typeof BodySchema>;

const HeaderSchema = z.object({ name: z.string(), value: z.string() });

export const TraceEventSchema = z.object({
  request: z.object({
    method: z.string(),
    url: z.string(),
    headers: z.array(HeaderSchema),
    postData: BodySchema.nullable().optional(),
  }),
  response: z.object({
    /** -1 where no answer came. */
    status: z.int(),
    content: BodySchema.nullable().optional(),
    cookies: z.array(z.object({ name: z.string(), value: z.string().default("") })).default([]),
  }),
});
export type TraceEvent = z.infer<typeof TraceEventSchema>;

const ASSET = /\.(?:css|js|png|jpg|jpeg|gif|svg|woff|woff2|ttf|ico|webp)$/u;

/** Whether it is more than a part of a page. */
export function isRelevant({ request }: TraceEvent): boolean {
  return !ASSET.test(pathOf(request.url));
}

/** Whether a page was opened. */
export function isNavigation(event: TraceEvent): boolean {
  if (event.request.method !== "GET") return false;
  const header = (name: string): string => headerOf(event, name)?.toLowerCase() ?? "";
  if (headerOf(event, "sec-fetch-user") === null) return header("accept").startsWith("text/html");
  return (
    header("sec-fetch-dest") === "document" &&
    header("sec-fetch-mode") === "navigate" &&
    header("sec-fetch-user") === "?1" &&
    header("accept").includes("text/html")
  );
}

/** The last header of that name, in any case of letters. */
export function headerOf({ request }: TraceEvent, name: string): string | null {
  return request.headers.findLast((header) => header.name.toLowerCase() === name)?.value ?? null;
}

/** Cookies of the answer, decoded. */
export function cookiesOf({ response }: TraceEvent): Map<string, string> {
  return new Map(response.cookies.map(({ name, value }) => [name, unquote(value)]));
}

/** The fields of a form or of a JSON object; null for another body. Of a repeated field the first value counts. */
export function fieldsOf(body: Body | null | undefined): Record<string, unknown> | null {
  if (body === null || body === undefined || body.text === "") return null;
  if (body.mimeType.includes("application/x-www-form-urlencoded"))
    return Object.fromEntries(
      [...parseQuery(body.text)].map(([name, [first = ""]]) => [name, first]),
    );
  if (body.mimeType.includes("application/json")) return parseObject(body.text);
  const boundary = body.mimeType.includes("multipart/form-data")
    ? /boundary=([^;\s]+)/u.exec(body.mimeType)?.[1]
    : undefined;
  return boundary === undefined ? null : readParts(body.text, boundary);
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function readParts(text: string, boundary: string): Record<string, string> {
  const fields: [string, string][] = [];
  for (const part of text.split(`--${boundary}`)) {
    const plain = part.trim();
    const separator = plain.includes("\r\n\r\n") ? "\r\n\r\n" : "\n\n";
    const end = plain.indexOf(separator);
    if (end === -1) continue;
    const disposition = plain
      .slice(0, end)
      .split("\r\n")
      .find((line) => line.toLowerCase().startsWith("content-disposition:"));
    const name = /name="([^"]+)"/u.exec(disposition ?? "")?.[1];
    const value = plain.slice(end + separator.length).replace(/[\r\n]+$/u, "");
    if (name !== undefined) fields.push([name, value]);
  }
  return Object.fromEntries(fields);
}
