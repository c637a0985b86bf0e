/**
 * The steps of a trajectory as a policy reads them. A typed secret is masked in a trajectory. The number of the
 * policy's choice then says which of its own candidates it was, so the step is learned from, and the steps after it see
 * the history that the policy saw.
 */

import type { PastStep } from "../../core/policy.ts";
import type { Trajectory, Transition } from "../../core/trajectory.ts";
import type { CandidatePolicy } from "../network/candidate-policy.ts";
import type { FeaturizedState } from "../network/features.ts";

export interface ReadStep {
  state: FeaturizedState;
  /** Index of the action among the candidates; −1 if it is not one of them any more. */
  chosen: number;
  /** As recorded. */
  logprob: number | undefined;
  /** The step with the action that the policy chose, as later steps see it. */
  past: PastStep;
}

export function readSteps(policy: CandidatePolicy, trajectory: Trajectory): ReadStep[] {
  const { goal, transitions } = trajectory;
  const history: PastStep[] = [];
  return transitions.map((transition) => {
    const { observation, action, logprob } = transition;
    const { state, chosen } = policy.decide({ goal, history: [...history], observation }, action);
    const masked = chosen < 0 ? maskedChoice(transition, state) : -1;
    const own = state.candidates[masked]?.action;
    const past = own === undefined ? transition : { observation, action: own };
    history.push(past);
    return { state, chosen: own === undefined ? chosen : masked, logprob, past };
  });
}

/** Index of the candidate whose text was masked. −1 if the recorded choice is not one like the action. */
function maskedChoice(
  { action, choice = -1 }: Transition,
  { candidates }: FeaturizedState,
): number {
  const chosen = candidates[choice]?.action;
  const isLike =
    action.kind === "type" &&
    chosen?.kind === "type" &&
    chosen.ref === action.ref &&
    chosen.submit === action.submit;
  return isLike ? choice : -1;
}
