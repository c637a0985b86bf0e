/** A purchase in 12 steps with a mouse and a keyboard: recorded, scored, repeated, on a changed site, and exported. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundledSites } from "../../fixtures/index.ts";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { openOwnBrowserEnv } from "../../src/real/browser/own-browser-env.ts";
import { type Replay, replayTrajectory } from "../../src/real/record/replay/replay-trajectory.ts";
import { openSites } from "../../src/real/sites/open-sites.ts";
import { ReusedSiteEpisode } from "../../src/real/sites/reused-site-episode.ts";
import type { SiteControl } from "../../src/real/sites/site-control.ts";
import type { SiteOrigin } from "../../src/real/sites/site-origins.ts";
import { changeSite, shuffleNames } from "../support/changed-site.ts";
import { runExportedTest } from "../support/exported-test.ts";
import { recordByHand } from "../support/record-by-hand.ts";

const PRODUCT = /^Buy one "(.+)" and have it sent to my (.+) address with (.+) shipping\.$/u;
const closers: (() => PromiseLike<void>)[] = [];
let folder = "";
let executablePath = "";
let task: Task;
let shop: SiteOrigin;
let control: SiteControl;
let recorded: Trajectory;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "purchase-"));
  executablePath = (await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] })).path;
  const site = createBundledSites({ sites: ["shopping"] });
  task = site.tasks["train"]?.find(({ templateId }) => templateId === 107) as Task;
  const worlds = { [task.world]: site.worlds[task.world] ?? 1 };
  const opened = await openSites({ provider: site.provider, worlds }, closers);
  shop = opened.origins["shopping"] as SiteOrigin;
  control = opened.control as SiteControl;
  recorded = await buyByHand();
}, 120_000);
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
  rmSync(folder, { recursive: true });
});

async function startEpisode() {
  const episode = new ReusedSiteEpisode({ sites: control });
  const { headers, cookies } = await episode.start(task);
  return { headers, cookies, end: () => episode.end() };
}

async function buyByHand(): Promise<Trajectory> {
  const [, product = "", address = "", shipping = ""] = PRODUCT.exec(task.goal) ?? [];
  const { headers, cookies, end } = await startEpisode();
  const own = cookies.filter(({ site }) => site === "shopping");
  const identity = {
    headers,
    cookies: own.map(({ name, value }) => ({ name, value, url: shop.origin })),
  };
  const browser = await launchBrowser({ executablePath, origins: [shop] });
  const options = { browser, root: folder, id: "purchase", task, origins: [shop], identity };
  try {
    return await recordByHand(options, async (hand) => {
      const click = (role: "link" | "button", name: string) =>
        hand.do((page) => page.getByRole(role, { name, exact: true }).click());
      const choose = (name: string) =>
        hand.do((page) => page.getByRole("radio", { name: new RegExp(`^${name}`, "u") }).click());
      await hand.do((page) => page.getByRole("searchbox", { name: "Search products" }).click());
      await hand.do(async (page) => {
        await page.keyboard.type(product);
        await page.keyboard.press("Enter");
      });
      await click("link", product);
      await click("button", "One more");
      await click("button", "One less");
      await click("button", "Add to cart");
      await click("link", "Go to checkout");
      await choose(address);
      await choose(shipping);
      await click("button", "Continue");
      await click("button", "Place order");
      await click("link", "Go on shopping");
    });
  } finally {
    await browser.close();
    await end();
  }
}

async function replayOn(origin: SiteOrigin): Promise<Replay> {
  const own = await openOwnBrowserEnv({ executablePath, origins: { shopping: origin }, control });
  try {
    return await replayTrajectory({
      env: own.env,
      recorded,
      task: { ...task, maxSteps: recorded.transitions.length + 1 },
      secretOf: () => null,
    });
  } finally {
    await own.close();
  }
}

describe("a purchase by hand", () => {
  it("is recorded in 12 steps, and the task's checks pass", () => {
    expect(recorded.uncaptured ?? []).toEqual([]);
    expect(recorded.transitions.map(({ action }) => action.kind).join(" ")).toBe(
      "click type click click click click click check check click click click stop",
    );
    expect(recorded.score).toMatchObject({ status: "scored", value: 1 });
  });

  it("has four ways or more to find each element, each of them checked", () => {
    const elements = recorded.transitions.flatMap(({ element }) => element ?? []);
    expect(elements).toHaveLength(12);
    for (const { references } of elements) expect(references.length).toBeGreaterThanOrEqual(4);
  });

  it("is repeated on its site, and the checks pass again", { timeout: 90_000 }, async () => {
    const replay = await replayOn(shop);
    expect(replay.steps.filter(({ divergence }) => divergence !== null)).toEqual([]);
    expect(replay).toMatchObject({ matched: true, score: { value: 1 } });
  });

  it(
    "finds every element after all ids and classes are shuffled",
    { timeout: 90_000 },
    async () => {
      await using changed = await changeSite(shop, shuffleNames);
      const replay = await replayOn(changed.origin);
      const found = replay.steps.filter(({ foundBy }) => foundBy !== null).length;
      expect(found / 12).toBeGreaterThanOrEqual(0.95);
      // One check reads the order by a class, which has another name now.
      const sent = replay.score?.checks.filter(({ kind }) => kind === "network_event");
      expect(sent?.map(({ passed }) => passed)).toEqual([true]);
    },
  );

  it("is exported as a Playwright test that runs green", { timeout: 90_000 }, async () => {
    const { headers, cookies, end } = await startEpisode();
    const origins = { shopping: shop };
    const identity = { headers, cookies };
    const options = { folder, trajectory: recorded, executablePath };
    const said = await runExportedTest({ ...options, origins, identity });
    await end();
    expect(said).toContain("1 passed");
  });
});
