/** A search that leads to the page with exactly that name: seen for some names, requested for others. */

import { describe, expect, it } from "vitest";
import { opened, recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { RetrievalModel } from "./retrieval-model.ts";

const SITE = "http://birds.test";
const START: PageSnapshot = {
  url: `${SITE}/`,
  html: '<title>Birds</title><h1>Birds</h1><form action="/find"><label>Bird <input name="q"></label><button>Find</button></form>',
};

const slugOf = (name: string): string => name.toLowerCase().replaceAll(" ", "-");
const birdPage = (name: string): PageSnapshot => ({
  url: `${SITE}/birds/${slugOf(name)}`,
  html: `<title>${name} - Birds</title><h1>${name}</h1><p>${name} sings at dawn.</p><a href="/">Birds</a>`,
});
const listPage = (words: string): PageSnapshot => ({
  url: findUrl(words),
  html: `<title>Found - Birds</title><h2>Found for ${words}</h2><ul></ul><a href="/">Birds</a>`,
});
const findUrl = (words: string): string =>
  `${SITE}/find?${new URLSearchParams({ q: words }).toString()}`;

/** One search, and the page it ended in. */
const search = (words: string, page: PageSnapshot): Trajectory =>
  visit(words, findUrl(words), page);

/** One request, and the page it ended in. */
function visit(id: string, asked: string, page: PageSnapshot): Trajectory {
  const redirected = { ...opened(asked), status: 302, redirect: page.url };
  const requests = page.url === asked ? [opened(asked)] : [redirected, opened(page.url)];
  return recordedTrajectory(id, START, [
    { action: () => ({ kind: "press", keys: "Enter" }), requests, page },
  ]);
}

const names = ["Reed Warbler", "Rock Pipit", "Marsh Tit", "Snow Bunting"];
const model = new RetrievalModel({
  buffer: new ReplayBuffer([
    ...names.map((name) => search(name, birdPage(name))),
    ...["with long legs", "heard at night", "in winter"].map((words) =>
      search(words, listPage(words)),
    ),
  ]),
});

function ask(words: string) {
  const request = { method: "GET" as const, url: findUrl(words), fields: null };
  return model.predict({ session: [], page: START, cause: { kind: "request", request } });
}

describe("a request for a page that was never requested", () => {
  it("is redirected where similar requests were, to an address constructed from its own values", () => {
    const { next, evidence, urlCertainty } = ask("Grey Shrike");
    expect(next).toMatchObject({ url: `${SITE}/birds/grey-shrike`, redirectStatus: 302 });
    expect(evidence).toContain("Reed Warbler#1");
    expect(urlCertainty).toBeGreaterThan(0.5);
  });

  it("stays where similar requests stayed", () => {
    const { next } = ask("with a red breast");
    expect(next).toMatchObject({ url: findUrl("with a red breast"), redirectStatus: null });
  });
});

describe("a parameter that leads away from any page", () => {
  const GONE: PageSnapshot = { url: `${SITE}/bye`, html: "<title>Bye</title><p>Logged out.</p>" };
  const birds = names.map((name) => birdPage(name));
  const leave = ({ url }: PageSnapshot): string => `${url}?theme=dark&do=leave`;
  const [last, ...others] = birds as [PageSnapshot, ...PageSnapshot[]];
  const model = new RetrievalModel({
    buffer: new ReplayBuffer([
      ...birds.map((page) => visit(page.url, page.url, page)),
      ...others.slice(0, 2).map((page) => visit(`leave ${page.url}`, leave(page), GONE)),
      ...others.map(({ url, html }) => {
        const dark = { url: `${url}?theme=dark`, html };
        return visit(`dark ${url}`, dark.url, dark);
      }),
    ]),
  });
  const askFor = (url: string) => {
    const request = { method: "GET" as const, url, fields: null };
    return model.predict({ session: [], page: last, cause: { kind: "request", request } });
  };

  it("does so from a page where nobody has sent it", () => {
    expect(askFor(leave(last)).next).toMatchObject({ url: GONE.url, redirectStatus: 302 });
  });

  it("is the one that was redirected, not one next to it", () => {
    const url = `${last.url}?theme=dark`;
    expect(askFor(url).next).toMatchObject({ url, redirectStatus: null });
  });
});
