/** Does the same actions in both worlds, wrong ones among them, and notes what each world says to them. */

import type { Action } from "../../core/action.ts";
import { transferAction } from "../../core/element-reference.ts";
import type { Env } from "../../core/env.ts";
import type { Observation } from "../../core/observation.ts";
import { createRandom, type Random } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import type { ComparedAction } from "../../synthetic/measure/action-contract.ts";
import { spreadEvenly } from "./spread-evenly.ts";
import { findWrongActions, type WrongAction } from "./wrong-actions.ts";

export interface WalkContractOptions {
  real: Env;
  dream: Env;
  /** Tasks of the episodes, by id. */
  tasks: ReadonlyMap<string, Task>;
  /** Recorded episodes, whose actions lead from page to page. */
  episodes: readonly Trajectory[];
  /** Real steps to spend, at most. */
  budget: number;
  onStep?: (spent: number) => void;
  signal?: AbortSignal;
}

/** Pages of an episode, and mistakes on a page: few, so that the budget reaches many kinds of pages. */
const PAGES = 4;
const MISTAKES = 3;
/** A walk ends by itself, and not by the limit of its task. */
const NO_LIMIT = 10_000;

/** Walks episodes, spread over sites and templates, until the budget is spent. */
export async function walkContract(options: WalkContractOptions): Promise<ComparedAction[]> {
  const { tasks, episodes, budget } = options;
  const compared: ComparedAction[] = [];
  const random = createRandom("wrong actions");
  let spent = 0;
  const spend = (): boolean => {
    if (spent >= budget) return false;
    options.signal?.throwIfAborted();
    spent++;
    options.onStep?.(spent);
    return true;
  };
  const known = episodes.flatMap((episode) => {
    const task = tasks.get(episode.taskId);
    return task === undefined ? [] : [{ episode, task }];
  });
  for (const { episode, task } of spreadEvenly(known, ({ task }) => task)) {
    if (spent >= budget) break;
    const walk = { ...options, task, random: random.fork(episode.id), spend };
    compared.push(...(await walkEpisode(walk, episode)));
  }
  return compared;
}

interface EpisodeWalk extends Pick<WalkContractOptions, "real" | "dream" | "signal"> {
  task: Task;
  random: Random;
  /** Takes one step off the budget. False: it is used up. */
  spend: () => boolean;
}

/** Both worlds at the same point of an episode. */
interface Pair {
  real: Observation;
  dreamed: Observation;
}

/** Ends early where the worlds part: where only one accepts an action, or lacks its element. */
async function walkEpisode(walk: EpisodeWalk, episode: Trajectory): Promise<ComparedAction[]> {
  const { real, dream, random, signal } = walk;
  // Without checks: the walk stops nowhere, so nothing is to be scored.
  const task: Task = { ...walk.task, maxSteps: NO_LIMIT, checks: [] };
  const reset = { task, seed: episode.seed, ...(signal && { signal }) };
  let pair: Pair = { real: await real.reset(reset), dreamed: await dream.reset(reset) };
  const compared: ComparedAction[] = [];
  /** @returns what both worlds said; null if the action was not done */
  const tryBoth = async (
    what: string,
    action: Action,
    from: Observation,
  ): Promise<ComparedAction | null> => {
    const inReality = onPage(action, from, pair.real);
    const inDream = onPage(action, from, pair.dreamed);
    if (inReality === null || inDream === null || !walk.spend()) return null;
    pair = {
      real: (await real.step(inReality)).observation,
      dreamed: (await dream.step(inDream)).observation,
    };
    const [realError, dreamedError] = [pair.real.lastActionError, pair.dreamed.lastActionError];
    const said = { site: task.sites.join("+"), what, realError, dreamedError };
    compared.push(said);
    return said;
  };
  for (const [at, { action, observation }] of episode.transitions.slice(0, PAGES).entries()) {
    const page = pair.real;
    for (const { what, action: wrong } of drawMistakes(page, at > 0, random)) {
      const said = await tryBoth(what, wrong, page);
      // An accepted mistake leads off the episode's way.
      if (said !== null && (said.realError === null || said.dreamedError === null)) return compared;
    }
    if (action.kind === "stop") break;
    const said = await tryBoth(action.kind, action, observation);
    if (said === null || (said.realError === null) !== (said.dreamedError === null)) break;
  }
  return compared;
}

function drawMistakes(page: Observation, hasPast: boolean, random: Random): WrongAction[] {
  return random.shuffle(findWrongActions(page, hasPast)).slice(0, MISTAKES);
}

/** The action on another page; null if its element is not there. A ref that no page has stays as it is. */
function onPage(action: Action, from: Observation, to: Observation): Action | null {
  const isUnknown = "ref" in action && !from.nodes.some(({ ref }) => ref === action.ref);
  return isUnknown ? action : transferAction(action, from, to);
}
