/**
 * The port to an experience model, which answers instead of the site. It never sees goal, task or checks. Any program
 * that writes the next page as HTML can stand behind it: the embedded retrieval model, or a language model.
 */

import { z } from "zod";
import type { PageSnapshot } from "./site-request.ts";

/** A request for a page, as the text browser's mechanics built it. */
export interface PageRequest {
  method: "GET" | "POST";
  /** Absolute, with query, without fragment. */
  url: string;
  /** Form fields in order; null for GET. */
  fields: [string, string][] | null;
}

/** An input event on the current page that a script may answer. */
export interface PageEvent {
  kind: "click" | "type" | "select" | "press" | "hover";
  /** Position of the element among all elements of the snapshot's HTML, in document order, from 0; null for a key press without focus. */
  element: number | null;
  /** Typed text, the chosen option's label, or the keys; null for click and hover. */
  text: string | null;
}

/** One thing that happened in the session so far, with the page it led to. */
export interface SessionEvent {
  cause: { kind: "request"; request: PageRequest } | { kind: "event"; event: PageEvent };
  /** The page in which it happened; null for the first request of a tab. */
  before: PageSnapshot | null;
  after: PageSnapshot;
}

export interface ExperienceQuery {
  /** Oldest first. */
  session: readonly SessionEvent[];
  /**
   * The page in which it happens; null for the first request of a tab. What was typed, ticked and chosen before is
   * written into its HTML. What an input event itself does to its element is not.
   */
  page: PageSnapshot | null;
  cause: SessionEvent["cause"];
}

/**
 * What the browser shows next.
 *
 * **After a request:** `page` is where the browser ends up, redirects followed. `unchanged` says that the browser stays
 * where it is (status 204, a download).
 *
 * **After an input event:** `unchanged` says that no script reacts. `page` is the whole document as it is after the
 * script, not only the part that changed: take `ExperienceQuery.page` and change what the script changes. The browser's
 * own effect on the element (typed text, a chosen option, a ticked box) may be in the HTML or not. The browser writes
 * it into each control that the answer leaves as it is in `ExperienceQuery.page`, so nothing is done twice. A control
 * that the answer changes keeps what the answer says.
 */
const NextPageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unchanged") }),
  z.object({
    kind: z.literal("page"),
    /** Absolute. After an input event: the page's own URL, or another one where the script navigates. */
    url: z.url({ protocol: /^https?$/ }),
    status: z.int().min(200).max(599),
    /** 3xx status of the first answer, where that one redirected; null where it is the page itself. */
    redirectStatus: z.int().min(300).max(399).nullable(),
    html: z.string(),
  }),
]);

export type NextPage = z.infer<typeof NextPageSchema>;

/** What a model answers. A model may add fields of its own. */
export const PredictionSchema = z.object({
  /** Why, in words: what was found, what was carried over, what was worked out. */
  reasoning: z.string(),
  next: NextPageSchema,
  /** Ids of the real transitions that it rests on, `<trajectory id>#<step>`, best first. Empty: nothing was known. */
  evidence: z.array(z.string()),
  /** 0–1: how likely the site would do the same. Calibrate it on held-out experience. */
  certainty: z.number().min(0).max(1),
  /** 0–1: how likely the browser ends up at `next.url`, where that is not as certain as the page. */
  urlCertainty: z.number().min(0).max(1).exactOptional(),
  /** Texts of the page, and addresses that it leads to, that are guesses although the rest may be certain. */
  guesses: z.array(z.string()).exactOptional(),
});

export type Prediction = z.infer<typeof PredictionSchema>;

export interface ExperienceModel {
  predict(query: ExperienceQuery): Prediction | Promise<Prediction>;
}
