/**
 * The one loop that turns an environment and a policy into a trajectory, for every world and every actor. A failed
 * rollout becomes data here and nowhere else.
 */

import type { Env } from "./env.ts";
import { decide } from "./decide.ts";
import { CALLER_MISTAKES, DreamgymError, LimitError, ModelError, PolicyError } from "./errors.ts";
import type { Observation } from "./observation.ts";
import { notesOf, type PastStep, type Policy } from "./policy.ts";
import type { PageSnapshot } from "./site-request.ts";
import { assertTasks, type Task } from "./task.ts";
import type { FailedPart, Trajectory, Transition } from "./trajectory.ts";

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
  /**
   * Whether the trajectory may be stored, which is the default. Secrets that became known late are then masked in its
   * earlier steps, too. A rollout that only trains stays as the policy saw it.
   */
  isStored?: boolean;
  /** How long the policy may take for one decision, in ms. Default 300,000 (five minutes). Infinity: no limit. */
  decisionTimeoutMs?: number;
  /** Ends the episode. With a `LimitError` as its reason the episode becomes data, otherwise its reason is thrown. */
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

/** Marks errors that the environment threw. */
class EnvFailure extends Error {}

async function ofEnv<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await orAborted(call, signal);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof DreamgymError && CALLER_MISTAKES.has(error.code)) throw error;
    throw new EnvFailure(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** An environment that hangs must not outlive the signal. */
async function orAborted<T>(call: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await call;
  let abort = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason as Error);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([call, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** How an error becomes data. Null for an error that must be thrown. */
function describeFailure(
  error: unknown,
): (Required<Pick<Trajectory, "error" | "failedPart">> & { errorCode?: string }) | null {
  const codeOf = (cause: unknown): { errorCode?: string } =>
    cause instanceof DreamgymError ? { errorCode: cause.code } : {};
  if (error instanceof EnvFailure) {
    const code = codeOf(error.cause);
    const failedPart: FailedPart = code.errorCode === "evaluator" ? "evaluator" : "env";
    return { error: error.message, failedPart, ...code };
  }
  if (error instanceof LimitError)
    return { error: error.message, failedPart: "limit", ...codeOf(error) };
  // The server of the policy's model is down, as a site can be. Other errors of a model are the policy's.
  if (error instanceof ModelError && error.retryable)
    return { error: error.message, failedPart: "env", ...codeOf(error) };
  if (error instanceof PolicyError)
    return { error: error.message, failedPart: "policy", ...codeOf(error) };
  return null;
}

/**
 * Plays one episode. The policy sees the goal, its own past actions and the page, and nothing else of the task.
 * An error from the environment or the policy ends the episode with `stopReason: "error"` and keeps the steps so far.
 * `failedPart` says what failed. A policy that returns no valid action, or takes too long for one, also failed.
 *
 * @throws ConfigError, TaskError, ResetNeededError. When aborted, the signal's reason.
 */
export async function runEpisode(options: EpisodeOptions): Promise<Trajectory> {
  const trajectory = await playEpisode(options);
  if (options.isStored === false) return trajectory;
  const { goal } = trajectory;
  // The goal is the caller's own text.
  return { ...(options.env.hideSecrets?.(trajectory) ?? trajectory), goal };
}

async function playEpisode(options: EpisodeOptions): Promise<Trajectory> {
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
      const output = await decide(
        policy,
        { goal: trajectory.goal, history, observation },
        { timeoutMs, signal },
      );
      const { action } = output;
      const result = await ofEnv(env.step(action), signal);
      transitions.push({
        observation,
        action: result.performed ?? action,
        reward: result.reward,
        requests: result.requests,
        ...notesOf(output),
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
    const failure = describeFailure(error);
    if (failure === null) throw error;
    Object.assign(trajectory, failure);
    // The last page is the one that the policy could not decide about. The page of an environment failure is unknown.
    if (page && trajectory.failedPart === "policy") trajectory.finalPage = page;
    return trajectory;
  }
}
