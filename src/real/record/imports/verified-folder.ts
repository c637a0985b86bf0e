/**
 * Folders of WebArena-Verified: `network.har` and `agent_response.json`. A HAR holds no actions. Where the page before
 * has a link or a form that leads to the next page, the step is a click on it; otherwise the address was typed.
 */

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import type { Action } from "../../../core/action.ts";
import { RecordingError } from "../../../core/errors.ts";
import { reportIssues } from "../../../core/schema-issues.ts";
import type { PageSnapshot, SiteRequest } from "../../../core/site-request.ts";
import type { Transition } from "../../../core/trajectory.ts";
import { parsePage } from "../../../page/page-document.ts";
import { HarEntrySchema, htmlOf, toSiteRequest } from "./har-entries.ts";
import {
  type ImportFormat,
  observationOf,
  readJson,
  score,
  toTrajectory,
} from "./import-format.ts";

const HarSchema = z.object({ log: z.object({ entries: z.array(HarEntrySchema) }) });
const ResultSchema = z.object({ score: z.number() });

export const verifiedFormat: ImportFormat = {
  summary: "folders of WebArena-Verified, with network.har and agent_response.json",
  lacks: "actions: a link or form that leads to the next page is taken for a click on it",
  fits: (path) => existsSync(join(path, "network.har")),
  read(path) {
    const parsed = HarSchema.safeParse(readJson(join(path, "network.har")));
    if (!parsed.success)
      throw new RecordingError(
        `Expected HAR 1.2 in ${join(path, "network.har")}: ${reportIssues(parsed.error, null)}`,
      );
    const losses: string[] = [];
    const visits = readVisits(parsed.data.log.entries);
    if (visits.some(({ page }) => page === null))
      losses.push("A page whose HTML the HAR lacks is empty.");
    const [start, ...others] = visits;
    if (start === undefined) losses.push("The HAR holds no page.");
    const transitions: Transition[] = others.map((visit, at) => {
      const before = visits[at] as Visit;
      return {
        ...stateOf(before),
        action: leadingAction(before.page, visit),
        reward: 0,
        requests: visit.requests,
      };
    });
    const last = visits.at(-1) ?? { page: null, requests: [], url: "about:blank" };
    const response = join(path, "agent_response.json");
    if (existsSync(response)) {
      const answer = JSON.stringify(readJson(response));
      transitions.push({
        ...stateOf(last),
        action: { kind: "stop", answer },
        reward: 0,
        requests: [],
      });
    }
    const trajectory = toTrajectory({
      path,
      taskId: basename(path),
      goal: "",
      source: "real",
      actor: "webarena-verified",
      transitions,
      finalObservation: stateOf(last).observation,
      finalPage: last.page ?? undefined,
      startRequests: start?.requests ?? [],
      score: scoreIn(path),
    });
    return { trajectory, losses };
  },
};

/** A page that the browser loaded, with all requests from then until the next one. */
interface Visit {
  url: string;
  page: PageSnapshot | null;
  requests: SiteRequest[];
}

function readVisits(entries: readonly z.infer<typeof HarEntrySchema>[]): Visit[] {
  const visits: Visit[] = [];
  let chain: SiteRequest[] = [];
  for (const entry of entries) {
    const request = toSiteRequest(entry);
    if (request === null) continue;
    if (request.kind === "fetch") visits.at(-1)?.requests.push(request);
    else {
      chain.push(request);
      if (request.redirect !== null) continue;
      const html = htmlOf(entry);
      const page = html === null ? null : { url: request.url, html };
      visits.push({ url: request.url, page, requests: chain });
      chain = [];
    }
  }
  return visits;
}

function stateOf({ url, page }: Visit): Pick<Transition, "observation" | "page"> {
  if (page !== null) return { observation: observationOf(page), page };
  return { observation: { url, title: "", nodes: [], tabs: [], lastActionError: null } };
}

/** What a person would have done on the page to get there. */
function leadingAction(page: PageSnapshot | null, { url, requests }: Visit): Action {
  const [first] = requests;
  const typed: Action = { kind: "goto", url: first?.url ?? url };
  if (page === null || first === undefined) return typed;
  const document = parsePage(page.html, page.url);
  const link =
    first.method === "GET" && document.links.find((own) => own.url.split("#")[0] === first.url);
  if (link) {
    const ref = document.refOf(link.element);
    return document.nodes.some((node) => node.ref === ref) ? { kind: "click", ref } : typed;
  }
  const target = first.url.split("?")[0];
  const form = document.elements.find(({ name, attribs }) => {
    if (name !== "form") return false;
    const action = document.resolve(attribs["action"] ?? page.url);
    const isSent = (attribs["method"] ?? "get").toUpperCase() === first.method;
    return isSent && action?.split(/[?#]/u)[0] === target;
  });
  const button = document.nodes.find(({ ref, role }) => {
    const element = document.elementOf(ref);
    return role === "button" && element !== null && form !== undefined && isWithin(element, form);
  });
  return button === undefined ? typed : { kind: "click", ref: button.ref };
}

function isWithin(inner: { parent: unknown }, outer: object): boolean {
  for (
    let at: unknown = inner;
    at !== null && at !== undefined;
    at = (at as { parent: unknown }).parent
  )
    if (at === outer) return true;
  return false;
}

function scoreIn(path: string) {
  const file = join(path, "eval_result.json");
  const parsed = existsSync(file) ? ResultSchema.safeParse(readJson(file)) : null;
  return parsed?.success === true ? score(parsed.data.score) : null;
}
