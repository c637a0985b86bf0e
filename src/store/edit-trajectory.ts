/** Changes of a recorded trajectory. Each gives a new one. */

import { ConfigError } from "../core/errors.ts";
import type { Score } from "../core/score.ts";
import type { Trajectory, Transition } from "../core/trajectory.ts";

export interface TrajectoryEdit {
  id: string;
  goal?: string;
  /** Numbers of steps to leave out, from 1. */
  drop?: readonly number[];
  /** Keeps the steps from this one on, from 1. */
  from?: number;
  /** Keeps the steps up to this one. */
  to?: number;
  /** Replaces the answer, or adds one. */
  answer?: string;
  /** A person's verdict. */
  verdict?: "success" | "failure";
}

/** @throws ConfigError for a step that does not exist */
export function editTrajectory(trajectory: Trajectory, edit: TrajectoryEdit): Trajectory {
  const { transitions } = trajectory;
  const { from = 1, to = transitions.length, drop = [], goal, answer, verdict } = edit;
  for (const step of [from, to, ...drop])
    if (step < 1 || step > transitions.length)
      throw new ConfigError(
        `Expected a step from 1 to ${transitions.length} of ${trajectory.id}, got ${step}.`,
      );
  const kept = transitions.filter(
    (_, index) => index + 1 >= from && index + 1 <= to && !drop.includes(index + 1),
  );
  // The first step that was cut off shows the page after the last one that stays.
  const next = transitions[to];
  const cut: Trajectory = {
    ...trajectory,
    ...(next && { finalObservation: next.observation, stopReason: "truncated", score: null }),
  };
  if (next !== undefined) {
    delete cut.finalPage;
    delete cut.finalScreenshot;
    if (next.page !== undefined) cut.finalPage = next.page;
    if (next.screenshot !== undefined) cut.finalScreenshot = next.screenshot;
  }
  const answered = answer === undefined ? kept : withAnswer(kept, answer, cut);
  return {
    ...cut,
    id: edit.id,
    transitions: answered,
    ...(goal !== undefined && { goal }),
    ...(answer !== undefined && { stopReason: "terminated" as const, error: null }),
    ...(verdict && { score: scoreOf(verdict) }),
  };
}

function withAnswer(
  steps: readonly Transition[],
  answer: string,
  { finalObservation, finalPage }: Trajectory,
): Transition[] {
  const last = steps.at(-1);
  const stop = { kind: "stop", answer } as const;
  if (last?.action.kind === "stop") return [...steps.slice(0, -1), { ...last, action: stop }];
  const page = finalPage && { page: finalPage };
  return [
    ...steps,
    { observation: finalObservation, action: stop, reward: 0, requests: [], ...page },
  ];
}

function scoreOf(verdict: "success" | "failure"): Score {
  const passed = verdict === "success";
  const detail = `A person said: ${verdict}.`;
  return {
    status: "scored",
    value: passed ? 1 : 0,
    checks: [{ kind: "person", passed, detail }],
  };
}

/** One trajectory out of several: the steps of each follow those of the one before. */
export function mergeTrajectories(parts: readonly Trajectory[], id: string): Trajectory {
  const [first] = parts;
  const last = parts.at(-1);
  if (first === undefined || last === undefined)
    throw new ConfigError("Expected trajectories to merge, got none. Name some.");
  const inner = parts.slice(0, -1).flatMap(({ transitions }) => transitions);
  return {
    ...last,
    id,
    taskId: first.taskId,
    goal: first.goal,
    templateId: first.templateId,
    startRequests: first.startRequests,
    transitions: [...inner.filter(({ action }) => action.kind !== "stop"), ...last.transitions],
  };
}

/** What is wrong with a trajectory that its schema does not see, one sentence each. */
export function findFaults(
  { transitions }: Trajectory,
  hasFile: (name: string) => boolean,
): string[] {
  return transitions.flatMap(({ action, observation, screenshot }, index) => {
    const refs = ["ref", "to", "over"].flatMap((key) => {
      const ref = (action as Record<string, unknown>)[key];
      return typeof ref === "string" ? [ref] : [];
    });
    const unknown = refs.filter((ref) => observation.nodes.every((node) => node.ref !== ref));
    return [
      ...unknown.map(
        (ref) => `step ${index + 1}: the page does not show element [${ref}] of its ${action.kind}`,
      ),
      ...(screenshot !== undefined && !hasFile(screenshot)
        ? [`step ${index + 1}: the picture ${screenshot} is missing`]
        : []),
    ];
  });
}
