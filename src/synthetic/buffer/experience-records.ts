/** Real trajectories read as causes and effects: which request led to which page, which input event changed a page. */

import type { Action } from "../../core/action.ts";
import { findElement, referTo } from "../../core/element-reference.ts";
import type { PageEvent, PageRequest } from "../../core/experience.ts";
import { groupBy } from "../../core/group-by.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import { type PageSnapshot, type SiteRequest, isMutation } from "../../core/site-request.ts";
import type { Trajectory, Transition } from "../../core/trajectory.ts";
import { isRefused } from "../../page/action-errors.ts";
import { UNTOUCHED } from "../../page/form-state.ts";
import { markShown } from "../../page/mark-shown.ts";
import { parsePage } from "../../page/page-document.ts";
import { withoutFragment } from "../../page/url-parts.ts";
import { loadsPage, pageAfterEvent } from "../../text-browser/event-effect.ts";

/** A page load: a request sent from a page, and the page it ended in. */
export interface LoadRecord {
  kind: "load";
  /** Evidence id `<trajectory id>#<step>`: step 0 is the start page, step n the result of the nth action. */
  id: string;
  trajectory: string;
  step: number;
  request: PageRequest;
  /** The page that the request was sent from; null for a start page and for a typed address. */
  before: PageSnapshot | null;
  after: PageSnapshot;
  status: number;
  /** 3xx status of the first answer, where that one redirected; else null. */
  redirectStatus: number | null;
  /** The input event whose script sent the request. Null: the browser sent it, by a link, a form or a typed address. */
  script: PageEvent | null;
  /**
   * The input event after which the browser sent it: no script had anything else to do. Null: a start page, a typed
   * address, `script`.
   */
  browserEvent: PageEvent | null;
  /** The number of earlier requests in this trajectory that may change the site's state. */
  mutationsBefore: number;
}

/** An input event after which no page loaded. */
export interface ReactionRecord {
  kind: "reaction";
  id: string;
  trajectory: string;
  step: number;
  event: PageEvent;
  before: PageSnapshot;
  after: PageSnapshot;
}

export type ExperienceRecord = LoadRecord | ReactionRecord;

/** The input event that a script answered. Null for a page that the browser asked for. */
export function eventOfRecord(record: ExperienceRecord): PageEvent | null {
  return record.kind === "load" ? record.script : record.event;
}

/** The records of each trajectory, in order. */
export function byTrajectory(records: Iterable<ExperienceRecord>): Map<string, ExperienceRecord[]> {
  return groupBy(records, ({ trajectory }) => trajectory);
}

/** The status of a redirect that was recorded without one. */
const UNTOLD_REDIRECT = 302;

function evidenceId(trajectory: string, step: number): string {
  return `${trajectory}#${step}`;
}

/** @returns records in the order they happened; none for a trajectory recorded without pages */
export function readRecords(trajectory: Trajectory): ExperienceRecord[] {
  const records: ExperienceRecord[] = [];
  let mutations = 0;
  const pages = readPages(trajectory);
  const pageAt = (step: number): PageSnapshot | undefined => pages[step];
  const add = (
    step: number,
    requests: readonly SiteRequest[],
    before: PageSnapshot | null,
    after: PageSnapshot,
    cause: Cause | null = null,
  ): boolean => {
    const loaded = requests.filter((request) => request.kind === "document");
    // A download leaves the page where it was.
    const stays = sameUrl(pageAt(step - 1)?.url ?? "", after.url);
    const documents = stays ? loaded : toAddress(loaded, after.url);
    const last = documents.at(-1);
    const first = firstOfChain(documents);
    if (first === null || last === undefined || !sameUrl(last.url, after.url)) return false;
    const script = cause?.by === "script" ? cause : null;
    records.push({
      kind: "load",
      id: evidenceId(trajectory.id, step),
      trajectory: trajectory.id,
      step,
      request: {
        method: first.method === "POST" ? "POST" : "GET",
        url: withoutFragment(first.url),
        fields: first.method === "POST" ? (first.fields ?? []) : null,
      },
      before: script?.before ?? before,
      after: { url: withoutFragment(after.url), html: after.html },
      script: first.method === "GET" && script !== null ? script.event : null,
      browserEvent: cause?.by === "browser" ? cause.event : null,
      status: last.status ?? 200,
      redirectStatus: first === last ? null : (first.status ?? UNTOLD_REDIRECT),
      mutationsBefore: mutations,
    });
    mutations += documents.filter(isMutation).length;
    return true;
  };
  const start = pageAt(0);
  if (start !== undefined) {
    const chain = trajectory.startRequests.filter((request) => request.kind === "document");
    const end = chain.findIndex((request) => sameUrl(request.url, start.url));
    // Otherwise a script of the first tab's document changed the address.
    const last = end === -1 ? chain.findIndex(({ redirect }) => redirect === null) : end;
    const known = chain.slice(0, last + 1);
    add(0, known.length > 0 ? known : [plainGet(start.url)], null, start);
  }
  trajectory.transitions.forEach((transition, step) => {
    const [before, after] = [pageAt(step), pageAt(step + 1)];
    if (before === undefined || after === undefined) return;
    const typedAddress = transition.action.kind === "goto";
    const { observation: next } = trajectory.transitions[step + 1] ?? {
      observation: trajectory.finalObservation,
    };
    const event = isRefused(next.lastActionError)
      ? null
      : eventOf(transition.action, transition.observation.nodes, before);
    const cause = event === null ? null : causeOf(event, transition.action, before);
    const { requests } = transition;
    if (isRoute(trajectory, step)) {
      add(step + 1, [plainGet(after.url)], before, after, cause);
      mutations += requests.filter(isMutation).length;
      return;
    }
    if (add(step + 1, requests, typedAddress ? null : before, after, cause)) return;
    mutations += requests.filter(isMutation).length;
    if (event === null || !sameUrl(before.url, after.url)) return;
    records.push({
      kind: "reaction",
      id: evidenceId(trajectory.id, step + 1),
      trajectory: trajectory.id,
      step: step + 1,
      event,
      before,
      after,
    });
  });
  return records;
}

