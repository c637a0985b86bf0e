/** The viewer in Chromium, from `file:`: filters, keys, marks, hostile pages, a thousand episodes, and axe's verdict. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser, type Page } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { writeTrajectory } from "../../src/store/trajectory-file.ts";
import { recordedTrajectory, sentForm, posted } from "../support/recorded-trajectory.ts";
import { runCli } from "../support/run-cli.ts";

let browser: Browser;
let folder = "";
let asked: string[] = [];
const remote = createServer((request, reply) => {
  asked.push(request.url ?? "");
  reply.end("alert(1)");
});
let origin = "";

beforeAll(async () => {
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  browser = await chromium.launch({ executablePath: path });
  folder = mkdtempSync(join(tmpdir(), "view-"));
  await new Promise<void>((resolve) => remote.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(remote.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  remote.closeAllConnections();
  remote.close();
  rmSync(folder, { recursive: true });
});

const SHOP = "http://shop.test/";

/** Buys a lamp: two states with a form between them. */
function purchase(id: string, more: Partial<Trajectory> = {}): Trajectory {
  const page = (url: string, body: string) => ({
    url,
    html: `<!doctype html><html lang="en"><head><title>Shop</title></head><body>${body}</body></html>`,
  });
  const trajectory = recordedTrajectory(
    id,
    page(SHOP, `<h1>Lamps</h1><form action="/buy" method="post"><button>Buy</button></form>`),
    [
      sentForm(
        "Buy",
        posted(`${SHOP}buy`, [["lamp", "1"]], `${SHOP}done`),
        page(`${SHOP}done`, "<h1>Thank you</h1><p>Order 7</p>"),
      ),
    ],
  );
  return { ...trajectory, goal: `Buy lamp ${id}`, score: passed(1), ...more };
}

const passed = (value: 0 | 1): Trajectory["score"] => ({ status: "scored", value, checks: [] });

async function viewOf(trajectories: readonly Trajectory[]): Promise<string> {
  const run = mkdtempSync(join(folder, "run-"));
  for (const trajectory of trajectories) await writeTrajectory(run, trajectory);
  const { code, said } = await runCli("view", run);
  expect(code, said).toBe(0);
  return pathToFileURL(join(run, "view", "index.html")).href;
}

async function openView(url: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.on("dialog", () => expect.fail("a recorded page opened a dialog"));
  await page.goto(url);
  await page.locator("article").waitFor();
  return page;
}

