/** An action that makes sense next, and what it is about. */

import type { Action } from "../../core/action.ts";
import type { AnswerPart } from "./candidate-answers.ts";
import type { GoalSpan } from "./candidate-spans.ts";

export interface Candidate {
  action: Action;
  /** Index of the acted-on node, or of the node that holds the answer; -1 where the page has none. */
  node: number;
  /** Index of the chosen option's node; -1 for other kinds. */
  option: number;
  /** For typing: which piece of the goal; null for other kinds. */
  span: GoalSpan | null;
  /** For answers: which part of the node's text; null for other kinds and for the fixed answers. */
  part: AnswerPart["part"] | null;
}

/** A candidate about nothing on the page yet. */
export function bare(action: Action): Candidate {
  return { action, node: -1, option: -1, span: null, part: null };
}
