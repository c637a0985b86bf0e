/**
 * Repeats a recorded episode without a language model. Each step says whether it went as recorded, how its element was
 * found, and why it went otherwise.
 */

import type { Action } from "../../../core/action.ts";
import type { Env } from "../../../core/env.ts";
import { runEpisode } from "../../../core/episode.ts";
import type { Observation } from "../../../core/observation.ts";
import type { Policy } from "../../../core/policy.ts";
import type { Score } from "../../../core/score.ts";
import type { Task } from "../../../core/task.ts";
import type { Trajectory, Transition } from "../../../core/trajectory.ts";
import { actionErrors } from "../../../page/action-errors.ts";
import { isSecretPlaceholder, secretVariable } from "../../../page/secret-placeholder.ts";
import { type FoundBy, findAgain } from "./find-again.ts";
import { comparePages, type PageComparison } from "./compare-pages.ts";

/**
 * `missing`: no way finds the element. `hidden`, `covered`, `disabled`: it is there and cannot be used. `failed`: the
 * action failed for another reason. `page differs`: another page followed. `network miss`: the recording does not hold
 * an answer. `secret`: its value is not known.
 */
type Divergence =
  | "missing"
  | "hidden"
  | "covered"
  | "disabled"
  | "failed"
  | "page differs"
  | "network miss"
  | "secret";

export interface ReplayedStep {
  /** From 1. */
  step: number;
  action: Action["kind"];
  /** How the element was found. Null for an action without one, or a missing one. */
  foundBy: FoundBy | null;
  /** Null: it went as recorded. */
  divergence: Divergence | null;
  /** What was expected and what came. Empty if it went as recorded. */
  detail: string;
  /** 0–1: how much of the page that followed is the recorded one. Null if the step was not done, or no page was recorded. */
  likeness: number | null;
}

export interface Replay {
  steps: ReplayedStep[];
  /** Steps that were not tried, since one before them could not be done. */
  untried: number;
  /** Whether every step was done and went as recorded. */
  matched: boolean;
  /** By the task's own checks. Null without a task. */
  score: Score | null;
  /** The replay's own recording. */
  trajectory: Trajectory;
}

export interface ReplayOptions {
  env: Env;
  recorded: Trajectory;
  /** With the checks to score it by. Its start pages are opened. */
  task: Task;
  /** Fills in masked texts. Null: nobody knows it. */
  secretOf(placeholder: string): string | null;
  /** Requests that no recorded answer fits, since the last call: of an offline replay. */
  takeMisses?: () => readonly string[];
  signal?: AbortSignal;
}

/** Below this share, another page followed. Names and numbers on a page may change from visit to visit. */
const LEAST_LIKENESS = 0.5;

/** A page may need longer than when it was recorded. How long a replay waits for it, and how often in all. */
const WAIT_MS = 1000;
const MOST_WAITS = 5;

export async function replayTrajectory(options: ReplayOptions): Promise<Replay> {
  const { env, recorded, task, signal } = options;
  const player = new Player(options);
  const trajectory = await runEpisode({
    env,
    policy: player,
    task: { ...task, maxSteps: task.maxSteps + MOST_WAITS },
    seed: recorded.seed,
    id: `${recorded.id}-replay`,
    actor: "replay",
    source: "real",
    record: true,
    ...(signal && { signal }),
  });
  player.settle(trajectory.finalObservation);
  const { steps } = player;
  const untried = recorded.transitions.length - steps.length;
  const isWhole = untried === 0 && trajectory.stopReason !== "error";
  if (trajectory.error !== null) {
    const last = steps.at(-1);
    if (last !== undefined && last.divergence === null)
      Object.assign(last, { divergence: "failed", detail: trajectory.error });
  }
  return {
    steps,
    untried,
    matched: isWhole && steps.every(({ divergence }) => divergence === null),
    score: task.checks.length === 0 ? null : trajectory.score,
    trajectory,
  };
}

/** Plays the recorded actions in order, and judges each by the page that follows. */
class Player implements Policy {
  readonly steps: ReplayedStep[] = [];
  readonly #options: ReplayOptions;
  #open: Transition | null = null;
  #waits = 0;

  constructor(options: ReplayOptions) {
    this.#options = options;
  }

  async act({ observation }: { observation: Observation }): Promise<{ action: Action }> {
    const { recorded } = this.#options;
    const transition = recorded.transitions[this.steps.length];
    if (await this.#isEarly(transition, observation)) {
      this.#waits += 1;
      return { action: { kind: "wait", ms: WAIT_MS } };
    }
    this.settle(observation);
    if (transition === undefined) return { action: { kind: "stop", answer: "" } };
    const step: ReplayedStep = {
      step: this.steps.length + 1,
      action: transition.action.kind,
      foundBy: null,
      divergence: null,
      detail: "",
      likeness: null,
    };
    this.steps.push(step);
    const action = await this.#prepare(transition, observation, step);
    if (action === null) return { action: { kind: "stop", answer: "" } };
    this.#open = transition;
    return { action };
  }

