/** A menu whose items have icons by style, opened in one recording and dreamed on another page. */

import { describe, expect, it } from "vitest";
import { clickOn, recordedTrajectory } from "../../../test/support/recorded-trajectory.ts";
import type { Observation } from "../../core/observation.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { parsePage } from "../../page/page-document.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { RetrievalModel } from "./retrieval-model.ts";

const SITE = "http://jars.test";
const page = (name: string, isOpen: boolean, label = "Settings"): PageSnapshot => ({
  url: `${SITE}/${name}`,
  html: `<title>${name}</title><h1>${name}</h1><button class="menu" aria-expanded="${isOpen}">Menu</button>
    <ul class="items"${isOpen ? "" : " hidden"}><li><a href="/settings">${label}</a></li></ul>`,
});

/** A browser shows a star before each link. */
function observe({ url, html }: PageSnapshot): Observation {
  const nodes = parsePage(html, url).nodes.map((node) =>
    node.role === "link" ? { ...node, name: `★ ${node.name}` } : node,
  );
  return { url, title: "", nodes, tabs: [{ title: "", url, active: true }], lastActionError: null };
}

function opened(name: string): Trajectory {
  const click = { action: clickOn("button"), requests: [], page: page(name, true) };
  return recordedTrajectory(name, page(name, false), [click], observe);
}

/** The names of the links after a click on the menu. */
function linksAfterClick(on: PageSnapshot): string[] {
  const model = new RetrievalModel({ buffer: new ReplayBuffer([opened("oak"), opened("elm")]) });
  const { elements } = parsePage(on.html, on.url);
  const element = elements.findIndex(({ name }) => name === "button");
  const cause = { kind: "event", event: { kind: "click", element, text: null } } as const;
  const { next } = model.predict({ session: [], page: on, cause });
  if (next.kind !== "page") return [];
  return parsePage(next.html, next.url).nodes.flatMap(({ role, name }) =>
    role === "link" ? name : [],
  );
}

describe("what an event reveals", () => {
  it("is named as the browser showed it", () => {
    expect(linksAfterClick(page("yew", false))).toEqual(["★ Settings"]);
  });

  it("has its own text where it differs from the recording, with what the style adds", () => {
    expect(linksAfterClick(page("yew", false, "Help"))).toEqual(["★ Help"]);
  });
});
