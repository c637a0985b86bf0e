/** A judge's verdict on a whole episode, for a task without checks. The score says that a judge gave it. */

import { isTag } from "domhandler";
import { load } from "cheerio";
import type { EpisodeOutcome } from "../core/evaluator.ts";
import { isMutation, type SiteRequest } from "../core/site-request.ts";
import type { Judge, OutcomeQuestion } from "./judge.ts";
import { renderedText } from "./rendered-text.ts";
import { failed, passed, quote, unknown, type Verdict } from "./verdict.ts";

/** Enough for most pages, and short enough for small models. */
const LONGEST_PAGE = 6000;
const MOST_CHANGES = 20;

export async function judgeOutcome(
  judge: Judge,
  goal: string,
  outcome: EpisodeOutcome,
): Promise<Verdict> {
  const verdict = await judge.judgeOutcome?.(toQuestion(goal, outcome));
  const agrees = verdict?.agrees ?? null;
  const reason = verdict?.reason ?? "";
  if (agrees === null) return unknown(`the judge gave no verdict: ${quote(reason)}`);
  return (agrees ? passed : failed)(`no checks; judge: ${reason}`);
}

function toQuestion(goal: string, outcome: EpisodeOutcome): OutcomeQuestion {
  const changes = outcome.requests.filter(isMutation);
  return {
    goal,
    answer: outcome.answer,
    finalUrl: outcome.finalUrl,
    pageText: textOf(outcome.finalMarkup),
    changes: changes.slice(-MOST_CHANGES).map(describeRequest),
  };
}

function describeRequest({ method, url, fields, status }: SiteRequest): string {
  const sent = (fields ?? []).map(([name, value]) => `${name}=${value}`).join(", ");
  return `${method} ${url}${sent === "" ? "" : ` with ${sent}`}: ${status ?? "no answer"}`;
}

function textOf(html: string): string {
  const root = load(html).root()[0]?.children.find(isTag);
  const text = root === undefined ? "" : renderedText(root);
  return text.length > LONGEST_PAGE ? `${text.slice(0, LONGEST_PAGE)}…` : text;
}
