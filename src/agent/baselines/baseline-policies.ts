/**
 * Policies that know nothing. They show how hard tasks are before an agent learns anything. They choose among the
 * same candidates as a trained policy.
 */

import { actionKey } from "../../core/element-reference.ts";
import { createStopPolicy, type Policy } from "../../core/policy.ts";
import type { Observation } from "../../core/observation.ts";
import type { Random } from "../../core/random.ts";
import type { Candidate } from "../candidates/candidate.ts";
import { computeCandidates } from "../candidates/candidates.ts";

/** Uniform over the candidates of each state. */
export function createRandomPolicy(random: Random): Policy {
  return { act: (input) => ({ action: random.pick(computeCandidates(input)).action }) };
}

/** Declares every task impossible. */
export function createNotAvailablePolicy(): Policy {
  return createStopPolicy("N/A");
}

/**
 * Greedy: clicks, types and selects whatever shares most words with the goal and was not yet done on this page.
 * Stops, with no answer, when nothing shares a word any more. Ties go to the earlier candidate.
 */
export function createWordOverlapPolicy(): Policy {
  return {
    act(input) {
      const goal = wordsOf(input.goal);
      const done = new Set(
        input.history.map(({ observation, action }) => actionKey(observation, action)),
      );
      let best: Candidate | null = null;
      let bestOverlap = 0;
      for (const candidate of computeCandidates(input)) {
        if (candidate.action.kind === "stop") continue;
        if (done.has(actionKey(input.observation, candidate.action))) continue;
        const overlap = overlapOf(goal, wordsOf(textOf(candidate, input.observation)));
        if (overlap > bestOverlap) [best, bestOverlap] = [candidate, overlap];
      }
      return { action: best?.action ?? { kind: "stop", answer: "" } };
    },
  };
}

/** The text of a candidate: the target's name, the chosen option, the text to type or to answer. */
function textOf({ action, node }: Candidate, observation: Observation): string {
  const name = observation.nodes[node]?.name ?? "";
  switch (action.kind) {
    case "type":
      return `${name} ${action.text}`;
    case "select":
      return `${name} ${action.option}`;
    case "goto":
      return action.url;
    default:
      return name;
  }
}

function wordsOf(text: string): Set<string> {
  return new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);
}

/** Shared words over the geometric mean of both counts, so that long texts have no advantage. */
function overlapOf(goal: ReadonlySet<string>, words: ReadonlySet<string>): number {
  const shared = [...words].filter((word) => goal.has(word)).length;
  return shared === 0 ? 0 : shared / Math.sqrt(goal.size * words.size);
}
