/** A trajectory in the Agent Data Protocol (arXiv 2510.24702): actions and observations in turn. */

import type { Observation } from "../../../core/observation.ts";
import type { PageSnapshot } from "../../../core/site-request.ts";
import { answerOf, type Trajectory } from "../../../core/trajectory.ts";
import { renderWebArenaText } from "../../../page/render-observation.ts";

export function toAgentData(trajectory: Trajectory): unknown {
  const { transitions, finalObservation, finalPage, goal, id } = trajectory;
  const pages = [...transitions.map(({ page }) => page), finalPage];
  const content: unknown[] = [
    { class_: "text_observation", content: goal, source: "user" },
    webObservation(transitions[0]?.observation ?? finalObservation, pages[0]),
  ];
  transitions.forEach(({ action, thought }, at) => {
    const { kind, ...kwargs } = action;
    if (kind === "stop") {
      content.push({
        class_: "message_action",
        content: answerOf(trajectory),
        description: thought ?? null,
      });
      return;
    }
    const tool_call_id = `call-${at + 1}`;
    const after = transitions[at + 1]?.observation ?? finalObservation;
    content.push(
      { class_: "api_action", function: kind, kwargs, description: thought ?? null, tool_call_id },
      { ...webObservation(after, pages[at + 1]), tool_call_id },
    );
  });
  const { taskId, templateId, world, source, actor, seed, stopReason, score } = trajectory;
  return {
    id,
    content,
    details: { taskId, templateId, world, source, actor, seed, stopReason, score },
  };
}

function webObservation(observation: Observation, page: PageSnapshot | undefined) {
  return {
    class_: "web_observation",
    html: page?.html ?? null,
    axtree: renderWebArenaText(observation),
    url: observation.url,
    image_observation: null,
    viewport_size: [1280, 720],
  };
}