describe("dreamgym view", () => {
  it("shows each step with the acted-on element, what changed, and the requests", async () => {
    const page = await openView(await viewOf([purchase("a", { actor: "someone" })]));
    const marked = page.frameLocator("iframe").locator("[data-dreamgym-target]");
    await expect.poll(() => marked.textContent()).toBe("Buy");
    expect(await page.locator(".line.target").textContent()).toContain('button "Buy"');
    expect(await page.locator(".line.added").allTextContents()).toEqual(
      expect.arrayContaining([expect.stringContaining("Order 7")]),
    );
    expect(await page.locator(".requests").first().textContent()).toContain("lamp=1");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => page.locator("h3.action").textContent()).toBe("The end");
    await page.close();
  });

  it("filters by outcome, and moves by keys alone", async () => {
    const failed = purchase("b", { score: passed(0), templateId: 4 });
    const page = await openView(await viewOf([purchase("a"), failed, purchase("c")]));
    const goal = page.locator("#detail h2");
    expect(await goal.textContent()).toBe("Buy lamp a");
    await page.keyboard.press("j");
    await expect.poll(() => goal.textContent()).toBe("Buy lamp b");
    await page.keyboard.press("k");
    await expect.poll(() => goal.textContent()).toBe("Buy lamp a");
    await page.selectOption("#filter-outcome", "failure");
    expect(await page.locator("#rows li").count()).toBe(1);
    expect(await page.locator("#count").textContent()).toContain("1 of 3");
    await page.selectOption("#filter-outcome", "");
    await page.selectOption("#filter-template", "4");
    expect(await page.locator("#rows .goal").allTextContents()).toEqual(["Buy lamp b"]);
    await page.locator("#rows a").focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => goal.textContent()).toBe("Buy lamp b");
    await page.close();
  });

  it("runs nothing and loads nothing of a hostile page", async () => {
    asked = [];
    const hostile = `</script><script src="${origin}/a.js"></script><script>top.hit = 1</script>
      <img src="${origin}/b.png" onerror="top.hit = 2"><a href="javascript:top.hit = 3">go</a>
      <a id="away" href="${origin}/away">away</a><link rel="stylesheet" href="${origin}/c.css">
      <style>@import "${origin}/d.css"; body { background: url(${origin}/e.png) }</style>
      <p style="background: url(${origin}/f.png)">text</p><meta http-equiv="refresh" content="0;url=${origin}/g">
      <iframe src="${origin}/h"></iframe><iframe srcdoc="<script>top.hit = 4</script><img src='${origin}/i'>"></iframe>
      <object data="${origin}/j"></object><embed src="${origin}/k"><video src="${origin}/l" poster="${origin}/m"></video>
      <form action="${origin}/n"><input name="q" autofocus><button>Send</button></form><base href="${origin}/">
      <svg><script>top.hit = 5</script><image href="${origin}/o"/></svg><input type="image" src="${origin}/p">
      <body background="${origin}/q" onload="top.hit = 6">`;
    const attack = purchase(`x`, { goal: `</script><img src=x onerror="hit = 7">` });
    for (const transition of attack.transitions) {
      transition.page = { url: SHOP, html: `<html><body>${hostile}</body></html>` };
      transition.thought = hostile;
      transition.observation.title = hostile;
    }
    const page = await openView(await viewOf([attack]));
    const frame = page.frameLocator("iframe").first();
    await frame.locator("#away").click();
    await frame.locator("button").click();
    await page.keyboard.press("Enter");
    await page.waitForLoadState("networkidle");
    expect(await page.evaluate("globalThis.hit")).toBeUndefined();
    expect(asked).toEqual([]);
    expect(await frame.locator("#away").textContent()).toBe("away");
    await page.close();
  });

  it("shows the recorder's pictures, what else happened, and what it could not record", async () => {
    const run = mkdtempSync(join(folder, "pictures-"));
    const recorded = purchase("p", { uncaptured: ["A drag outside the window was not recorded."] });
    const [step] = recorded.transitions;
    // One pixel.
    const png =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    writeFileSync(join(run, "1.png"), Buffer.from(png, "base64"));
    if (step !== undefined) {
      step.screenshot = "1.png";
      step.effects = [{ kind: "popup", url: "http://shop.test/help" }];
    }
    await writeTrajectory(run, recorded);
    expect((await runCli("view", run)).code).toBe(0);
    const page = await openView(pathToFileURL(join(run, "view", "index.html")).href);
    await expect
      .poll(() => page.evaluate(`document.querySelector("img.screenshot").naturalWidth`))
      .toBe(1);
    expect(await page.locator("article").textContent()).toContain("opened http://shop.test/help");
    expect(await page.locator("#detail").textContent()).toContain("A drag outside the window");
    await page.close();
  });

  it("shows a dream next to reality, with certainty and evidence", async () => {
    const real = purchase("real");
    const [step] = real.transitions;
    const answer = (url: string, html: string, certainty: number) => ({
      cause: { kind: "request", request: { method: "GET", url, fields: null } },
      prediction: {
        reasoning: "Found the same form.",
        next: { kind: "page", url, status: 200, redirectStatus: null, html },
        evidence: ["real#1"],
        certainty,
      },
    });
    const dream = {
      real,
      steps: [
        {
          observation: step?.observation,
          action: step?.action,
          answers: [
            answer(SHOP, "<html><body>start</body></html>", 1),
            answer(`${SHOP}done`, "<html><body>Order 8</body></html>", 0.62),
          ],
        },
      ],
      finalObservation: {
        ...real.finalObservation,
        nodes: real.finalObservation.nodes.map((node) => ({
          ...node,
          name: node.name.replace("Order 7", "Order 8"),
        })),
      },
      score: null,
    };
    const path = join(mkdtempSync(join(folder, "dream-")), "dream.json");
    writeFileSync(path, JSON.stringify(dream));
    expect((await runCli("view", path)).code).toBe(0);
    const page = await openView(
      `${pathToFileURL(join(path, "..", "view", "index.html")).href}#id=real&s=1`,
    );
    expect(await page.locator("article").textContent()).toContain("62 %");
    expect(await page.locator('a[href="#e=0&s=1"]', { hasText: "real#1" }).count()).toBe(1);
    expect(await page.locator('.tree[aria-label^="Dream"] .changed').textContent()).toContain(
      "Order 8",
    );
    await expect
      .poll(() => page.frameLocator("iframe").nth(1).locator("body").textContent())
      .toBe("Order 8");
    await page.close();
  });

  it("opens a thousand episodes at once, and draws them a part at a time", async () => {
    const many = Array.from({ length: 1000 }, (_, i) => purchase(`n${i}`, { templateId: i % 9 }));
    const url = await viewOf(many);
    const page = await browser.newPage();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(request.url()));
    await page.goto(url);
    await page.locator("article").waitFor();
    expect(await page.locator("#count").textContent()).toContain("1000 of 1000");
    expect(await page.locator("#rows li").count()).toBe(200);
    // The list, and of one episode its outline, a step and a page.
    expect(loaded.filter((name) => name.includes("/data/"))).toHaveLength(4);
    await page.goto(`${url}#id=n900&s=0`);
    await expect.poll(() => page.locator("#detail h2").textContent()).toBe("Buy lamp n900");
    await page.close();
  });

  it("passes axe", async () => {
    const page = await openView(await viewOf([purchase("a"), purchase("b", { score: passed(0) })]));
    const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
    await page.evaluate(axe);
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      const found = await page.evaluate<string[]>(
        `axe.run(document, { iframes: false }).then(({ violations }) =>
          violations.flatMap(({ id, impact, nodes }) => nodes.map(({ html }) => impact + " " + id + " " + html)))`,
      );
      expect(found).toEqual([]);
    }
    await page.close();
  });
});
