/**
 * Scoring in a dream: a verdict that rests on an uncertain page is withheld, never guessed. The agent's own acts (its
 * answer, the requests it sent) are exact in any world. So a failure by them is a failure, unless the answer repeats a
 * guess of the dream. A doubtful page may still have misled the agent; the dream's false failures measure that. A right
 * answer that a page shows is right, however doubtful the rest of the page.
 */

import type { EpisodeOutcome, Evaluator } from "../core/evaluator.ts";
import type { CheckResult, Score } from "../core/score.ts";
import type { PageSnapshot, SiteRequest } from "../core/site-request.ts";
import type { Check, NetworkExpectation, Task } from "../core/task.ts";
import { checkNetworkEvents } from "../evaluation/network-event.ts";
import { cleanText, OR } from "../evaluation/text-condition.ts";
import { collapseSpace } from "../page/dom.ts";
import type { DreamedAnswer } from "./dream-transport.ts";
import { OPEN_PLACE } from "./tree/open-place.ts";
import { parseTree } from "./tree/page-tree.ts";
import { isPlaceholderId } from "./placeholder-id.ts";
import { restsOnScripts } from "./unpredicted-requests.ts";

/** Least certainty of a page whose form sends values that nobody entered: one field hardly counts in the certainty. */
const SURE_FORM = 0.9;

type PageTarget = Extract<Check, { kind: "program_html" }>["targets"][number];

export interface AbstentionOptions {
  minCertainty: number;
  /** The least certainty of the answers dreamed at a URL. */
  certaintyOf: (url: string) => number;
  /** The least certainty of the pages opened for the checks; 1 without such pages. */
  certaintyOfProbes: () => number;
  /** The answers dreamed in the episode. */
  answers: readonly DreamedAnswer[];
  /** Of the model: see `ExperienceModel`. */
  unpredictedRequests?: readonly SiteRequest[];
}

/** The evaluator's score. Checks that rest on a page less certain than `minCertainty` become null. */
export function createAbstainingEvaluator(
  evaluator: Evaluator,
  options: AbstentionOptions,
): Evaluator {
  return {
    async evaluate(task, outcome) {
      const score = await evaluator.evaluate(task, outcome);
      // The sent requests are exact. With the right ones, a page does not show the expected text by accident, and a
      // page that does not show it is one that the model has never seen.
      const sent = score.checks.filter(({ kind }) => kind === "network_event");
      const isDone = sent.length > 0 && sent.every(({ passed }) => passed === true);
      const checks = score.checks.map((check, i) => {
        const ofPage = check.kind === "program_html" && isDone;
        const isSettled = check.passed === null || (ofPage && check.passed);
        const doubt = isSettled
          ? null
          : ofPage
            ? "the right requests were sent, but the page's answer to them is not known"
            : doubtAbout(check, i, task, outcome, options);
        return doubt === null ? check : { ...check, passed: null, detail: doubt };
      });
      return toScore(score, checks);
    },
  };
}

function doubtAbout(
  check: CheckResult,
  index: number,
  task: Task,
  outcome: EpisodeOutcome,
  options: AbstentionOptions,
): string | null {
  const { minCertainty, certaintyOf, certaintyOfProbes, answers } = options;
  const { unpredictedRequests = [] } = options;
  if (check.passed === false && certaintyOf(outcome.finalPage.url) === 0)
    return "nothing is known about the page that the episode ended on";
  const say = (what: string, certainty: number): string | null =>
    certainty < minCertainty
      ? `${what} is not sure enough (${certainty.toFixed(2)} < ${minCertainty})`
      : null;
  const rule = task.checks[index];
  switch (rule?.kind) {
    case "string_match":
      // A wrong answer is wrong whatever the page says, unless it is the dream's own guess.
      if (check.passed === false)
        return repeatsGuess(outcome, answers) ? "the answer repeats a guess of the dream" : null;
      if (shows(outcome.finalPage, outcome.answer)) return null;
      return say("the page the answer was given on", certaintyOf(outcome.finalPage.url));
    case "program_html":
      // A page that shows what a form sent does not do so by accident, however doubtful the rest of the page.
      if (check.passed === true && rule.targets.every((target) => wasSent(target, outcome)))
        return null;
      if (rule.targets.some(({ url }) => url === "last")) {
        const doubt = say("the final page", certaintyOf(outcome.finalPage.url));
        if (doubt !== null) return doubt;
      }
      return say("a page that the check opened", certaintyOfProbes());
    case "url_match": {
      if (new URL(outcome.finalUrl).pathname.split("/").some(isPlaceholderId))
        return check.passed === false ? "the address of the final page is not known" : null;
      // A redirect's target is dreamed; any other URL is the browser's own mechanics.
      const last = answers.findLast(({ cause }) => cause.kind === "request")?.prediction;
      if (last?.next.kind !== "page") return null;
      return last.next.redirectStatus !== null || last.next.status >= 400
        ? say("where the last request led", last.urlCertainty ?? last.certainty)
        : null;
    }
    case "network_event":
      if (restsOnScripts(rule.events, outcome.requests, unpredictedRequests))
        return "scripts send such requests, and the dream does not predict them";
      if (check.passed === false && rule.events.some((event) => mayHaveSent(event, options)))
        return "no recording shows what a script does after one of the events";
      // The sent values are exact, but a form also sends values that the dream had put into it.
      return check.passed === false &&
        rule.events.some((event) =>
          isRightButForDream(event, outcome, answers, (url) => certaintyOf(url) < SURE_FORM),
        )
        ? "the dream itself filled in a part of the sent values"
        : null;
    case undefined:
      return null;
  }
}

