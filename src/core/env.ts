/** The contract of every world, real or synthetic: Gymnasium's, in TypeScript. */

import type { Action } from "./action.ts";
import type { Observation } from "./observation.ts";
import type { PageSnapshot, SiteRequest } from "./site-request.ts";
import type { Score } from "./score.ts";
import type { Task } from "./task.ts";

export interface ResetOptions {
  task: Task;
  seed: number;
  signal?: AbortSignal;
}

export interface StepResult {
  observation: Observation;
  /** Outcome reward: the score's value at the last step, else 0. Also 0 when the episode could not be scored: see `score`. */
  reward: number;
  /** The agent stopped: the MDP ended. */
  terminated: boolean;
  /** The step limit ended the episode. Never true together with `terminated`. */
  truncated: boolean;
  /** Set at the last step only. An unscored episode is no training signal. */
  score: Score | null;
  /** The requests this action made the page send, in order: documents and what scripts fetched, no assets. */
  requests: SiteRequest[];
  /** The action as it may be kept: what was typed into a password field is masked. Absent where it is the action itself. */
  performed?: Action;
}

export interface Env extends AsyncDisposable {
  /** Starts an episode, ending the one before. @throws BrowserError, SiteError: an infrastructure failure, never a reward. */
  reset(options: ResetOptions): Promise<Observation>;
  /** @throws ResetNeededError before `reset` and after the end of an episode; BrowserError, SiteError as `reset`. */
  step(action: Action): Promise<StepResult>;
  /** The requests of the running episode's start pages, in order; set by `reset`. Absent in a world that sends none. */
  readonly startRequests?: readonly SiteRequest[];
  /** The active tab's page, for a recorder. Costs no request. */
  snapshot(): Promise<PageSnapshot>;
}
