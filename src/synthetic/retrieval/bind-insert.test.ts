/** Details that a script loads into the page after a click on an entry. */

import { describe, expect, it } from "vitest";
import { clickOn, recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { parsePage } from "../../page/page-document.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { RetrievalModel } from "./retrieval-model.ts";

const SITE = "http://jars.test";
const JARS = { oak: 1, elm: 2, yew: 3, fir: 4 };
const ORIGINS: Record<string, string> = { oak: "Kent", elm: "York", yew: "Bath" };
type Jar = keyof typeof JARS;

const list = (details = ""): PageSnapshot => {
  const entries = Object.entries(JARS).map(
    ([name, id]) => `<li><a href="/jar/${id}">${name}</a></li>`,
  );
  return {
    url: `${SITE}/jars`,
    html: `<title>Jars</title><ul>${entries.join("")}</ul><div id="details">${details}</div>`,
  };
};
const detailsOf = (name: Jar): string =>
  `<section><h2>${name}</h2><p>From</p><p>${ORIGINS[name]}</p><a href="/jar/${JARS[name]}/edit">Edit</a></section>`;

const clicked = (name: Jar): Trajectory =>
  recordedTrajectory(name, list(), [
    { action: clickOn("link", name), requests: [], page: list(detailsOf(name)) },
  ]);

describe("details that a script shows after a click", () => {
  const names: Jar[] = ["oak", "elm", "yew"];
  const model = new RetrievalModel({ buffer: new ReplayBuffer(names.map(clicked)) });
  const predict = (name: Jar) => {
    const page = list();
    const element = parsePage(page.html, page.url).elements.findIndex(
      ({ attribs }) => attribs["href"] === `/jar/${JARS[name]}`,
    );
    const cause = { kind: "event", event: { kind: "click", element, text: null } } as const;
    return model.predict({ session: [], page, cause });
  };

  it("are those of the entry, and open where no recording tells them", () => {
    const { next } = predict("fir");
    expect(next.kind === "page" && next.html).toContain(
      '<section><h2>fir</h2><p>From</p><p>…</p><a href="/jar/4/edit">Edit</a></section>',
    );
  });

  it("are as recorded where the entry is one that was clicked", () => {
    const { next, guesses } = predict("elm");
    expect(next.kind === "page" && next.html).toContain(detailsOf("elm"));
    expect(guesses).toEqual([]);
  });

  it("are less sure the more of them are open", () => {
    expect(predict("fir").certainty).toBeLessThan(0.7 * predict("elm").certainty);
  });
});
