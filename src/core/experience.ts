/** The port to an experience model: what answers in a site's stead. It never sees goal, task or checks. */

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
  /** The page in which it happens, with the form state written in; null for the first request of a tab. */
  page: PageSnapshot | null;
  cause: SessionEvent["cause"];
}

/** One edit of a known page. Paths are child indexes (elements and texts) from the document's root. */
export type PageEdit =
  | { kind: "text"; path: number[]; text: string }
  | { kind: "attribute"; path: number[]; name: string; value: string | null }
  | { kind: "insert"; path: number[]; html: string }
  | { kind: "remove"; path: number[] };

/** What changes: nothing (the page stays as it is), or a page comes that is a known one with edits. */
type PageChange =
  | { kind: "none" }
  | {
      kind: "page";
      /** Where the browser ends up, after redirects. Equal to the current URL for a script's change. */
      url: string;
      status: number;
      /** 3xx status of the first answer, where that one redirected; null where it is the page itself. */
      redirectStatus: number | null;
      /** HTML of the known page that the edits start from. */
      base: string;
      edits: PageEdit[];
    };

export interface Prediction {
  /** Why, in words: what was retrieved, what was carried over, what was bound anew. */
  reasoning: string;
  change: PageChange;
  /** Ids of the real transitions it rests on, `<trajectory id>#<step>`, best first. Empty: nothing was known. */
  evidence: string[];
  /** 0–1, calibrated on held-out experience as far as it goes: how likely the change is what the site would do. */
  certainty: number;
  /** 0–1: the same for where the browser ends up alone, where that was told apart from what the page shows. */
  urlCertainty?: number;
  /** Texts of the page, and addresses it leads to, that are no more than a guess, though the rest of it may be sure. */
  guesses?: readonly string[];
}

export interface ExperienceModel {
  predict(query: ExperienceQuery): Prediction | Promise<Prediction>;
}
