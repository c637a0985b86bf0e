/** The port to evaluation: checks of a task against what happened. */

import type { PageSnapshot, SiteRequest } from "./site-request.ts";
import type { Score } from "./score.ts";
import type { Task } from "./task.ts";

/** Read-only look at pages after the episode. `real` opens them live; a dream gives what it knows. */
export interface PageProbe {
  /** The page at an absolute URL in the episode's own session, or null with the reason where it cannot be had. */
  open(url: string): Promise<{ page: PageSnapshot } | { page: null; reason: string }>;
}

/** What is left of an episode once it ended: all that checks may look at. */
export interface EpisodeOutcome {
  /** Of the stop action; empty when the episode was truncated. */
  answer: string;
  finalUrl: string;
  finalPage: PageSnapshot;
  /** HTML of the final page without what was typed, ticked and chosen on it: text that was never sent is no content. */
  finalMarkup: string;
  /** All requests of the episode, the start pages' too, in order. */
  requests: readonly SiteRequest[];
  probe: PageProbe;
}

export interface Evaluator {
  evaluate(task: Task, outcome: EpisodeOutcome): Promise<Score>;
}
