/** The check of the agent's answer: WebArena's `string_match`. A judge decides what rules cannot. */

import { NOT_ACHIEVABLE } from "../core/right-answer.ts";
import type { Check } from "../core/task.ts";
import type { Judge, JudgeQuestion } from "./judge.ts";
import type { ScoringProfile } from "./profile.ts";
import { cleanText, exactMatch, mustInclude } from "./text-condition.ts";
import { allOf, failed, passed, quote, unknown, type Verdict } from "./verdict.ts";

export interface AnswerContext {
  goal: string;
  judge: Judge | null;
  profile: ScoringProfile;
}

export async function checkAnswer(
  check: Extract<Check, { kind: "string_match" }>,
  answer: string,
  context: AnswerContext,
): Promise<Verdict> {
  let verdicts: Verdict[] = [];
  if (check.exactMatch !== undefined) verdicts.push(exactMatch(check.exactMatch, answer));
  if (check.mustInclude !== undefined)
    verdicts.push(mustInclude(check.mustInclude, answer, context.profile));
  for (const reference of check.fuzzyMatch ?? []) {
    if (reference !== NOT_ACHIEVABLE) {
      verdicts.push(await matchFuzzily(reference, answer, context));
      continue;
    }
    const verdict = await matchReason(check.note ?? "", answer, context);
    // WebArena replaces the score so far by the judge's, unless all went well.
    const isReplaced =
      context.profile === "webarena" && !isNotAchievable(answer) && verdicts.length > 0;
    verdicts = isReplaced ? [verdict] : [...verdicts, verdict];
  }
  return allOf(verdicts);
}

/**
 * Whether an answer, or a page's text, means what the reference says. `webarena` asks the judge in any case. `strict`
 * knows two cases without a judge: the reference itself is right, and an empty answer is wrong.
 */
export async function matchFuzzily(
  reference: string,
  answer: string,
  { goal, judge, profile }: AnswerContext,
): Promise<Verdict> {
  const detail = `expected an answer like ${quote(reference)}, got ${quote(answer)}`;
  if (profile === "strict") {
    const cleaned = cleanText(answer);
    if (cleaned === cleanText(reference)) return passed(detail);
    if (cleaned === "") return failed(detail);
  }
  return await ask({ kind: "equivalent", goal, reference, answer }, detail, judge);
}

/** A bare `N/A` passes. Another answer must give the reason. */
async function matchReason(
  note: string,
  answer: string,
  { goal, judge, profile }: AnswerContext,
): Promise<Verdict> {
  const detail = `expected ${NOT_ACHIEVABLE} or the reason ${quote(note)}, got ${quote(answer)}`;
  if (isNotAchievable(answer)) return passed(detail);
  if (profile === "strict" && cleanText(answer) === "") return failed(detail);
  return await ask({ kind: "unachievable", goal, reference: note, answer }, detail, judge);
}

const isNotAchievable = (answer: string): boolean =>
  cleanText(answer) === cleanText(NOT_ACHIEVABLE);

async function ask(question: JudgeQuestion, detail: string, judge: Judge | null): Promise<Verdict> {
  if (judge === null) return unknown(`${detail}: fuzzy_match needs a judge, and there is none`);
  const { agrees, reason } = await judge.judge(question);
  if (agrees === null) return unknown(`${detail}; the judge gave no verdict: ${quote(reason)}`);
  return (agrees ? passed : failed)(`${detail}; judge: ${reason}`);
}
