/** Tabs with ids of their own: the first one is chosen when the page loads, so nobody chose it in a recording. */

import { describe, expect, it } from "vitest";
import { clickOn, recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { parsePage } from "../../page/page-document.ts";
import { toHtml } from "../tree/page-html.ts";
import { parseTree } from "../tree/page-tree.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { RetrievalModel } from "./retrieval-model.ts";

const SITE = "http://jars.test";
const TABS = ["notes", "seeds", "soil"];
const page = (name: string, chosen: string): PageSnapshot => {
  const tab = (id: string): string =>
    `<button id="${id}-tab" role="tab" aria-selected="${id === chosen}" aria-controls="${id}-pane">${id}</button>`;
  const pane = (id: string): string =>
    `<div id="${id}-pane" role="tabpanel" class="pane${id === chosen ? " active" : ""}">About ${id}</div>`;
  return {
    url: `${SITE}/${name}`,
    html: `<title>${name}</title><div role="tablist">${TABS.map(tab).join("")}</div>${TABS.map(pane).join("")}`,
  };
};

/** A click on a tab. The pages show which tab is chosen before and after it. */
function clicked(name: string, tab: string, chosen: string): Trajectory {
  return recordedTrajectory(`${name}-${tab}`, page(name, chosen), [
    { action: clickOn("tab", tab), requests: [], page: page(name, tab) },
  ]);
}

describe("a tab that was recorded only while it was chosen", () => {
  const model = new RetrievalModel({
    buffer: new ReplayBuffer([
      clicked("oak", "notes", "notes"),
      clicked("elm", "notes", "notes"),
      clicked("elm", "seeds", "notes"),
    ]),
  });

  it.each([
    ["notes", "seeds"],
    ["notes", "soil"],
    ["seeds", "soil"],
  ])("is chosen as its neighbors are: %s after %s", (tab, chosen) => {
    const on = page("yew", chosen);
    const element = parsePage(on.html, on.url).elements.findIndex(
      ({ attribs }) => attribs["id"] === `${tab}-tab`,
    );
    const cause = { kind: "event", event: { kind: "click", element, text: null } } as const;
    const { next } = model.predict({ session: [], page: on, cause });
    expect(next.kind === "page" && next.html).toBe(toHtml(parseTree(page("yew", tab).html).root));
  });

  it("changes nothing while it is chosen", () => {
    const on = page("yew", "notes");
    const element = parsePage(on.html, on.url).elements.findIndex(
      ({ attribs }) => attribs["id"] === "notes-tab",
    );
    const cause = { kind: "event", event: { kind: "click", element, text: null } } as const;
    expect(model.predict({ session: [], page: on, cause }).next.kind).toBe("unchanged");
  });
});
