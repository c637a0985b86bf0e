/**
 * The bookkeeping of one episode, the same in every world: counts steps against the task's limit,
 * keeps the requests, has the outcome scored at the end, and builds the `StepResult`.
 */

import { ActionSchema, type Action } from "../core/action.ts";
import type { StepResult } from "../core/env.ts";
import { ConfigError, ResetNeededError } from "../core/errors.ts";
import type { EpisodeOutcome, Evaluator } from "../core/evaluator.ts";
import type { Observation } from "../core/observation.ts";
import { reportIssues } from "../core/schema-issues.ts";
import type { SiteRequest } from "../core/site-request.ts";
import type { Task } from "../core/task.ts";

export interface CreateEpisodeOptions {
  task: Task;
  evaluator: Evaluator;
  /** What loading the start pages sent. */
  startRequests: readonly SiteRequest[];
  /** Ends the episode when it is aborted. */
  signal?: AbortSignal | undefined;
}

/** What an action led to, as a world tells it. */
export interface StepOutcome {
  observation: Observation;
  requests: SiteRequest[];
  /** Whether the page itself ended the episode. Absent in a world where only the agent can. */
  isOver?: boolean;
  /** The page and the probe for the checks; called at the last step only, before the world is torn down. */
  end(): Promise<Pick<EpisodeOutcome, "finalPage" | "finalMarkup" | "probe">>;
}

export interface Episode {
  readonly task: Task;
  /** Actions taken so far. */
  readonly steps: number;
  /** False after the last step. */
  readonly isRunning: boolean;
  /**
   * The door of every world's `step`: call it before the action is performed.
   *
   * @throws ResetNeededError after the end; ConfigError for what is not an action; the signal's reason once it is
   * aborted
   */
  admit(action: Action): void;
  /** To be called with what the action led to. A `stop` action performs nothing: its observation is the current one. */
  finishStep(action: Action, outcome: StepOutcome): Promise<StepResult>;
  /** An independent copy of the running episode, scored by `evaluator`. */
  fork(evaluator: Evaluator): Episode;
}

/** Starts the bookkeeping of an episode whose start pages are loaded. */
export function createEpisode(options: CreateEpisodeOptions): Episode {
  return continueEpisode(options, options.startRequests, 0);
}

function continueEpisode(
  options: CreateEpisodeOptions,
  pastRequests: readonly SiteRequest[],
  pastSteps: number,
): Episode {
  const { task, evaluator, signal } = options;
  const requests: SiteRequest[] = [...pastRequests];
  let steps = pastSteps;
  let isRunning = true;

  const assertRunning = (): void => {
    if (!isRunning) throw new ResetNeededError();
    signal?.throwIfAborted();
  };

  return {
    task,
    get steps() {
      return steps;
    },
    get isRunning() {
      return isRunning;
    },
    admit(action) {
      assertRunning();
      assertAction(action);
    },
    async finishStep(action, outcome) {
      assertRunning();
      steps += 1;
      requests.push(...outcome.requests);
      const terminated = action.kind === "stop" || outcome.isOver === true;
      const truncated = !terminated && steps >= task.maxSteps;
      const result = { observation: outcome.observation, requests: outcome.requests };
      if (!terminated && !truncated) {
        return { ...result, reward: 0, terminated, truncated, score: null };
      }
      isRunning = false;
      const { finalPage, finalMarkup, probe } = await outcome.end();
      const score = await evaluator.evaluate(task, {
        // WebArena's harness scores an episode that was cut short as if it had stopped with no answer.
        answer: action.kind === "stop" ? action.answer : "",
        finalUrl: outcome.observation.url,
        finalPage,
        finalMarkup,
        requests,
        probe,
      });
      const reward = score.status === "scored" ? score.value : 0;
      return { ...result, reward, terminated, truncated, score };
    },
    fork(other) {
      assertRunning();
      return continueEpisode({ ...options, evaluator: other }, requests, steps);
    },
  };
}

/** Code hands in actions that no type check saw: read from a file, or written by a language model. */
function assertAction(action: unknown): void {
  const { success, error } = ActionSchema.safeParse(action);
  if (success) return;
  const kinds: string[] = ActionSchema.options.map(({ shape }) => shape.kind.value);
  const kind = (action as { kind?: unknown } | null | undefined)?.kind;
  if (typeof kind === "string" && kinds.includes(kind))
    throw new ConfigError(
      `Expected a complete "${kind}" action, got a wrong ${reportIssues(error, action)}. See ActionSchema.`,
    );
  throw new ConfigError(
    `Expected an action whose kind is one of ${kinds.join(", ")}, got ${JSON.stringify(kind ?? action) ?? "nothing"}.`,
  );
}
