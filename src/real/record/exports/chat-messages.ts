/**
 * Trajectories as chat messages, in the columns that TRL, verl and others read: whole conversations for supervised
 * fine-tuning, and a better and a worse action on the same page for preference learning.
 */

import { transferAction, isSameAction } from "../../../core/element-reference.ts";
import type { Trajectory, Transition } from "../../../core/trajectory.ts";
import { outcomeOf } from "./outcome.ts";
import { printAction } from "../../../page/action-text.ts";
import { renderWebArenaText } from "../../../page/render-observation.ts";

export interface Message {
  role: "system" | "user" | "assistant";
  content: string;
}

const SYSTEM: Message = {
  role: "system",
  content:
    "You control a web browser. Each message shows the page as an accessibility tree. Answer with one action between " +
    "triple backticks, such as ```click [12]```, ```type [7] [lamp] [1]``` or ```stop [the answer]```.",
};

function pageMessage({ observation }: Transition, goal: string | null): Message {
  const { url, lastActionError } = observation;
  const parts = [
    ...(goal === null ? [] : [`GOAL: ${goal}`]),
    `URL: ${url}`,
    ...(lastActionError === null ? [] : [`THE LAST ACTION FAILED: ${lastActionError}`]),
    renderWebArenaText(observation),
  ];
  return { role: "user", content: parts.join("\n") };
}

function answerMessage({ action, thought }: Transition): Message {
  const text = `\`\`\`${printAction(action)}\`\`\``;
  return { role: "assistant", content: thought === undefined ? text : `${thought}\n${text}` };
}

function conversation(transitions: readonly Transition[], goal: string): Message[] {
  return transitions.flatMap((transition, at) => [
    pageMessage(transition, at === 0 ? goal : null),
    answerMessage(transition),
  ]);
}

/** Only an episode that succeeded, or was recorded by a person and has no score, is worth imitating. */
export function toSftRow(trajectory: Trajectory): { rows: unknown[]; losses: string[] } {
  const { id, taskId, goal, transitions, source } = trajectory;
  const outcome = outcomeOf(trajectory);
  const isExample = outcome === "success" || (outcome === "no score" && source === "human");
  if (!isExample || transitions.length === 0)
    return { rows: [], losses: ["An episode without success is left out."] };
  return {
    rows: [{ id, task: taskId, messages: [SYSTEM, ...conversation(transitions, goal)] }],
    losses: [],
  };
}

/** A pair of episodes of one task that did the same up to a page, and went on from it differently. */
export function toPreferenceRow(better: Trajectory, worse: Trajectory): unknown {
  const at = firstDifference(better.transitions, worse.transitions);
  const [chosen, rejected] = at === null ? [] : [better.transitions[at], worse.transitions[at]];
  if (at === null || chosen === undefined || rejected === undefined) return null;
  const own = transferAction(rejected.action, rejected.observation, chosen.observation);
  if (own === null) return null;
  return {
    task: better.taskId,
    prompt: [
      SYSTEM,
      ...conversation(better.transitions.slice(0, at), better.goal),
      pageMessage(chosen, at === 0 ? better.goal : null),
    ],
    chosen: [answerMessage(chosen)],
    rejected: [answerMessage({ ...rejected, action: own })],
  };
}

/** The first step at which both see the same page and act differently. Null: their pages differ before. */
function firstDifference(a: readonly Transition[], b: readonly Transition[]): number | null {
  for (const [at, own] of a.entries()) {
    const other = b[at];
    if (other === undefined || !showsSame(own, other)) return null;
    const moved = transferAction(other.action, other.observation, own.observation);
    if (moved === null || !isSameAction(own.action, moved)) return at;
  }
  return null;
}

function showsSame({ observation: a }: Transition, { observation: b }: Transition): boolean {
  return (
    a.url === b.url &&
    a.nodes.length === b.nodes.length &&
    a.nodes.every((node, i) => node.role === b.nodes[i]?.role && node.name === b.nodes[i]?.name)
  );
}
