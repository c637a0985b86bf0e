/** Episodes as rows for trainers in Python, with the same texts that an OpenEnv client sees. */

import type { Trajectory } from "../../core/trajectory.ts";
import { printBrowserGymAction } from "../../page/browsergym-text.ts";
import { toWireObservation } from "./observe.ts";

interface RowMessage {
  role: "user" | "assistant";
  content: string;
}

/** An episode as `verifiers` records it (`Trace`, schema 1): a chain of messages, those of the agent marked as sampled. */
export interface VerifiersRow {
  version: 1;
  id: string;
  task: { type: "WebTask"; data: { id: string; prompt: string } };
  agent: { name: string; config: Record<string, never> };
  nodes: { parent: number | null; message: RowMessage; sampled: boolean }[];
  /** Null: no check could score the episode. It is not a training signal. */
  rewards: { checks: { score: number } | null };
  info: { world: Trajectory["source"]; seed: number; steps: number; truncated: boolean };
  is_completed: true;
  /** False after a failure of the environment or the agent. */
  ok: boolean;
  stop_condition: Trajectory["stopReason"];
}

export function toVerifiersRow(trajectory: Trajectory): VerifiersRow {
  const { id, taskId, goal, actor, source, seed, stopReason, transitions } = trajectory;
  const score = rewardOf(trajectory);
  return {
    version: 1,
    id,
    task: { type: "WebTask", data: { id: taskId, prompt: `Goal: ${goal}` } },
    agent: { name: actor, config: {} },
    nodes: messagesOf(trajectory).map((message, index) => ({
      parent: index === 0 ? null : index - 1,
      message,
      sampled: message.role === "assistant",
    })),
    rewards: { checks: score === null ? null : { score } },
    info: {
      world: source,
      seed,
      steps: transitions.length,
      truncated: stopReason === "truncated",
    },
    is_completed: true,
    ok: stopReason !== "error",
    stop_condition: stopReason,
  };
}

/** A row with a mask: `weight` is 1 for what the agent wrote, and 0 for what it read. */
export interface TrainerRow {
  id: string;
  task: string;
  messages: (RowMessage & { weight: 0 | 1 })[];
  reward: number | null;
}

export function toTrainerRow(trajectory: Trajectory): TrainerRow {
  return {
    id: trajectory.id,
    task: trajectory.taskId,
    messages: messagesOf(trajectory).map((message) => ({
      ...message,
      weight: message.role === "assistant" ? 1 : 0,
    })),
    reward: rewardOf(trajectory),
  };
}

/** One decision of a language model exactly as it was sampled, for trainers that take tokens. */
export interface TokenRow {
  id: string;
  task: string;
  step: number;
  /** Null: the server returned none. */
  prompt_ids: readonly number[] | null;
  completion_ids: readonly number[];
  /** Of each token of the completion, in nats. Null: the server returned none. */
  logprobs: readonly number[] | null;
  /** Of the whole episode. */
  reward: number | null;
}

/** Steps without token ids have no row. */
export function toTokenRows(trajectory: Trajectory): TokenRow[] {
  return trajectory.transitions.flatMap(({ tokens }, step) => {
    if (tokens === undefined || tokens.ids.length === 0) return [];
    const { ids, logProbs, promptIds = null } = tokens;
    return [
      {
        id: trajectory.id,
        task: trajectory.taskId,
        step,
        prompt_ids: promptIds,
        completion_ids: ids,
        logprobs: logProbs.length === ids.length ? logProbs : null,
        reward: rewardOf(trajectory),
      },
    ];
  });
}

function messagesOf({ goal, transitions }: Trajectory): RowMessage[] {
  return transitions.flatMap(({ observation, action, thought }, step): RowMessage[] => {
    const { text, error } = toWireObservation(goal, observation, observation.lastActionError);
    const read = [
      ...(step === 0 ? [`Goal: ${goal}`] : []),
      ...(error === "" ? [] : [`Error: ${error}`]),
      text,
    ];
    const written = [...(thought === undefined ? [] : [thought]), printBrowserGymAction(action)];
    return [
      { role: "user", content: read.join("\n\n") },
      { role: "assistant", content: written.join("\n") },
    ];
  });
}

function rewardOf({ score }: Trajectory): number | null {
  return score?.status === "scored" ? score.value : null;
}
