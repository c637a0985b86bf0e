/** π(a | s): chooses actions. A policy sees the goal, its own past actions and the page, and nothing else. */

import { z } from "zod";
import { type Action, ActionSchema } from "./action.ts";
import type { Observation } from "./observation.ts";
import { type ReplyTokens, ReplyTokensSchema } from "./reply-tokens.ts";
import { reportIssues } from "./schema-issues.ts";
import { type TotalUsage, type Usage, UsageSchema } from "./usage.ts";

/** One past step: the observation and the action that followed. */
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
  /** log π(action | input), if the policy is stochastic and knows it. */
  logprob?: number;
  /** Number of the action among those that the policy considered. It stands in for an action that is masked. */
  choice?: number;
  /** Reasoning in words, if the policy gives any. */
  thought?: string;
  /** Why earlier replies for this decision held no action, in words. */
  parseFailures?: string[];
  /** Of the reply that holds the action. */
  tokens?: ReplyTokens;
  /** What the decision cost, if the policy counts it. */
  usage?: Usage;
}

export interface Policy {
  act(input: PolicyInput): PolicyOutput | Promise<PolicyOutput>;
}

/** A policy of one episode that may add up what its decisions cost. */
export interface CountingPolicy extends Policy {
  /** Of the episode so far. */
  readonly usage?: TotalUsage;
}

/** A possible action, or a few that belong together, and log π(actions | input), in nats. */
export interface Proposal {
  action: Action;
  /** Further actions on the same page, as a unit: an option (Sutton et al. 1999). Their refs are those of the input. */
  rest?: readonly Action[];
  logprob: number;
}

/** A policy that rates all actions it considers, so that a search can follow more than one. */
export interface ProposingPolicy {
  /** The probabilities sum to 1. */
  propose(input: PolicyInput): readonly Proposal[] | Promise<readonly Proposal[]>;
}

/** Loose: a policy may return additional fields. */
const PolicyOutputSchema = z.object({
  action: ActionSchema,
  logprob: z.number().optional(),
  choice: z.int().min(0).optional(),
  thought: z.string().optional(),
  parseFailures: z.array(z.string()).optional(),
  tokens: ReplyTokensSchema.optional(),
  usage: UsageSchema.optional(),
});
const ACTION_KINDS: readonly string[] = ActionSchema.options.map(({ shape }) => shape.kind.value);

/** What a step keeps of the decision that led to it, next to the action. */
export type DecisionNotes = Pick<
  PolicyOutput,
  "logprob" | "choice" | "thought" | "parseFailures" | "tokens"
>;

export function notesOf(output: PolicyOutput): DecisionNotes {
  const { logprob, choice, thought, parseFailures, tokens } = output;
  return {
    ...(logprob !== undefined && { logprob }),
    ...(choice !== undefined && { choice }),
    ...(thought !== undefined && { thought }),
    ...(parseFailures !== undefined && { parseFailures }),
    ...(tokens !== undefined && { tokens }),
  };
}

/** The kind of `noAction`. No environment knows it. */
const NO_ACTION = "none";

/**
 * What a policy returns for a reply that holds no action: its cost counts, and the episode's limits decide what
 * follows.
 */
export function noAction(
  problem: string,
  facts: Pick<PolicyOutput, "thought" | "usage" | "parseFailures"> = {},
): PolicyOutput {
  return { action: { kind: NO_ACTION, problem } as unknown as Action, ...facts };
}

/** Describes why a policy's return value is not a `PolicyOutput`. Null if it is one. */
export function findOutputProblem(output: unknown): string | null {
  const { success, error } = PolicyOutputSchema.safeParse(output);
  if (success) return null;
  const action = (output as { action?: { kind?: unknown; problem?: unknown } } | null | undefined)
    ?.action;
  const kind = action?.kind;
  if (kind === NO_ACTION && typeof action?.problem === "string") return action.problem;
  if (kind !== undefined && !ACTION_KINDS.includes(kind as string))
    return `Expected an action of kind ${ACTION_KINDS.join(", ")}, got kind ${JSON.stringify(kind)}.`;
  return `Expected the policy to return { action }, got something else: ${reportIssues(error, output)}.`;
}

/** A policy that stops on the start page with this answer. */
export function createStopPolicy(answer: string): Policy {
  return { act: () => ({ action: { kind: "stop", answer } }) };
}
