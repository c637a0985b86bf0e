/** The steps of a trajectory as a policy reads them. */

import type { Trajectory } from "../../core/trajectory.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import type { Decision } from "../network/network.ts";

export interface ReadStep {
  state: Decision;
  /** Index of the action among the candidates; −1 if it is not one of them any more. */
  chosen: number;
  /** As recorded. */
  logprob: number | undefined;
}

export function readSteps(policy: CandidatePolicy, trajectory: Trajectory): ReadStep[] {
  const { goal, transitions } = trajectory;
  return transitions.map(({ observation, action, logprob }, step) => {
    const history = transitions.slice(0, step);
    return { ...policy.decide({ goal, history, observation }, action), logprob };
  });
}
