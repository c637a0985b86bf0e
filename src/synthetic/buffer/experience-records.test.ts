import { describe, expect, it } from "vitest";
import type { Action } from "../../core/action.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import type { SiteRequest } from "../../core/site-request.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { actionErrors } from "../../page/action-errors.ts";
import { parsePage } from "../../page/page-document.ts";
import { readRecords } from "./experience-records.ts";

const SITE = "http://desk.test";
const request = (method: string, path: string, kind: SiteRequest["kind"]): SiteRequest => ({
  kind,
  method,
  url: `${SITE}${path}`,
  fields: null,
  status: 200,
  redirect: null,
});

interface Seen {
  path: string;
  html: string;
  /** The action on this page, with the role and name of its element, and what it sent. */
  act?: (ref: (role: string) => string) => Action;
  requests?: SiteRequest[];
  /** What the page says about the action before. */
  error?: string;
}

function trajectoryOf(seen: readonly Seen[], startRequests: SiteRequest[]): Trajectory {
  const pages = seen.map(({ path, html }) => ({ url: `${SITE}${path}`, html }));
  const nodesOf = (index: number): PageNode[] => {
    const { html = "", url = "" } = pages[index] ?? {};
    return [...parsePage(html, url).nodes];
  };
  const observe = (index: number): Observation => ({
    url: pages[index]?.url ?? "",
    title: "",
    nodes: nodesOf(index),
    tabs: [{ title: "", url: pages[index]?.url ?? "", active: true }],
    lastActionError: seen[index]?.error ?? null,
  });
  const last = seen.length - 1;
  return {
    id: "one",
    taskId: "",
    goal: "",
    templateId: 0,
    world: "",
    source: "real",
    actor: "script",
    seed: 0,
    transitions: seen.slice(0, -1).map(({ act, requests = [] }, index) => ({
      observation: observe(index),
      page: pages[index] as { url: string; html: string },
      action: act?.((role) => nodesOf(index).find((node) => node.role === role)?.ref ?? "") ?? {
        kind: "wait",
        ms: 1,
      },
      reward: 0,
      requests,
    })),
    finalObservation: observe(last),
    finalPage: pages[last] as { url: string; html: string },
    startRequests,
    stopReason: "terminated",
    score: null,
    error: null,
  };
}

const LIST = `<a href="/item/4">Moss</a><button>New</button><a href="/file.csv" download>File</a>`;

describe("readRecords of an application of one document", () => {
  it("reads an address that a script changed as a redirect of its document", () => {
    const trajectory = trajectoryOf(
      [{ path: "/login?back=/list", html: "<h1>Login</h1>" }],
      [request("GET", "/list", "document")],
    );
    expect(readRecords(trajectory)).toMatchObject([
      {
        kind: "load",
        request: { method: "GET", url: `${SITE}/list` },
        after: { url: `${SITE}/login?back=/list` },
        redirectStatus: 302,
      },
    ]);
  });

  it("reads a route as a load of its address: by the link that names it, or by a script", () => {
    const byLink = trajectoryOf(
      [
        { path: "/list", html: LIST, act: (ref) => ({ kind: "click", ref: ref("link") }) },
        { path: "/item/4", html: "<h1>Moss</h1>" },
      ],
      [request("GET", "/list", "document")],
    );
    expect(readRecords(byLink)[1]).toMatchObject({
      kind: "load",
      request: { method: "GET", url: `${SITE}/item/4` },
      script: null,
      browserEvent: { kind: "click" },
      after: { html: "<h1>Moss</h1>" },
    });
    const byButton = trajectoryOf(
      [
        {
          path: "/list",
          html: LIST,
          act: (ref) => ({ kind: "click", ref: ref("button") }),
          requests: [request("POST", "/items", "fetch")],
        },
        { path: "/item/5", html: "<h1>New</h1>" },
        { path: "/item/6", html: "<h1>Next</h1>" },
      ],
      [request("GET", "/list", "document")],
    );
    expect(readRecords(byButton)).toMatchObject([
      { kind: "load" },
      { kind: "load", script: { kind: "click" }, request: { url: `${SITE}/item/5` } },
      { kind: "load", script: null, browserEvent: null, mutationsBefore: 1 },
    ]);
  });

  it("reads a download as what leaves the page where it is", () => {
    const trajectory = trajectoryOf(
      [
        {
          path: "/list",
          html: LIST,
          act: (ref) => ({ kind: "click", ref: ref("button") }),
          requests: [request("GET", "/file.csv", "document")],
        },
        { path: "/list", html: LIST },
      ],
      [request("GET", "/list", "document")],
    );
    expect(readRecords(trajectory)[1]).toMatchObject({ kind: "reaction" });
  });
});

describe("readRecords of an action that was refused", () => {
  const after = (error: string) =>
    readRecords(
      trajectoryOf(
        [
          { path: "/list", html: LIST, act: (ref) => ({ kind: "click", ref: ref("button") }) },
          { path: "/list", html: LIST, error },
        ],
        [request("GET", "/list", "document")],
      ),
    ).slice(1);

  it("reads no event: the page got no input", () => {
    expect(after(actionErrors.covered("7", "<div>"))).toEqual([]);
    expect(after(actionErrors.readOnly("7"))).toEqual([]);
  });

  it("reads an event where the sentence is about something else", () => {
    expect(after(actionErrors.dialog("alert", "Saved"))).toMatchObject([{ kind: "reaction" }]);
    expect(after(actionErrors.outsideOrigins("http://other.test/"))).toHaveLength(1);
  });
});
