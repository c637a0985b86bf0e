import { describe, expect, it } from "vitest";
import {
  recordedTrajectory,
  refOf,
  type RecordedStep,
} from "../../../test/support/recorded-trajectory.ts";
import type { ExperienceModel, NextPage } from "../../core/experience.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { walkDream } from "./dream-walks.ts";

const ORIGIN = "http://site.test";
const page = (path: string, body: string): PageSnapshot => ({
  url: `${ORIGIN}${path}`,
  html: `<!doctype html><html><head><title>${path}</title></head><body>${body}</body></html>`,
});
const home = page("/", '<a href="/find">Find</a>');
const find = page("/find", '<form action="/found"><input name="q" aria-label="Words"></form>');
const typed = page(
  "/find",
  '<form action="/found"><input name="q" aria-label="Words" value="oak"></form>',
);
const found = page("/found?q=oak", "<h1>Oak</h1>");

const loaded = (url: string) => ({
  kind: "document" as const,
  method: "GET",
  url,
  fields: null,
  status: 200,
  redirect: null,
});
const steps: RecordedStep[] = [
  {
    action: (seen) => ({ kind: "click", ref: refOf(seen, "link", "Find") }),
    requests: [loaded(find.url)],
    page: find,
  },
  {
    action: (seen) => ({ kind: "type", ref: refOf(seen, "textbox"), text: "oak", submit: false }),
    requests: [],
    page: typed,
  },
  { action: () => ({ kind: "press", keys: "Enter" }), requests: [loaded(found.url)], page: found },
  { action: () => ({ kind: "goBack" }), requests: [], page: typed },
];
const real = recordedTrajectory("visit", home, steps);
// The page of `press` has the focus in the field, as a browser reports it.
const focused = real.transitions[2]?.observation.nodes.find(({ role }) => role === "textbox");
if (focused !== undefined) focused.states = { ...focused.states, focused: true };

/** A site that serves these pages. */
function siteOf(...pages: readonly PageSnapshot[]): ExperienceModel {
  const known = new Map(pages.map((one) => [one.url, one]));
  return {
    predict({ cause }) {
      const url = cause.kind === "request" ? cause.request.url : "";
      const html = known.get(url)?.html;
      const next: NextPage =
        cause.kind === "event"
          ? { kind: "unchanged" }
          : { kind: "page", url, status: 200, redirectStatus: null, html: html ?? "" };
      return { reasoning: "", next, evidence: [], certainty: 1 };
    },
  };
}

const walk = (model: ExperienceModel, limit = 100) =>
  walkDream({ model, heldOut: [real], originsOf: () => [ORIGIN], limit });

describe("walkDream", () => {
  it("is right at every step in a dream that answers as the site does, with focus and history", async () => {
    const { walks, skipped } = await walk(siteOf(home, find, found));
    expect(skipped).toBe(0);
    expect(walks.map(({ at, steps }) => [at, steps.length])).toEqual([
      [0, 4],
      [1, 3],
      [2, 2],
      [3, 1],
    ]);
    expect(walks.flatMap((one) => one.steps.map(({ form }) => form))).not.toContain(false);
  });

  it("is wrong from the step on that a dream gets wrong", async () => {
    const wrong = page("/found?q=oak", "<h1>Elm</h1>");
    const { walks } = await walk(siteOf(home, find, wrong));
    const forms = walks.map((one) => one.steps.map(({ form }) => form));
    expect(forms).toEqual([[true, true, false, true], [true, false, true], [false, true], [true]]);
  });

  it("notes an action whose element the dream lacks", async () => {
    const { walks } = await walk(siteOf(home, page("/find", "<p>Nothing here</p>"), found));
    expect(walks[0]?.steps.map(({ isMissing }) => isMissing)).toEqual([false, true, false, false]);
  });

  it("leaves whole episodes out where there are more states than it may take", async () => {
    const two = await walkDream({
      model: siteOf(home, find, found),
      heldOut: [real, { ...real, id: "other" }],
      originsOf: () => [ORIGIN],
      limit: 4,
    });
    expect(new Set(two.walks.map((one) => one.real.id)).size).toBe(1);
  });
});