  /** Whether the recorded page, or the next element on it, may still come. */
  async #isEarly(next: Transition | undefined, now: Observation): Promise<boolean> {
    const { recorded, env, takeMisses } = this.#options;
    // From the recording alone, no script runs and nothing comes later.
    if (this.#open === null || takeMisses !== undefined || this.#waits === MOST_WAITS) return false;
    if (now.lastActionError !== null) return false;
    const comparison = comparePages(next?.observation ?? recorded.finalObservation, now);
    if (comparison !== null && isAnother(comparison)) return true;
    if (next === undefined || !("ref" in next.action)) return false;
    const { observation, element, action } = next;
    const sought = { observation, ref: action.ref, element };
    return (await findAgain(sought, now, () => env.snapshot())) === null;
  }

  /** The action on this page. Null, with the reason in `step`: it cannot be done. */
  async #prepare(
    transition: Transition,
    now: Observation,
    step: ReplayedStep,
  ): Promise<Action | null> {
    let { action } = transition;
    if ("text" in action && action.text !== undefined) {
      const text = withSecret(action.text, (name) => this.#options.secretOf(name));
      if (text === null) {
        step.divergence = "secret";
        step.detail = `Expected the value of ${action.text} in the variable ${secretVariable(action.text)}, got none. Set it.`;
        return null;
      }
      action = { ...action, text };
    }
    if (!("ref" in action)) return action;
    const ref = await this.#find(transition, action.ref, transition.element, now, step);
    if (ref === null) return null;
    if (action.kind !== "drag") return { ...action, ref };
    const to = await this.#find(transition, action.to, transition.dropElement, now, step);
    return to === null ? null : { ...action, ref, to };
  }

  async #find(
    { observation }: Transition,
    ref: string,
    element: Transition["element"],
    now: Observation,
    step: ReplayedStep,
  ): Promise<string | null> {
    const { env } = this.#options;
    const found = await findAgain({ observation, ref, element }, now, () => env.snapshot());
    if (found !== null) {
      step.foundBy = found.by;
      return found.ref;
    }
    const node = observation.nodes.find((other) => other.ref === ref);
    step.divergence = "missing";
    step.detail = `Expected ${node === undefined ? `element ${ref}` : `${node.role} "${node.name}"`} on ${now.url}, got a page without it.`;
    return null;
  }

  /** Judges the action that was done last by the page that followed. */
  settle(now: Observation): void {
    const open = this.#open;
    const step = this.steps.at(-1);
    if (open === null || step === undefined) return;
    this.#open = null;
    const { transitions, finalObservation } = this.#options.recorded;
    const expected = transitions[step.step]?.observation ?? finalObservation;
    const misses = this.#options.takeMisses?.() ?? [];
    const comparison = comparePages(expected, now);
    step.likeness = comparison?.likeness ?? null;
    const failure = now.lastActionError;
    if (misses.length > 0) {
      step.divergence = "network miss";
      step.detail = `The recording holds no answer to ${misses.join(", ")}.`;
    } else if (failure !== null && expected.lastActionError === null) {
      step.divergence = kindOfFailure(failure);
      step.detail = failure;
    } else if (comparison !== null && isAnother(comparison)) {
      step.divergence = "page differs";
      step.detail =
        comparison.difference ??
        `Expected the recorded page, got one that shares ${Math.round(100 * comparison.likeness)} % with it.`;
    }
  }
}

function isAnother({ difference, likeness }: PageComparison): boolean {
  return difference !== null || likeness < LEAST_LIKENESS;
}

/** Which sentence of `page/action-errors.ts` it is. Only the ref differs, and what covers. */
function kindOfFailure(failure: string): Divergence {
  const ref = /^Element \[(\d+)\]/u.exec(failure)?.[1] ?? "";
  const [beforeCover = ""] = actionErrors.covered(ref, "\n").split("\n");
  if (failure.startsWith(beforeCover)) return "covered";
  if (failure.startsWith(actionErrors.notVisible(ref))) return "hidden";
  return failure.startsWith(actionErrors.disabled(ref)) ? "disabled" : "failed";
}

function withSecret(text: string, secretOf: (placeholder: string) => string | null): string | null {
  return isSecretPlaceholder(text) ? secretOf(text) : text;
}