/**
 * The chain of requests up to the address of the page. A script may change the address of the document that it came
 * with: to those who ask for the document, that is a redirect.
 */
function toAddress(documents: SiteRequest[], url: string): SiteRequest[] {
  const last = documents.at(-1);
  if (last === undefined || sameUrl(last.url, url)) return documents;
  if (URL.parse(last.url)?.origin !== URL.parse(url)?.origin) return [];
  const moved = { ...last, status: UNTOLD_REDIRECT, redirect: url };
  return [...documents.slice(0, -1), moved, plainGet(url)];
}

/** Whether a script showed another page of its document and gave it another address. To a dream that is a load. */
function isRoute({ transitions, finalObservation }: Trajectory, step: number): boolean {
  const { action, observation, requests } = transitions[step] as Transition;
  const next = transitions[step + 1]?.observation ?? finalObservation;
  if (sameUrl(observation.url, next.url) || observation.tabs.length !== next.tabs.length)
    return false;
  return ROUTING.has(action.kind) && !requests.some(({ kind }) => kind === "document");
}

/** Actions that leave the choice of the tab and its history alone. */
const ROUTING = new Set<Action["kind"]>(["click", "type", "press", "select", "check", "wait"]);

/** The recorded pages by step, each with marks where the browser showed what its HTML alone does not say. */
export function readPages({
  transitions,
  finalPage,
  finalObservation,
}: Trajectory): (PageSnapshot | undefined)[] {
  const read = (page: PageSnapshot | undefined, { url, nodes }: Observation) =>
    page !== undefined && sameUrl(page.url, url) ? markShown(page, nodes).page : page;
  return [
    ...transitions.map(({ page, observation }) => read(page, observation)),
    read(finalPage, finalObservation),
  ];
}

/** The first request of the redirect chain that the last document request ends. */
function firstOfChain(documents: readonly SiteRequest[]): SiteRequest | null {
  let first = documents.length - 1;
  while (first > 0 && documents[first - 1]?.redirect !== null) first--;
  return documents[first] ?? null;
}

function plainGet(url: string): SiteRequest {
  return { kind: "document", method: "GET", url, fields: null, status: 200, redirect: null };
}

function sameUrl(a: string, b: string): boolean {
  return withoutFragment(a) === withoutFragment(b);
}

/** The input event that an action is on its page; null for actions that give a page no input. */
function eventOf(action: Action, nodes: readonly PageNode[], page: PageSnapshot): PageEvent | null {
  const at = (ref: string): number | null => elementOfNode(ref, nodes, page);
  switch (action.kind) {
    case "click":
    case "hover":
      return withElement({ kind: action.kind, element: at(action.ref), text: null });
    case "type":
      return withElement({ kind: "type", element: at(action.ref), text: action.text });
    case "select":
      return withElement({ kind: "select", element: at(action.ref), text: action.option });
    case "press": {
      const focused = nodes.find((node) => node.states.focused === true);
      const element = focused === undefined ? null : at(focused.ref);
      return { kind: "press", element, text: action.keys };
    }
    default:
      return null;
  }
}

/** The last input event of an action, the page right before it, and who asks for a page after it. */
interface Cause {
  event: PageEvent;
  before: PageSnapshot;
  by: "browser" | "script";
}

/** Text that is submitted is text and then `Enter`. Where the browser itself asks for no page, only a script can. */
function causeOf(event: PageEvent, action: Action, page: PageSnapshot): Cause {
  const submits = action.kind === "type" && action.submit;
  const before = submits ? pageAfterEvent(page, event, null) : page;
  const last: PageEvent = submits ? { ...event, kind: "press", text: "Enter" } : event;
  const document = parsePage(before.html, before.url);
  const element = last.element === null ? null : (document.elements[last.element] ?? null);
  const byBrowser = loadsPage({ ...last, element }, document, UNTOUCHED);
  return { event: last, before, by: byBrowser ? "browser" : "script" };
}

function withElement(event: PageEvent): PageEvent | null {
  return event.element === null ? null : event;
}

/**
 * Position in the recorded HTML of the element that a recorded node shows. Recorded refs name nodes of a
 * browser that no longer runs.
 */
function elementOfNode(ref: string, nodes: readonly PageNode[], page: PageSnapshot): number | null {
  const reference = referTo({ nodes }, ref);
  if (reference === null) return null;
  const document = parsePage(page.html, page.url);
  const found = findElement(reference, document);
  const element = found === null ? null : document.elementOf(found.ref);
  return element === null ? null : document.indexOf(element);
}
