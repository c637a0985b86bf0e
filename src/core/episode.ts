/**
 * The one loop that turns an environment and a policy into a trajectory, for every world and every actor. A failed
 * rollout becomes data here and nowhere else.
 */

import type { Env } from "./env.ts";
import { decide } from "./decide.ts";
import { CALLER_MISTAKES, DreamgymError, PolicyError } from "./errors.ts";
import type { Observation } from "./observation.ts";
import type { PastStep, Policy } from "./policy.ts";
import type { PageSnapshot } from "./site-request.ts";
import { assertTasks, type Task } from "./task.ts";
import type { Trajectory, Transition } from "./trajectory.ts";

export interface EpisodeOptions {
  env: Env;
  policy: Policy;
  task: Task;
  seed: number;
  /** Id of the trajectory. */
  id: string;
  /** Who acts: `demonstrator`, `random`, or a policy's name. */
  actor: string;
  source: Trajectory["source"];
  /** Whether to keep the page before each action, and the last page. */
  record?: boolean;
  /** How long the policy may take for one decision, in ms. Default 300,000 (five minutes). Infinity: no limit. */
  decisionTimeoutMs?: number;
  signal?: AbortSignal;
}

/** Placeholder page for an episode whose reset failed. */
const NO_PAGE: Observation = {
  url: "about:blank",
  title: "",
  nodes: [],
  tabs: [],
  lastActionError: null,
};

/** Long enough for a language model that thinks, including one retry by its client. */
const DECISION_TIMEOUT_MS = 300_000;

/** Marks errors that the environment threw. Every other error that becomes data is the policy's. */
class EnvFailure extends Error {}

async function ofEnv<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await call;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DreamgymError && CALLER_MISTAKES.has(error.code)) throw error;
    throw new EnvFailure(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/**
 * Plays one episode. The policy sees the goal, its own past actions and the page, and nothing else of the task.
 * An error from the environment or the policy ends the episode with `stopReason: "error"` and keeps the steps so far.
 * `failedPart` says which of the two failed. A policy that returns no valid action, or takes too long, also failed.
 *
 * @throws ConfigError, TaskError, ResetNeededError. When aborted, the signal's reason.
 */
export async function runEpisode(options: EpisodeOptions): Promise<Trajectory> {
  const {
    env,
    policy,
    task,
    seed,
    signal,
    decisionTimeoutMs: timeoutMs = DECISION_TIMEOUT_MS,
  } = options;
  assertTasks([task]);
  const transitions: Transition[] = [];
  const history: PastStep[] = [];
  const trajectory: Trajectory = {
    id: options.id,
    taskId: task.id,
    goal: task.goal,
    templateId: task.templateId,
    world: task.world,
    source: options.source,
    actor: options.actor,
    seed,
    transitions,
    finalObservation: NO_PAGE,
    startRequests: [],
    stopReason: "error",
    score: null,
    error: null,
  };
  let page: PageSnapshot | undefined;
  signal?.throwIfAborted();
  try {
    let observation = await ofEnv(env.reset({ task, seed, ...(signal && { signal }) }), signal);
    trajectory.finalObservation = observation;
    trajectory.startRequests = [...(env.startRequests ?? [])];
    trajectory.goal = env.goal ?? task.goal;
    for (;;) {
      signal?.throwIfAborted();
      page = options.record ? await ofEnv(env.snapshot(), signal) : undefined;
      const { action, logprob, thought } = await decide(
        policy,
        { goal: trajectory.goal, history, observation },
        { timeoutMs, signal },
      );
      const result = await ofEnv(env.step(action), signal);
      transitions.push({
        observation,
        action: result.performed ?? action,
        reward: result.reward,
        requests: result.requests,
        ...(logprob !== undefined && { logprob }),
        ...(thought !== undefined && { thought }),
        ...(page && { page }),
      });
      history.push({ observation, action });
      observation = result.observation;
      trajectory.finalObservation = observation;
      if (!result.terminated && !result.truncated) continue;
      if (options.record) trajectory.finalPage = await ofEnv(env.snapshot(), signal);
      trajectory.score = result.score;
      trajectory.stopReason = result.terminated ? "terminated" : "truncated";
      return trajectory;
    }
  } catch (error) {
    if (!(error instanceof EnvFailure || error instanceof PolicyError)) throw error;
    trajectory.error = error.message;
    trajectory.failedPart = error instanceof EnvFailure ? "env" : "policy";
    // The last page is the one that the policy could not decide about. The page of an environment failure is unknown.
    if (page && trajectory.failedPart === "policy") trajectory.finalPage = page;
    return trajectory;
  }
}
