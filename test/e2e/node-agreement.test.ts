/**
 * The text browser computes from HTML what Chromium shows: on every kind of page of the fixture sites, and on a page of
 * tricky HTML, at least 99 % of the nodes are the same in order, role, name, value, states, URL and depth. Of a recorded
 * page, all are.
 */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_SITE_URLS } from "../../fixtures/site-urls.ts";
import type { Action } from "../../src/core/action.ts";
import type { StepResult } from "../../src/core/env.ts";
import type { Observation, PageNode } from "../../src/core/observation.ts";
import { createRandom, type Random } from "../../src/core/random.ts";
import { parsePage } from "../../src/page/page-document.ts";
import { createHttpEnv } from "../../src/text-browser/http/http-env.ts";
import type { SiteOrigins } from "../../src/real/sites/site-origins.ts";
import { startSiteProcess, type SiteProcess } from "../../src/real/sites/site-process.ts";
import { commonLength } from "../support/common-length.ts";
import { Crawl } from "../support/crawl.ts";
import { startPageServer, type PageServer } from "../support/page-server.ts";
import { CONTENT, createBrowserEnv, launchForTest, taskOn } from "../support/real-env.ts";

/** Pages of one kind that are compared. */
const PAGES_PER_KIND = 2;
const MAX_PAGES = 240;

/** A node as one line; refs differ between worlds. */
function line({ role, name, value, states, url, depth }: PageNode): string {
  return JSON.stringify([
    depth,
    role,
    name,
    value,
    Object.entries(states).toSorted(([a], [b]) => (a < b ? -1 : 1)),
    url,
  ]);
}

class Agreement {
  same = 0;
  total = 0;
  readonly #differing: string[] = [];

  add(where: string, real: readonly PageNode[], text: readonly PageNode[]): void {
    const [ours, theirs] = [text.map(line), real.map(line)];
    const same = commonLength(ours, theirs);
    const total = Math.max(ours.length, theirs.length);
    this.same += same;
    this.total += total;
    if (same === total) return;
    const [known, shown] = [new Set(theirs), new Set(ours)];
    const missing = theirs.filter((item) => !shown.has(item)).slice(0, 3);
    const extra = ours.filter((item) => !known.has(item)).slice(0, 3);
    this.#differing.push(
      `${where}: ${same}/${total}\n  - ${missing.join("\n  - ")}\n  + ${extra.join("\n  + ")}`,
    );
  }

  get share(): number {
    return this.same / this.total;
  }

  toString(): string {
    return [`${(this.share * 100).toFixed(2)} % of ${this.total} nodes`, ...this.#differing].join(
      "\n",
    );
  }
}

describe("the text browser's nodes and Chromium's", () => {
  let browser: Browser;
  let sites: SiteProcess;
  let pages: PageServer;
  let origins: SiteOrigins;

  beforeAll(async () => {
    [sites, pages] = await Promise.all([
      startSiteProcess({
        entry: fileURLToPath(new URL("../../fixtures/sites/main.ts", import.meta.url)),
        worlds: { A: 1 },
        sites: OWN_SITE_URLS,
      }),
      startPageServer(),
    ]);
    origins = { ...sites.origins, site: { origin: "http://site.test", address: pages.address } };
    browser = await launchForTest(origins);
  });

  afterAll(async () => {
    await browser?.close();
    await pages?.[Symbol.asyncDispose]();
    await sites?.[Symbol.asyncDispose]();
  });

  it("agree on every kind of page of the fixture sites, as served and as recorded", async () => {
    const options = { origins, evaluator: CONTENT, sites: sites.control };
    await using real = createBrowserEnv({ ...options, browser });
    await using text = createHttpEnv(options);
    const task = taskOn(
      Object.values(OWN_SITE_URLS).map((origin) => `${origin}/`),
      { sites: Object.keys(OWN_SITE_URLS), maxSteps: 10 * MAX_PAGES, world: "A" },
    );
    await real.reset({ task, seed: 0 });
    await text.reset({ task, seed: 0 });
    const served = new Agreement();
    const recorded = new Agreement();
    const crawl = new Crawl({ start: task.startUrls, perKind: PAGES_PER_KIND, most: MAX_PAGES });
    for (const url of crawl.pages()) {
      const shown = (await real.step({ kind: "goto", url })).observation;
      const computed = (await text.step({ kind: "goto", url })).observation;
      served.add(url, shown.nodes, computed.nodes);
      const page = await real.snapshot();
      recorded.add(url, shown.nodes, focusedAs(shown, parsePage(page.html, page.url).nodes));
      crawl.found(shown.nodes.flatMap((node) => node.url ?? []));
    }
    expect(crawl.kinds).toBeGreaterThan(20);
    expect(served.share, String(served)).toBeGreaterThanOrEqual(0.99);
    expect(recorded.share, String(recorded)).toBe(1);
  });

  it("agree on tricky HTML that the fixture sites do not use", async () => {
    pages.pages["/tricky"] = await readFile(
      new URL("../support/tricky.html", import.meta.url),
      "utf8",
    );
    const options = { origins, evaluator: CONTENT };
    await using real = createBrowserEnv({ ...options, browser });
    await using text = createHttpEnv(options);
    const task = taskOn(["http://site.test/tricky"]);
    const shown = await real.reset({ task, seed: 0 });
    const computed = await text.reset({ task, seed: 0 });
    const agreement = new Agreement();
    agreement.add("/tricky", shown.nodes, computed.nodes);
    expect(shown.nodes.length).toBeGreaterThan(200);
    expect(agreement.share, String(agreement)).toBeGreaterThanOrEqual(0.99);
    const page = await real.snapshot();
    const recorded = focusedAs(shown, parsePage(page.html, page.url).nodes);
    expect(recorded.map(line)).toEqual(shown.nodes.map(line));
  });

  it("agree after every step of random walks over forms, links, tabs and history", async () => {
    pages.pages["/controls"] = await readFile(
      new URL("../support/controls.html", import.meta.url),
      "utf8",
    );
    pages.pages["/echo"] = ({ method, path, body }) =>
      `<title>Echo</title><h1>${method}</h1><p>${escapeHtml(path)}</p><p>${escapeHtml(body)}</p><a href="/controls">Back to the controls</a>`;
    pages.pages["/moved"] = (_, reply) => {
      reply.writeHead(302, { location: "/echo?after=redirect", "cache-control": "no-store" }).end();
    };
    const options = { origins, evaluator: CONTENT };
    await using real = createBrowserEnv({ ...options, browser });
    await using text = createHttpEnv(options);
    for (let seed = 0; seed < WALKS; seed++) {
      const task = taskOn(["http://site.test/controls"], { maxSteps: 1_000 });
      let shown = await real.reset({ task, seed });
      let computed = await text.reset({ task, seed });
      const random = createRandom(seed);
      const done: string[] = [];
      for (let step = 0; step < STEPS; step++) {
        const choice = chooseAction(shown, random);
        done.push(JSON.stringify({ ...choice.action, on: choice.on }));
        const on = (observation: Observation): Action =>
          choice.at === null
            ? choice.action
            : ({ ...choice.action, ref: observation.nodes[choice.at]?.ref ?? "0" } as Action);
        const [there, here] = [await real.step(on(shown)), await text.step(on(computed))];
        const says = { walk: seed, done: done.slice(-4).join("\n") };
        expect({ ...says, ...outline(here, on(computed)) }).toEqual({
          ...says,
          ...outline(there, on(shown)),
        });
        shown = there.observation;
        computed = here.observation;
        const page = await real.snapshot();
        const recorded = focusedAs(shown, parsePage(page.html, page.url).nodes);
        expect({ ...says, nodes: recorded.map(line) }).toEqual({
          ...says,
          nodes: shown.nodes.map(line),
        });
      }
    }
  });
});

