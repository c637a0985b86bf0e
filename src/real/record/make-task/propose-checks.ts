/** Checks that distinguish the end of a recording from its start, out of what every play of it did. */

import type { Evaluator } from "../../../core/evaluator.ts";
import type { Check, Task } from "../../../core/task.ts";
import { answerOf, type Trajectory } from "../../../core/trajectory.ts";
import { handWords, isMasked, typedSecrets } from "./hand-words.ts";
import { type KeptOutcome, PAGE_TEXT, type Play } from "./play.ts";
import { stableRequests } from "./stable-requests.ts";
import { stableTexts } from "./stable-texts.ts";
import { stableUrl } from "./stable-url.ts";
import { untouchedFields } from "./untouched-fields.ts";

export interface Proposal {
  kind: "answer" | "request" | "address" | "text";
  /** In words, for the person who chooses. */
  words: string;
  check: Check;
  /** Whether it is chosen unless somebody says otherwise. */
  isDefault: boolean;
}

export interface Proposals {
  proposals: Proposal[];
  /** What was left out, and why, one sentence each. */
  leftOut: string[];
}

export interface Plays {
  recorded: Play;
  replays: readonly Play[];
  start: KeptOutcome;
}

/** Every proposal passes at the end of every play, and fails at the start. */
export async function proposeChecks(plays: Plays, evaluator: Evaluator): Promise<Proposals> {
  const given = handWords(plays.recorded.trajectory);
  const leftOut: string[] = [];
  const requests = proposeRequests(plays, given, leftOut);
  const all = [
    ...proposeAnswer(plays, leftOut),
    ...requests.proposals,
    ...proposeAddress(plays, given, leftOut),
    ...proposeTexts(plays, given, leftOut),
  ];
  const proposals: Proposal[] = [];
  const isLasting = ({ words }: Proposal): boolean =>
    !/\d/u.test(given.reduce((rest, word) => rest.replaceAll(word, " "), words));
  for (const proposal of all)
    if (await distinguishes(proposal.check, plays, evaluator)) proposals.push(proposal);
  // Without an answer and a change, the page that was reached is what counts. After a change that no check holds, it
  // would be true of those who change nothing.
  if (!requests.lacksChange && !proposals.some(({ isDefault }) => isDefault))
    for (const kind of ["address", "text"] as const) {
      const alike = proposals.filter((proposal) => proposal.kind === kind);
      // A number that no hand gave may be a count, which the next change of the site alters.
      const first = kind === "address" ? alike[0] : (alike.find(isLasting) ?? null);
      if (first) first.isDefault = true;
      else if (!proposals.some(({ isDefault }) => isDefault) && alike[0]) alike[0].isDefault = true;
    }
  return { proposals, leftOut };
}

async function distinguishes(
  check: Check,
  { recorded, replays, start }: Plays,
  evaluator: Evaluator,
): Promise<boolean> {
  const passes = async (outcome: KeptOutcome): Promise<boolean> => {
    const score = await evaluator.evaluate(taskOfCheck(check), { ...outcome, probe: NO_PROBE });
    return score.status === "scored" && score.value === 1;
  };
  for (const { outcome } of [recorded, ...replays]) if (!(await passes(outcome))) return false;
  return !(await passes({ ...start, answer: "" }));
}

const NO_PROBE = { open: async () => ({ page: null, reason: "the browser is closed" }) };

function taskOfCheck(check: Check): Task {
  const empty = { id: "", goal: "", startUrls: [], sites: [], maxSteps: 1, templateId: 0 };
  return { ...empty, world: "", checks: [check] };
}

function proposeAnswer({ recorded, replays }: Plays, leftOut: string[]): Proposal[] {
  const answer = answerOf(recorded.trajectory).trim();
  if (answer === "" || isMasked(answer)) return [];
  const wasRead = shows(recorded.trajectory, answer);
  if (wasRead && !replays.every(({ trajectory }) => shows(trajectory, answer))) {
    leftOut.push(`The answer "${answer}": the pages showed another one when they were repeated.`);
    return [];
  }
  const check: Check = { kind: "string_match", exactMatch: answer };
  return [{ kind: "answer", words: `the answer is "${answer}"`, check, isDefault: true }];
}

