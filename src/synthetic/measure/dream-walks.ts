/** Dreams a few recorded actions ahead from recorded states, and compares each state with the real one. */

import type { ExperienceModel } from "../../core/experience.ts";
import type { Action } from "../../core/action.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { type Agreement, compareStates, sizeOfChange } from "./page-agreement.ts";
import {
  type DreamedState,
  dreamStates,
  readEpisode,
  type RecordedEpisode,
  type State,
} from "./recorded-episode.ts";

/** The farthest horizon that is measured. */
const FARTHEST = 8;

export interface WalkedStep extends Agreement {
  isMissing: boolean;
  /** `lastActionError` of both worlds. */
  realError: string | null;
  dreamedError: string | null;
}

/** A walk in the dream along recorded actions, from one recorded state. */
export interface Walk {
  real: Trajectory;
  /** Number of recorded actions done before it starts. */
  at: number;
  /** The first action. */
  action: Action;
  /** Nodes that the first action really changed. */
  size: number;
  /** By number of dreamed actions, from 1; fewer where the recording ends. */
  steps: WalkedStep[];
}

export interface Walks {
  walks: Walk[];
  /** States that could not be restored, or lack a recorded page after the action. */
  skipped: number;
}

export interface WalkOptions {
  model: ExperienceModel;
  /** Real episodes, recorded with pages, that the model does not know. */
  heldOut: readonly Trajectory[];
  /** Origins that an episode may reach. */
  originsOf: (real: Trajectory) => readonly string[];
  /** Walks to take, at most. Whole episodes are left out, evenly. */
  limit: number;
}

/** A walk from every state of the chosen episodes at which the agent did not stop. */
export async function walkDream(options: WalkOptions): Promise<Walks> {
  const walks: Walk[] = [];
  let skipped = 0;
  for (const real of chooseEpisodes(options.heldOut, options.limit)) {
    const episode = readEpisode(real);
    const origins = options.originsOf(real);
    const states = dreamStates({ model: options.model, episode, steps: FARTHEST, origins });
    for await (const { at, dreamed } of states) {
      if (real.transitions[at]?.action.kind === "stop") continue;
      const walk = dreamed === null ? null : toWalk(episode, at, dreamed);
      if (walk === null) skipped++;
      else walks.push(walk);
    }
  }
  return { walks, skipped };
}

/** Whole episodes, spread evenly over all, with at most `limit` states together. */
function chooseEpisodes(heldOut: readonly Trajectory[], limit: number): Trajectory[] {
  const states = heldOut.reduce((sum, { transitions }) => sum + transitions.length, 0);
  let [seen, taken] = [0, 0];
  return heldOut.filter(({ transitions }) => {
    seen += transitions.length;
    if (taken + transitions.length > limit * (seen / states)) return false;
    taken += transitions.length;
    return true;
  });
}

function toWalk(
  { real, states }: RecordedEpisode,
  at: number,
  dreamed: readonly DreamedState[],
): Walk | null {
  const [start, next] = [states[at], states[at + 1]];
  const action = real.transitions[at]?.action;
  if (start === undefined || next === undefined || action === undefined) return null;
  const steps: WalkedStep[] = [];
  for (const [index, state] of dreamed.entries()) {
    const truth: State | undefined = states[at + index + 1];
    if (truth === undefined) break;
    steps.push({
      ...compareStates(start, truth, state),
      isMissing: state.isMissing,
      realError: truth.observation.lastActionError,
      dreamedError: state.observation.lastActionError,
    });
  }
  return { real, at, action, size: sizeOfChange(start.observation, next.observation), steps };
}
