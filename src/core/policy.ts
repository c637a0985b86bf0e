/** π(a | s): what chooses actions. It sees the goal, what it did so far, and the page; nothing else of the task. */

import type { Action } from "./action.ts";
import type { Observation } from "./observation.ts";

/** One past step: the observation and the action taken in it. */
export interface PastStep {
  observation: Observation;
  action: Action;
}

export interface PolicyInput {
  goal: string;
  /** Oldest first. */
  history: readonly PastStep[];
  observation: Observation;
}

export interface PolicyOutput {
  action: Action;
  /** log π(action | input) when the policy is stochastic and knows it. */
  logprob?: number;
  /** Reasoning in words, of policies that have any. */
  thought?: string;
}

export interface Policy {
  act(input: PolicyInput): PolicyOutput | Promise<PolicyOutput>;
}

/** A policy that stops on the start page with this answer. */
export function createStopPolicy(answer: string): Policy {
  return { act: () => ({ action: { kind: "stop", answer } }) };
}
