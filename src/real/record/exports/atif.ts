/**
 * A trajectory in the Agent Trajectory Interchange Format, ATIF-v1.8 (Harbor, RFC 0001): the reset is a system step with
 * the first page, the goal a user step, each action an agent step with one tool call and the page that followed.
 */

import type { Observation } from "../../../core/observation.ts";
import type { ReplyTokens } from "../../../core/reply-tokens.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { renderWebArenaText } from "../../../page/render-observation.ts";

const ATIF_VERSION = "ATIF-v1.8";

/** @param version of this package */
export function toAtif(trajectory: Trajectory, version: string): unknown {
  const { transitions, finalObservation, goal, id, actor } = trajectory;
  const first = transitions[0]?.observation ?? finalObservation;
  const after = [...transitions.slice(1).map(({ observation }) => observation), finalObservation];
  const steps = [
    { source: "system", message: "The environment was reset.", observation: pageOf(first) },
    { source: "user", message: goal },
    ...transitions.map((transition, at) => {
      const { action, thought, reward, requests, logprob, parseFailures, tokens } = transition;
      const { kind, ...values } = action;
      const isStop = kind === "stop";
      const call = `call-${at + 1}`;
      return {
        source: "agent",
        message: isStop && "answer" in values ? values.answer : "",
        ...(thought !== undefined && { reasoning_content: thought }),
        tool_calls: [{ tool_call_id: call, function_name: kind, arguments: values }],
        observation: pageOf(after[at] ?? finalObservation, call),
        ...(tokens !== undefined && { metrics: metricsOf(tokens) }),
        extra: {
          reward,
          requests,
          ...(logprob !== undefined && { logprob }),
          ...(parseFailures !== undefined && { parse_failures: parseFailures }),
        },
      };
    }),
  ];
  return {
    schema_version: ATIF_VERSION,
    session_id: id,
    trajectory_id: id,
    agent: { name: actor === "" ? "unknown" : actor, version },
    steps: steps.map((step, index) => ({ step_id: index + 1, ...step })),
    final_metrics: { total_steps: transitions.length },
    extra: {
      dreamgym: {
        task_id: trajectory.taskId,
        template_id: trajectory.templateId,
        world: trajectory.world,
        source: trajectory.source,
        seed: trajectory.seed,
        stop_reason: trajectory.stopReason,
        score: trajectory.score,
        error: trajectory.error,
      },
    },
  };
}

function metricsOf({ ids, logProbs, promptIds }: ReplyTokens): object {
  return {
    ...(promptIds !== undefined && { prompt_token_ids: promptIds }),
    ...(ids.length > 0 && { completion_token_ids: ids }),
    ...(logProbs.length > 0 && { logprobs: logProbs }),
  };
}

/** The page as text, and as data in `extra`, so that an import gives the same observation. */
function pageOf(observation: Observation, call?: string): unknown {
  return {
    results: [
      {
        ...(call !== undefined && { source_call_id: call }),
        content: renderWebArenaText(observation),
        extra: { observation },
      },
    ],
  };
}
