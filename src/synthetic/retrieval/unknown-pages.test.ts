import { describe, expect, it } from "vitest";
import { recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { RetrievalModel } from "./retrieval-model.ts";

const SITE = "http://jars.test";
const page = (path: string, title: string, content: string): PageSnapshot => ({
  url: SITE + path,
  html: `<!doctype html><html><head><title>${title}</title></head><body><nav><a href="/">Home</a><a href="/out?next=${path}">Log out</a></nav><div id="content">${content}</div></body></html>`,
});
const HOME = page("/", "Home", "<ul><li><a href='/jars'>Jars</a></li></ul>");
const PAGES = [
  HOME,
  page("/jars", "Jars", "<table><tr><td>oak</td></tr></table>"),
  page("/about", "About", "<p>Since 1907</p>"),
  page("/help/seeds", "Help", "<dl><dt>Seed</dt><dd>A small plant</dd></dl>"),
];

describe("an address that nothing recorded resembles", () => {
  const modelOf = (pages: readonly PageSnapshot[]): RetrievalModel =>
    new RetrievalModel({
      buffer: new ReplayBuffer(pages.map((one) => recordedTrajectory(one.url, one, []))),
    });
  const ask = (model: RetrievalModel, url: string) => {
    const request = { method: "GET", url, fields: null } as const;
    return model.predict({ session: [], page: HOME, cause: { kind: "request", request } });
  };
  const htmlOf = (model: RetrievalModel, url: string): string => {
    const { next } = ask(model, url);
    return next.kind === "page" ? next.html : "";
  };

  it("has the frame that the site's pages share, and says that nothing is known", () => {
    const html = htmlOf(modelOf(PAGES), `${SITE}/shelf/edit/4`);
    expect(html).toContain('<a href="/">Home</a><a href="/out?next=/shelf/edit/4">Log out</a>');
    expect(html).toContain("Nothing is known about this address.");
    expect(html).not.toContain("Jars");
    expect(ask(modelOf(PAGES), `${SITE}/shelf/edit/4`)).toMatchObject({
      certainty: 0,
      next: { status: 404 },
    });
  });

  it("has no frame on another site, or where too few pages were seen", () => {
    expect(htmlOf(modelOf(PAGES), "http://elsewhere.test/")).not.toContain("<nav>");
    expect(htmlOf(modelOf(PAGES.slice(0, 2)), `${SITE}/shelf/edit/4`)).not.toContain("<nav>");
  });
});