/** Whether a sent form contained everything that a page has to show. */
function wasSent({ required }: PageTarget, { requests }: EpisodeOutcome): boolean {
  const phrases = [required.exactMatch ?? [], required.mustInclude ?? []].flat();
  const sent = requests
    .filter(({ method }) => method !== "GET")
    .flatMap(({ fields }) => (fields ?? []).map(([, value]) => collapseSpace(value).toLowerCase()));
  const isIn = (text: string): boolean =>
    cleanText(text) !== "" && sent.some((value) => value.includes(cleanText(text)));
  return phrases.length > 0 && phrases.every((phrase) => phrase.split(OR).some(isIn));
}

/**
 * Whether a script may have sent an expected request after a click that no recording shows, where the site's scripts send
 * requests of its kind. A click that the browser answers with a request of its own has done its work.
 */
function mayHaveSent(
  { present, method, url }: NetworkExpectation,
  { answers, unpredictedRequests = [] }: AbstentionOptions,
): boolean {
  const host = URL.parse(url)?.host;
  const scriptsSend = unpredictedRequests.some(
    (request) =>
      request.method.toUpperCase() === method.toUpperCase() &&
      URL.parse(request.url)?.host === host,
  );
  return (
    present &&
    scriptsSend &&
    answers.some(
      ({ cause, prediction }, i) =>
        cause.kind === "event" &&
        cause.event.kind === "click" &&
        prediction.next.kind === "unchanged" &&
        prediction.evidence.length === 0 &&
        answers[i + 1]?.cause.kind !== "request",
    )
  );
}

/**
 * Whether an expected request was sent, apart from the values that the dream has put into it: fields that a doubtful
 * page had filled in and nobody entered, and stand-ins in its address for ids that no recording shows.
 */
function isRightButForDream(
  event: NetworkExpectation,
  { requests }: EpisodeOutcome,
  answers: readonly DreamedAnswer[],
  isDoubtful: (url: string) => boolean,
): boolean {
  if (!event.present || checkNetworkEvents([event], requests).passed === true) return false;
  const entered = new Set(
    answers.flatMap(({ cause }) => (cause.kind === "event" ? (cause.event.text ?? []) : [])),
  );
  const filledIn = new Set(
    answers.flatMap(({ cause, from }) =>
      cause.kind === "request" && from !== null && isDoubtful(from)
        ? (cause.request.fields ?? []).flatMap(([name, value]) => (entered.has(value) ? [] : name))
        : [],
    ),
  );
  const told = Object.entries(event.postData ?? {}).filter(([name]) => !filledIn.has(name));
  const charitable = { ...event, postData: Object.fromEntries(told) };
  const named = requests.map((request) => ({
    ...request,
    url: withoutStandIns(request.url, event.url),
  }));
  return checkNetworkEvents([charitable], named).passed === true;
}

/** The URL with its stand-ins replaced by the parts at the same place of another URL. */
function withoutStandIns(url: string, other: string): string {
  const [own, wanted] = [URL.parse(url), URL.parse(other)];
  if (own === null || wanted === null) return url;
  const instead = wanted.pathname.split("/");
  own.pathname = own.pathname
    .split("/")
    .map((segment, i) => (isPlaceholderId(segment) ? (instead[i] ?? segment) : segment))
    .join("/");
  return own.href;
}

/** Whether an answer is an open place, a guessed text, or stands on a page that a guessed order led to. */
function repeatsGuess(
  { answer, finalPage }: EpisodeOutcome,
  answers: readonly DreamedAnswer[],
): boolean {
  const said = collapseSpace(answer).toLowerCase();
  if (said === "" || said === OPEN_PLACE) return said !== "";
  const { pathname } = new URL(finalPage.url);
  return answers.some(({ prediction }) =>
    prediction.guesses?.some(
      (guess) =>
        collapseSpace(guess).toLowerCase() === said ||
        (guess === pathname && shows(finalPage, answer)),
    ),
  );
}

function shows({ html }: PageSnapshot, answer: string): boolean {
  const said = collapseSpace(answer).toLowerCase();
  const isShown = (text: string): boolean => text.toLowerCase().includes(said);
  return (
    said !== "" &&
    parseTree(html)
      .strings()
      .some(({ value }) => isShown(value))
  );
}

function toScore(score: Score, checks: CheckResult[]): Score {
  if (checks.some(({ passed }) => passed === false)) return { status: "scored", value: 0, checks };
  if (checks.every(({ passed }) => passed === true)) return { ...score, checks };
  const reason = checks
    .filter(({ passed }) => passed === null)
    .map(({ kind, detail }) => `${kind}: ${detail}`)
    .join("; ");
  return { status: "unscored", reason, checks };
}
