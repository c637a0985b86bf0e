/** Requests and pages between a browser and a site, as evaluators, recorder and experience model read them. */

import { z } from "zod";

/** A request that an action caused, with an outline of the answer. It holds masked values only, never secrets. */
export const SiteRequestSchema = z.strictObject({
  /** `document`: a page load; `fetch`: sent by a script. */
  kind: z.enum(["document", "fetch"]),
  method: z.string(),
  /** Absolute, with query, without fragment. */
  url: z.string(),
  /** Form fields in order (urlencoded or multipart), or the top-level fields of a JSON body. Null without a body. */
  fields: z.array(z.tuple([z.string(), z.string()])).nullable(),
  /** The request has a body, and nobody could read its fields: a format without fields, or bytes out of reach. */
  isBodyUnread: z.literal(true).exactOptional(),
  /** HTTP status of the answer. Null if none came. */
  status: z.int().nullable(),
  /** Absolute URL of a redirect's target, otherwise null. The redirected request follows as its own entry. */
  redirect: z.string().nullable(),
});
export type SiteRequest = z.infer<typeof SiteRequestSchema>;

/** Methods that are safe by HTTP (RFC 9110 §9.2.1). */
const SAFE = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** Whether a request may change the site's later pages. */
export function isMutation({ method }: Pick<SiteRequest, "method">): boolean {
  return !SAFE.has(method.toUpperCase());
}

/**
 * A self-contained page as HTML. Values, checked and selected states are attributes. Shadow roots are declarative
 * templates. Frames have their document as `srcdoc`, and its address in the attribute of `page/frame-address.ts`. What
 * CSS hides is marked `hidden`, an open popover `open`, and a dialog that covers the page has an attribute of
 * `page/form-state.ts`. Scripts and styles are left out (links to style sheets stay, for pictures). Secrets are masked. A
 * recorded page also carries marks of what the browser showed (`page/shown-marks.ts`). Whoever edits such a page may keep
 * or drop a mark: it counts only where it still fits.
 */
export const PageSnapshotSchema = z.strictObject({
  url: z.string(),
  html: z.string(),
});
export type PageSnapshot = z.infer<typeof PageSnapshotSchema>;
