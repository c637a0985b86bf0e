/** A solution as a plan: actions with references to their elements, so that it can be played again, cut and changed. */

import type { Action } from "../../core/action.ts";
import { type ElementReference, findElement, referTo } from "../../core/element-reference.ts";
import type { Env } from "../../core/env.ts";
import { runEpisode } from "../../core/episode.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import type { Policy } from "../../core/policy.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";

export interface PlannedAction {
  action: Action;
  /** Of the action's element. Null for actions without one. */
  element: ElementReference | null;
  /** Named nodes around the element, the nearest first. */
  around?: readonly Neighbour[];
  /** The element stands at this distance from a node of this name, whatever its own name is. */
  near?: Neighbour;
  /** Where the page has no element of the name: one whose name has this text in it. */
  mentions?: string;
}

interface Neighbour {
  name: string;
  /** Nodes from the element to it: negative before the element. */
  offset: number;
}

/** Nodes before and after an element that may say which of several alike it is: an entry of a list is about as long. */
const FARTHEST = 6;

export type Plan = readonly PlannedAction[];

/** The plan that a trajectory followed. Actions on elements that its pages do not show are left out. */
export function planOf({ transitions }: Pick<Trajectory, "transitions">): PlannedAction[] {
  return transitions.flatMap(({ action, observation }): PlannedAction[] => {
    if (!("ref" in action)) return [{ action, element: null }];
    const element = referTo(observation, action.ref);
    return element === null
      ? []
      : [{ action, element, around: neighboursOf(observation, element.place) }];
  });
}

function neighboursOf({ nodes }: Observation, place: number): Neighbour[] {
  const neighbours: Neighbour[] = [];
  for (let distance = 1; distance <= FARTHEST; distance++)
    for (const offset of [-distance, distance]) {
      const name = nodes[place + offset]?.name ?? "";
      if (name !== "") neighbours.push({ name, offset });
    }
  return neighbours;
}

/** The plan without its last stop, and then this answer. */
export function endWith(plan: Plan, answer: string): PlannedAction[] {
  const acts = plan.filter(({ action }) => action.kind !== "stop");
  return [...acts, { action: { kind: "stop", answer }, element: null }];
}

/**
 * Plays a plan. An element that the page does not show ends the episode with an empty answer.
 *
 * @returns the trajectory; null where the plan could not be followed to its end
 */
export async function playPlan(
  env: Env,
  task: Task,
  plan: Plan,
  actor: string,
): Promise<Trajectory | null> {
  let isLost = false;
  const policy: Policy = {
    act({ observation, history }) {
      const action = nextAction(plan[history.length], observation);
      isLost ||= action === null;
      return { action: action ?? { kind: "stop", answer: "" } };
    },
  };
  const trajectory = await runEpisode({
    env,
    policy,
    task,
    seed: 0,
    id: `${actor}-${task.id}`,
    actor,
    source: "synthetic",
  });
  return isLost || trajectory.stopReason !== "terminated" ? null : trajectory;
}

function nextAction(planned: PlannedAction | undefined, page: Observation): Action | null {
  if (planned === undefined) return null;
  const { action, element } = planned;
  if (!("ref" in action) || element === null) return action;
  const found =
    findNear(planned, page) ?? findElement(element, page) ?? findMentioning(planned, page);
  return found === null ? null : { ...action, ref: found.ref };
}

function findNear({ element, near }: PlannedAction, { nodes }: Observation): PageNode | null {
  if (near === undefined) return null;
  for (const [place, { name }] of nodes.entries()) {
    const found = name === near.name ? nodes[place - near.offset] : undefined;
    if (found !== undefined && found.role === element?.role) return found;
  }
  return null;
}

function findMentioning(
  { element, mentions }: PlannedAction,
  { nodes }: Observation,
): PageNode | null {
  if (mentions === undefined) return null;
  const wanted = mentions.toLowerCase();
  return (
    nodes.find(({ role, name }) => role === element?.role && name.toLowerCase().includes(wanted)) ??
    null
  );
}

export function isSolved(trajectory: Trajectory | null): trajectory is Trajectory {
  return trajectory?.score?.status === "scored" && trajectory.score.value === 1;
}

/**
 * Leaves out actions, halves first and then one after the other, as long as the episode is accepted (delta debugging,
 * Zeller & Hildebrandt 2002). @returns null where the whole plan is not accepted
 */
export async function shortenPlan(
  env: Env,
  task: Task,
  plan: Plan,
  actor: string,
  accepts: (trajectory: Trajectory) => boolean,
): Promise<{ plan: Plan; trajectory: Trajectory } | null> {
  const first = await playPlan(env, task, plan, actor);
  if (first === null || !accepts(first)) return null;
  let best = { plan, trajectory: first };
  for (let size = plan.length >> 1; size >= 1; size >>= 1)
    for (let from = 0; from + size < best.plan.length;) {
      const shorter = best.plan.toSpliced(from, size);
      const trajectory = await playPlan(env, task, shorter, actor);
      if (trajectory !== null && accepts(trajectory)) best = { plan: shorter, trajectory };
      else from++;
    }
  return best;
}
