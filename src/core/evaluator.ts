/** The port to evaluation: it checks a task against what happened. */

import type { PageSnapshot, SiteRequest } from "./site-request.ts";
import type { Score } from "./score.ts";
import type { Task } from "./task.ts";

/** Read-only access to pages after the episode. `real` opens them live. A dream gives the pages that it knows. */
export interface PageProbe {
  /** The page at an absolute URL in the episode's own session, or null with the reason if it is not available. */
  open(url: string): Promise<{ page: PageSnapshot } | { page: null; reason: string }>;
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
