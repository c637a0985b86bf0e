/**
 * The port to an experience model, which answers instead of the site. The model never sees checks, and sees the goal
 * only where the user says so. Any program that writes the next page as HTML can implement it: the embedded retrieval
 * model, or a language model.
 */

import { z } from "zod";
import type { PageSnapshot, SiteRequest } from "./site-request.ts";

/** A request for a page, as the text browser built it. */
export interface PageRequest {
  method: "GET" | "POST";
  /** Absolute, with query, without fragment. */
  url: string;
  /** Form fields in order. Null for GET. */
  fields: [string, string][] | null;
}

/** An input event on the current page. A script may answer it. */
export interface PageEvent {
  kind: "click" | "type" | "select" | "press" | "hover";
  /** Position among all elements of the snapshot's HTML, in document order, from 0. Null for a key without focus. */
  element: number | null;
  /** Typed text, the chosen option's label, or the keys. Null for click and hover. */
  text: string | null;
}

/** One past event of the session, with the page it led to. */
export interface SessionEvent {
  cause: { kind: "request"; request: PageRequest } | { kind: "event"; event: PageEvent };
  /** The page before the event. Null for the first request of a tab. */
  before: PageSnapshot | null;
  after: PageSnapshot;
}

export interface ExperienceQuery {
  /** Oldest first. */
  session: readonly SessionEvent[];
  /**
   * The page before the event. Null for the first request of a tab. Its HTML contains what was typed, ticked and
   * chosen before. It does not contain the effect of the input event itself.
   */
  page: PageSnapshot | null;
  cause: SessionEvent["cause"];
  /** What the agent wants. Absent unless the user lets the model see it: `ExperienceEnvOptions.tellsGoal`. */
  goal?: string;
}

/** The end of an episode, as the model that dreamed it is asked to judge it. */
export interface OutcomeQuery {
  goal: string;
  session: readonly SessionEvent[];
  /** The page at the end. */
  page: PageSnapshot;
  /** From the stop action. Empty if the episode was cut short. */
  answer: string;
}

/** The model's own reward (DreamGym, eq. 4). It is a measure, and a score only where a task has no check. */
export interface OutcomeClaim {
  reasoning: string;
  /** Null: the model gave no verdict. */
  reward: 0 | 1 | null;
}

/**
 * What the browser shows next.
 *
 * **After a request:** `page` is the page where the browser ends up after redirects. `unchanged` says that the browser
 * stays on its page (status 204, a download).
 *
 * **After an input event:** `unchanged` says that no script reacts. `page` is the whole document after the script, not
 * only the part that changed: take `ExperienceQuery.page` and change what the script changes. The HTML may or may not
 * contain the browser's own effect on the element (typed text, a chosen option, a ticked box). The browser writes it
 * into each control that equals the one in `ExperienceQuery.page`, so no effect happens twice. A control that the
 * answer changes keeps the answer's content.
 */
const NextPageSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("unchanged") }),
  z.object({
    kind: z.literal("page"),
    /** Absolute. After an input event: the page's own URL, or another one if the script navigates. */
    url: z.url({ protocol: /^https?$/ }),
    status: z.int().min(200).max(599),
    /** 3xx status of the first answer if it redirected. Null if the first answer is the page itself. */
    redirectStatus: z.int().min(300).max(399).nullable(),
    html: z.string(),
  }),
]);

export type NextPage = z.infer<typeof NextPageSchema>;

/** A model's answer. A model may add its own fields. */
export const PredictionSchema = z.object({
  /** The reason in words: what was found, carried over, or computed. */
  reasoning: z.string(),
  next: NextPageSchema,
  /** Ids of the real transitions that support it, `<trajectory id>#<step>`, best first. Empty if there were none. */
  evidence: z.array(z.string()),
  /** 0–1: the probability that the site would do the same. Calibrate it on held-out experience. */
  certainty: z.number().min(0).max(1),
  /** 0–1: the probability of `next.url` alone, for models that rate address and page separately. */
  urlCertainty: z.number().min(0).max(1).exactOptional(),
  /** Texts and link addresses of the page that are guesses, even if the rest is certain. */
  guesses: z.array(z.string()).exactOptional(),
});

export type Prediction = z.infer<typeof PredictionSchema>;

export interface ExperienceModel {
  /** Do not change an answer after returning it. The same object may be returned again. */
  predict(query: ExperienceQuery): Prediction | Promise<Prediction>;
  /** Whether the goal is reached. Absent in a model that gives no reward of its own. */
  judgeOutcome?(query: OutcomeQuery): Promise<OutcomeClaim>;
  /**
   * Requests that scripts sent in the model's experience. No answer contains such requests, so a check on a request
   * like one of these cannot be scored.
   */
  readonly unpredictedRequests?: readonly SiteRequest[];
}
