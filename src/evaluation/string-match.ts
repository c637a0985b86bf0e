/** The check of the agent's answer: WebArena's `string_match`. A judge decides what rules cannot. */

import type { Check } from "../core/task.ts";
import { cleanText, exactMatch, mustInclude } from "./text-condition.ts";
import { allOf, failed, passed, quote, unknown, type Verdict } from "./verdict.ts";

export interface JudgeQuestion {
  /** `equivalent`: does the answer mean the same as the reference? `unachievable`: does it give the same reason? */
  kind: "equivalent" | "unachievable";
  goal: string;
  reference: string;
  /** Untrusted: the agent under test wrote it. */
  answer: string;
}

/**
 * The port to a judge, such as a language model. A judge that throws leaves the check unscored. One that is down throws a
 * retryable `EvaluatorError`: then the episode has an error, and `evaluate` tries it again.
 */
export interface Judge {
  judge(question: JudgeQuestion): Promise<{ agrees: boolean; reason: string }>;
}

/** WebArena's reference for a task that cannot be achieved, and the expected answer. */
const NOT_ACHIEVABLE = "N/A";

export async function checkAnswer(
  check: Extract<Check, { kind: "string_match" }>,
  { goal, answer, judge }: { goal: string; answer: string; judge: Judge | null },
): Promise<Verdict> {
  const verdicts: Verdict[] = [];
  if (check.exactMatch !== undefined) verdicts.push(exactMatch(check.exactMatch, answer));
  if (check.mustInclude !== undefined) {
    verdicts.push(mustInclude(check.mustInclude, answer, { tokenizeSingle: true }));
  }
  for (const reference of check.fuzzyMatch ?? []) {
    const isUnachievable = reference === NOT_ACHIEVABLE;
    verdicts.push(
      await matchFuzzily(
        {
          kind: isUnachievable ? "unachievable" : "equivalent",
          goal,
          reference: isUnachievable ? (check.note ?? "") : reference,
          answer,
        },
        reference,
        judge,
      ),
    );
  }
  return allOf(verdicts);
}

/** Two cases need no judge: the reference itself is right, and an empty answer is wrong. */
async function matchFuzzily(
  question: JudgeQuestion,
  reference: string,
  judge: Judge | null,
): Promise<Verdict> {
  const detail = `expected an answer like ${quote(reference)}, got ${quote(question.answer)}`;
  const answer = cleanText(question.answer);
  if (answer === cleanText(reference)) return passed(detail);
  if (answer === "") return failed(detail);
  if (judge === null) return unknown(`${detail}: fuzzy_match needs a judge, and there is none`);
  const { agrees, reason } = await judge.judge(question);
  return (agrees ? passed : failed)(`${detail}; judge: ${reason}`);
}
