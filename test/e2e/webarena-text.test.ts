/** WebArena's observation text from a live browser, against the original's own way of measuring, element by element. */

import { chromium, type Browser, type CDPSession } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Box, writeWebArenaText } from "../../src/page/webarena-text.ts";
import { readBoxes } from "../../src/real/browser/element-boxes.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import type { Tab } from "../../src/real/browser/tab.ts";
import { WINDOW_SIZE } from "../../src/real/browser/window-size.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { CONTENT, createBrowserEnv, launchForTest, taskOn, Walk } from "../support/real-env.ts";
import { openWebArenaStandIn, type WebArenaStandIn } from "../support/webarena-stand-in.ts";

let standIn: WebArenaStandIn;
let browser: Browser;
beforeAll(async () => {
  standIn = await openWebArenaStandIn();
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  browser = await chromium.launch({ executablePath: path, chromiumSandbox: false });
});
afterAll(async () => {
  await browser.close();
  await standIn[Symbol.asyncDispose]();
});

/** The original asks each node for its rectangle, one after the other. */
async function measureEach(session: CDPSession, ids: number[]): Promise<Map<number, Box>> {
  const boxes = new Map<number, Box>();
  for (const id of ids) {
    const { object } = await session.send("DOM.resolveNode", { backendNodeId: id });
    const { result } = await session.send("Runtime.callFunctionOn", {
      objectId: object.objectId ?? "",
      functionDeclaration: `function () {
        const target = this.nodeType === 3 ? document.createRange() : this;
        if (this.nodeType === 3) target.selectNode(this);
        const { x, y, width, height } = target.getBoundingClientRect();
        return { x, y, width, height };
      }`,
      returnByValue: true,
    });
    if (result.value !== undefined) boxes.set(id, result.value as Box);
  }
  return boxes;
}

describe("the boxes of one snapshot", () => {
  it.each([
    ["SHOPPING", "/", 0],
    ["SHOPPING", "/", 500],
    ["SHOPPING_ADMIN", "/login", 0],
    ["REDDIT", "/", 300],
    ["GITLAB", "/", 0],
    ["MAP", "/", 0],
    ["WIKIPEDIA", "/", 700],
  ])("give the original's text on %s%s, scrolled by %i", async (site, path, scrolled) => {
    await using context = await browser.newContext({ viewport: WINDOW_SIZE });
    const page = await context.newPage();
    await page.goto(`${standIn.variables[site]}${path}`);
    await page.evaluate((y) => scrollTo(0, y), scrolled);
    const session = await context.newCDPSession(page);
    const { nodes } = await session.send("Accessibility.getFullAXTree");
    await session.send("DOM.getDocument");
    const ids = nodes.flatMap(({ backendDOMNodeId: id }) => (id === undefined ? [] : [id]));
    const tabs = [{ title: await page.title(), active: true }];
    const write = (boxes: Map<number, Box>): string =>
      writeWebArenaText({ nodes, boxes, window: WINDOW_SIZE, tabs });
    const text = write(await readBoxes({ session } as Tab));
    expect(text.split("\n").length).toBeGreaterThan(8);
    expect(text).toBe(write(await measureEach(session, ids)));
  });
});

describe("an environment that is asked for WebArena's text", () => {
  let server: PageServer;
  beforeAll(async () => {
    server = await startPageServer({
      "/": `<!doctype html><title>Shop</title><h1>Lamps</h1>
        <label>Find <input name="q" required></label>
        <p id="note" onclick="document.title = 'clicked'">A note</p>
        <div style="height: 2000px"></div><a href="/">Far below</a>`,
    });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it("writes what is in the window, and takes any id that it wrote", async () => {
    const origins = { site: { origin: "http://site.test", address: server.address } };
    await using chromium = await launchForTest(origins);
    await using env = createBrowserEnv({
      browser: chromium,
      origins,
      evaluator: CONTENT,
      observationText: "webarena",
    });
    const walk = new Walk(env);
    const { text = "" } = await walk.start(taskOn(["http://site.test/"]));
    expect(text.replaceAll(/\[\d+\]/gu, "[n]").split("\n")).toEqual([
      "Tab 0 (current): Shop",
      "",
      "[n] RootWebArea 'Shop' focused: True",
      "\t[n] heading 'Lamps'",
      "\t[n] StaticText 'Find '",
      "\t[n] textbox 'Find' required: True",
      "\t[n] StaticText 'A note'",
    ]);
    const [, note = ""] = /\[(\d+)\] StaticText 'A note'/u.exec(text) ?? [];
    await walk.act({ kind: "click", ref: note });
    expect(walk.observation.lastActionError).toBeNull();
    expect(walk.observation.text).toMatch(/^Tab 0 \(current\): clicked/u);
    await walk.act({ kind: "scroll", direction: "down" });
    await walk.act({ kind: "scroll", direction: "down" });
    await walk.act({ kind: "scroll", direction: "down" });
    expect(walk.observation.text).toContain("link 'Far below'");
    expect(walk.observation.text).not.toContain("Lamps");
  });
});