const WALKS = 8;
const STEPS = 25;

function escapeHtml(text: string): string {
  return text.replace(/&/gu, "&amp;").replace(/</gu, "&lt;");
}

/** Everything in a step that must match. Refs differ, even in errors. */
function outline({ observation, requests }: StepResult, action: Action): object {
  const { url, title, nodes, tabs, lastActionError } = observation;
  // Chromium also reports requests that it never sent: a form's answer that is no longer in its cache.
  const reached = requests.filter(({ status }) => status !== null);
  const error = "ref" in action ? lastActionError?.replace(action.ref, "ref") : lastActionError;
  return { url, title, tabs, error: error ?? null, requests: reached, nodes: nodes.map(line) };
}

/** An action on a node by its place, since refs differ between worlds. */
interface Choice {
  action: Action;
  at: number | null;
  on: string;
}

function chooseAction({ nodes, tabs }: Observation, random: Random): Choice {
  const dice = random.next();
  if (dice < 0.12)
    return {
      at: null,
      on: "",
      action: random.pick<Action>([
        { kind: "goBack" },
        { kind: "goForward" },
        { kind: "goto", url: "http://site.test/controls" },
        { kind: "goto", url: "http://elsewhere.test/" },
        { kind: "press", keys: "Enter" },
        { kind: "press", keys: "Tab" },
        { kind: "switchTab", index: random.int(tabs.length + 1) },
        { kind: "newTab" },
        { kind: "closeTab" },
      ]),
    };
  // Only a layout shows where the middle of a container is, and so which element a click on it hits.
  const leaves = nodes.flatMap((node, at) =>
    /combobox|listbox/u.test(node.role) ||
    (node.role !== "form" && (nodes[at + 1]?.depth ?? 0) <= node.depth)
      ? [at]
      : [],
  );
  const at = random.pick(leaves);
  const node = nodes[at] as PageNode;
  const on = `${node.role} ${node.name}`;
  const { ref } = node;
  if (/textbox|searchbox|spinbutton|Date/u.test(node.role)) {
    const text = random.pick(["lamp", "", "7", "a@b.test", "two words & more", "2024-02-03"]);
    return { at, on, action: { kind: "type", ref, text, submit: random.next() < 0.2 } };
  }
  if (node.role === "combobox" || node.role === "listbox") {
    const option = random.pick(["Small", "Large", "None", "A", "C", "Nowhere"]);
    return { at, on, action: { kind: "select", ref, option } };
  }
  return { at, on, action: { kind: "click", ref } };
}

/** Focus is not part of a snapshot. */
function focusedAs(shown: Observation, nodes: readonly PageNode[]): PageNode[] {
  const at = shown.nodes.findIndex((node) => node.states.focused === true);
  return nodes.map((node, index) =>
    index === at ? { ...node, states: { ...node.states, focused: true } } : node,
  );
}
