/** What passes between a browser and a site, as evaluators, recorder and experience model read it. */

import { z } from "zod";

/** A request that an action caused, with the answer's outline. Secrets are masked before it comes to be. */
export const SiteRequestSchema = z.strictObject({
  /** `document`: a page load; `fetch`: sent by a script. */
  kind: z.enum(["document", "fetch"]),
  method: z.string(),
  /** Absolute, with query, without fragment. */
  url: z.string(),
  /** Form fields in order (urlencoded or multipart), or the top-level fields of a JSON body; null without a body. */
  fields: z.array(z.tuple([z.string(), z.string()])).nullable(),
  /** HTTP status of the answer; null when none came. */
  status: z.int().nullable(),
  /** Absolute URL of a redirect answer's target, else null. The redirected request follows as an entry of its own. */
  redirect: z.string().nullable(),
});
export type SiteRequest = z.infer<typeof SiteRequestSchema>;

/**
 * A page as HTML that stands for itself: values, checked and selected states written into attributes, open shadow
 * roots as declarative templates, what CSS hides marked `hidden`. Scripts and styles are left out (links to style
 * sheets stay, for pictures), secrets masked.
 */
export const PageSnapshotSchema = z.strictObject({
  url: z.string(),
  html: z.string(),
});
export type PageSnapshot = z.infer<typeof PageSnapshotSchema>;
