/** The contract of every world, real or synthetic. It is Gymnasium's, in TypeScript. */

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
  /** Outcome reward: the score's value at the last step, otherwise 0. Also 0 for an unscored episode: see `score`. */
  reward: number;
  /** The agent stopped, or the page itself ended the episode: the MDP ended. */
  terminated: boolean;
  /** The step limit ended the episode. Never true together with `terminated`. */
  truncated: boolean;
  /** Set at the last step only. An unscored episode is not a training signal. */
  score: Score | null;
  /** The requests that the page sent for this action, in order: documents and script fetches, without assets. */
  requests: SiteRequest[];
  /** The action in the form that may be stored: passwords are masked. Absent if it equals the action itself. */
  performed?: Action;
}

export interface Env extends AsyncDisposable {
  /** Starts an episode and ends the previous one. @throws BrowserError, SiteError: infrastructure failed, no reward. */
  reset(options: ResetOptions): Promise<Observation>;
  /** @throws ResetNeededError before `reset` and after the episode ends. BrowserError, SiteError as in `reset`. */
  step(action: Action): Promise<StepResult>;
  /** The requests of the episode's start pages, in order. `reset` sets them. Absent in a world that sends none. */
  readonly startRequests?: readonly SiteRequest[];
  /** The goal where only the start page states it. `reset` sets it. Absent where the task's own goal holds. */
  readonly goal?: string | undefined;
  /** The active tab's page, for a recorder. It costs no request. */
  snapshot(): Promise<PageSnapshot>;
  /**
   * Masks what is now known as a secret of this episode, also in what was given before: a page showed a code, and
   * later it was typed into a field for codes. Absent in a world without secrets of its own.
   */
  hideSecrets?<T>(stored: T): T;
}

/** A world whose running episode can be copied, such as a dream. Tree search needs it. No browser can do it. */
export interface ForkableEnv extends Env {
  /**
   * 0–1: how sure this world is that the real one went the same way so far, the start included. Absent where it is the
   * real one.
   */
  readonly certainty?: number;
  /** An independent copy of the running episode: neither sees what the other does. @throws ResetNeededError */
  fork(): ForkableEnv;
}