function shows({ transitions, finalObservation }: Trajectory, text: string): boolean {
  const folded = text.toLowerCase();
  return [...transitions.map(({ observation }) => observation), finalObservation].some(
    ({ nodes }) =>
      nodes.some(({ name, value = "" }) => `${name}\n${value}`.toLowerCase().includes(folded)),
  );
}

function proposeRequests(
  { recorded, replays }: Plays,
  given: readonly string[],
  leftOut: string[],
): { proposals: Proposal[]; lacksChange: boolean } {
  const pages = pagesOf(recorded.trajectory);
  const hosts = new Set(pages.map((url) => URL.parse(url)?.origin));
  const { stable, lacking } = stableRequests(
    recorded.outcome.requests,
    replays.map(({ outcome }) => outcome.requests),
    given,
    typedSecrets(recorded.trajectory),
    (request) => untouchedFields(request, recorded.trajectory, given),
  );
  const own = lacking.filter(({ url }) => hosts.has(new URL(url).origin));
  for (const { method, url } of own)
    leftOut.push(
      `${method} ${url}: another play did not send it, or was refused. Where nobody resets the site, it may have been done already.`,
    );
  const proposals = stable.map(({ event, leftOut: fields, untouched, hasTypedSecret }) => {
    const data = Object.entries({ ...event.query, ...event.postData });
    const form = data.map(([name, value]) => `${name}=${value}`).join(", ");
    const words = `${event.method} ${event.url} was sent${form === "" ? "" : ` with ${form}`}`;
    if (fields.length > 0)
      leftOut.push(
        `${event.method} ${event.url}: ${fields.join(", ")} (another value each time, a time or a secret).`,
      );
    if (untouched.length > 0)
      leftOut.push(`${event.method} ${event.url}: ${untouched.join(", ")} (nobody touched them).`);
    const isReport = data.length > 0 && data.every(([, value]) => isAddressOf(value, pages));
    // Logging in, reports to other servers, and reports of visited pages are mostly not the task.
    const isDefault = !hasTypedSecret && !isReport && hosts.has(new URL(event.url).origin);
    const check: Check = { kind: "network_event", events: [event] };
    return { kind: "request" as const, words, check, isDefault };
  });
  return { proposals, lacksChange: own.length > 0 };
}

/** Whether a text is one of these addresses, or how its path ends. */
function isAddressOf(text: string, pages: readonly string[]): boolean {
  if (!/^(?:https?:\/)?\/./u.test(text)) return false;
  return pages.some((url) => url.endsWith(text));
}

function pagesOf({ transitions, finalObservation }: Trajectory): string[] {
  return [...transitions.map(({ observation }) => observation.url), finalObservation.url];
}

function proposeAddress(
  { recorded, replays }: Plays,
  given: readonly string[],
  leftOut: string[],
): Proposal[] {
  const { finalUrl } = recorded.outcome;
  const others = replays.map(({ outcome }) => outcome.finalUrl);
  const url = stableUrl(finalUrl, others, given);
  if (url === null) {
    leftOut.push(
      `The last address: it differs from visit to visit (${[finalUrl, ...others].join(", ")}).`,
    );
    return [];
  }
  const check: Check = { kind: "url_match", urls: [url] };
  return [{ kind: "address", words: `the last page is ${url}`, check, isDefault: false }];
}

function proposeTexts(
  { recorded, replays, start }: Plays,
  given: readonly string[],
  leftOut: string[],
): Proposal[] {
  const { texts, differing } = stableTexts(
    recorded,
    replays.map(({ outcome }) => outcome),
    start,
    given,
  );
  if (differing > 0)
    leftOut.push(`${differing} lines of the last page: they differ from visit to visit.`);
  return texts.map((text) => ({
    kind: "text",
    words: `the last page says "${text}"`,
    check: {
      kind: "program_html",
      targets: [{ url: "last", locator: PAGE_TEXT, required: { mustInclude: [text] } }],
    },
    isDefault: false,
  }));
}
