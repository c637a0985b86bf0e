/** Trajectories written by hand, page by page, in the form that a recorder keeps. */

import type { Action } from "../../src/core/action.ts";
import type { Observation } from "../../src/core/observation.ts";
import type { PageSnapshot, SiteRequest } from "../../src/core/site-request.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { parsePage } from "../../src/page/page-document.ts";

export interface RecordedStep {
  action: (observation: Observation) => Action;
  requests: SiteRequest[];
  /** The page that the step led to. */
  page: PageSnapshot;
}

function observationOf({ url, html }: PageSnapshot): Observation {
  const { title, nodes } = parsePage(html, url);
  return { url, title, nodes: [...nodes], tabs: [], lastActionError: null };
}

export function refOf({ nodes }: Observation, role: string, name?: string): string {
  const node = nodes.find(
    (other) => other.role === role && (name === undefined || other.name === name),
  );
  if (node === undefined) throw new Error(`Expected a ${role} ${name ?? ""} on the page.`);
  return node.ref;
}

/** The request for a page. */
export function opened(url: string): SiteRequest {
  return { kind: "document", method: "GET", url, fields: null, status: 200, redirect: null };
}

/** A form that was sent, and the page that it led to by a redirect. */
export function posted(
  url: string,
  fields: [string, string][],
  destination: string,
): SiteRequest[] {
  return [
    { kind: "document", method: "POST", url, fields, status: 303, redirect: destination },
    opened(destination),
  ];
}

/** A click on a button that sends a form. */
export function sentForm(name: string, requests: SiteRequest[], page: PageSnapshot): RecordedStep {
  return { action: clickOn("button", name), requests, page };
}

export function clickOn(role: string, name?: string): RecordedStep["action"] {
  return (observation) => ({ kind: "click", ref: refOf(observation, role, name) });
}

/** A load of a page by the address bar. */
export function visited(page: PageSnapshot): RecordedStep {
  const { url } = page;
  return { action: () => ({ kind: "goto", url }), requests: [opened(url)], page };
}

/** @param observe what a browser showed of a page, where that is more than its HTML says */
export function recordedTrajectory(
  id: string,
  start: PageSnapshot,
  steps: readonly RecordedStep[] = [],
  observe: (page: PageSnapshot) => Observation = observationOf,
): Trajectory {
  const pages = [start, ...steps.map(({ page }) => page)];
  const last = pages.at(-1) as PageSnapshot;
  return {
    id,
    taskId: id,
    goal: "",
    templateId: 0,
    world: "",
    source: "real",
    actor: "script",
    seed: 0,
    transitions: steps.map(({ action, requests }, i) => {
      const page = pages[i] as PageSnapshot;
      const observation = observe(page);
      return { observation, action: action(observation), reward: 0, requests, page };
    }),
    finalObservation: observe(last),
    finalPage: last,
    startRequests: [opened(start.url)],
    stopReason: "terminated",
    score: null,
    error: null,
  };
}
