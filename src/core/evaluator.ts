/** The port to evaluation: it checks a task against what happened. */

import type { PageSnapshot, SiteRequest } from "./site-request.ts";
import type { Score } from "./score.ts";
import type { Task } from "./task.ts";

/** A page that a browser shows. */
export interface LivePage {
  readonly url: string;
  /** Value of an expression in the page, as JSON has it. `failed`: the page threw an exception. */
  evaluate(expression: string): Promise<{ failed: boolean; value?: unknown }>;
  /** The browser's source of the whole page. */
  source(): Promise<string>;
}

/** Read-only access to pages after the episode. `real` opens them live. A dream gives the pages that it knows. */
export interface PageProbe {
  /** The page at an absolute URL in the episode's own session, or null with the reason if it is not available. */
  open(url: string): Promise<{ page: PageSnapshot } | { page: null; reason: string }>;
  /**
   * Reads a live page: the one at the URL, which stays open during `body`, or for null the final page. Absent in a
   * world without a browser. The evaluator admits only expressions that read, and clicks.
   */
  visit?<T>(
    url: string | null,
    body: (page: LivePage) => Promise<T>,
  ): Promise<{ value: T } | { reason: string }>;
}

/** The result of an episode: all that checks may look at. */
export interface EpisodeOutcome {
  /** From the stop action. Empty if the episode was truncated. */
  answer: string;
  finalUrl: string;
  finalPage: PageSnapshot;
  /** HTML of the final page without typed, ticked or chosen values: text that was never sent is not content. */
  finalMarkup: string;
  /** All requests of the episode in order, including those of the start pages. */
  requests: readonly SiteRequest[];
  probe: PageProbe;
}

export interface Evaluator {
  evaluate(task: Task, outcome: EpisodeOutcome): Promise<Score>;
}
