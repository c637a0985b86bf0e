/** A trajectory as BrowserGym's observations and actions in text. The bid of an element is its ref. */

import type { Trajectory } from "../../../core/trajectory.ts";
import { printBrowserGymAction, renderBrowserGymText } from "../../../page/browsergym-text.ts";

export function toBrowserGymRow(trajectory: Trajectory): unknown {
  const { id, taskId, goal, seed, transitions, finalObservation, score } = trajectory;
  return {
    id,
    task_name: taskId,
    goal,
    task_seed: seed,
    steps: transitions.map(({ observation, action, reward, thought }) => ({
      url: observation.url,
      axtree_txt: renderBrowserGymText(observation),
      last_action_error: observation.lastActionError ?? "",
      action: printBrowserGymAction(action),
      reward,
      ...(thought !== undefined && { think: thought }),
    })),
    final_url: finalObservation.url,
    cum_reward: score?.status === "scored" ? score.value : null,
  };
}
