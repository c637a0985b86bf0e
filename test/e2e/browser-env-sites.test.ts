/** The real environment with sites that keep a state per episode: control, counts, the probe, and what happens when
 * processes die. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright";
import { BrowserError, SiteError, TaskError } from "../../src/core/errors.ts";
import type { EpisodeOutcome } from "../../src/core/evaluator.ts";
import { startSiteProcess, type SiteProcess } from "../../src/real/sites/site-process.ts";
import { createBrowserEnv, CONTENT, launchForTest, taskOn, Walk } from "../support/real-env.ts";

const ROOT = join(import.meta.dirname, "../..");
const ENTRY = join(ROOT, "fixtures/sites/main.ts");
const SITES = { shopping: "http://shopping.test", reddit: "http://reddit.test" };
const HOME = "http://shopping.test/";

describe("sites with a state per episode", () => {
  let sites: SiteProcess;
  let browser: Browser;
  beforeAll(async () => {
    sites = await startSiteProcess({ entry: ENTRY, worlds: { A: 1, B: 2 }, sites: SITES });
    browser = await launchForTest(sites.origins);
  });
  afterAll(async () => {
    await browser.close();
    await sites[Symbol.asyncDispose]();
  });
  const task = (more: Parameters<typeof taskOn>[1] = {}) =>
    taskOn([HOME], { sites: ["shopping"], world: "A", ...more });
  const open = (evaluator = CONTENT) =>
    createBrowserEnv({ browser, origins: sites.origins, sites: sites.control, evaluator });

  it("starts logged in, each environment in a state of its own, and resets it", async () => {
    const [first, second] = [new Walk(open()), new Walk(open())];
    await Promise.all([first.start(task()), second.start(task())]);
    const fresh = first.text();
    expect(first.has("link", "Log in")).toBe(false);
    const product = first.observation.nodes.find((node) => node.url?.includes("/product/"));
    const goToProduct = { kind: "goto", url: product?.url ?? "" } as const;
    await first.act(goToProduct);
    await first.click("button", "Add to cart");
    await first.act({ kind: "goto", url: HOME });
    await second.act({ kind: "goto", url: HOME });
    expect(first.text()).not.toBe(fresh);
    expect(second.text()).toBe(fresh);
    await first.start(task());
    expect(first.text()).toBe(fresh);
    await first.env[Symbol.asyncDispose]();
    await second.env[Symbol.asyncDispose]();
  });

  it("counts the same requests as the sites do, the probe's in an account of their own", async () => {
    let probed = "";
    const walk = new Walk(
      open({
        async evaluate(_task, outcome: EpisodeOutcome) {
          const seen = await outcome.probe.open(`${HOME}account`);
          probed = seen.page?.html ?? "";
          const outside = await outcome.probe.open("http://reddit.test/");
          return {
            status: "scored",
            value: outside.page === null ? 1 : 0,
            checks: [],
          };
        },
      }),
    );
    const before = await sites.control.counts();
    await walk.start(task());
    await walk.type("Search products", "a", true, "searchbox");
    await walk.act({ kind: "goBack" });
    await walk.start(task({ world: "B" }));
    await walk.act({ kind: "goto", url: `${HOME}account` });
    await walk.act({ kind: "goto", url: `${HOME}no/such/page` });
    const { reward } = await walk.act({ kind: "stop", answer: "" });
    expect(reward).toBe(1);
    expect(probed).toContain("<h1");
    const after = await sites.control.counts();
    const { pageRequests, probeRequests } = walk.env.counts;
    expect(probeRequests).toBeGreaterThan(0);
    expect(after.total.pages - before.total.pages).toBe(pageRequests + probeRequests);
    expect(after.visitor).toEqual(before.visitor);
    await walk.env[Symbol.asyncDispose]();
  });

  it("refuses tasks of unknown sites, worlds, and start pages outside their sites, naming what is known", async () => {
    const env = open();
    const reset = (more: Parameters<typeof taskOn>[1]) => env.reset({ task: task(more), seed: 1 });
    await expect(reset({ sites: ["wikipedia"] })).rejects.toThrow(TaskError);
    await expect(reset({ world: "Z" })).rejects.toThrow(SiteError);
    await expect(reset({ startUrls: ["http://reddit.test/"] })).rejects.toThrow(TaskError);
    await env.reset({ task: task(), seed: 1 });
    await env[Symbol.asyncDispose]();
  });

  it("reports a dead browser as an error, never as a reward, and continues with the next one", async () => {
    let current = await launchForTest(sites.origins);
    const walk = new Walk(
      createBrowserEnv({
        browser: async () => {
          if (!current.isConnected()) current = await launchForTest(sites.origins);
          return current;
        },
        origins: sites.origins,
        sites: sites.control,
        evaluator: CONTENT,
      }),
    );
    await walk.start(task());
    const counted = walk.env.counts.pageRequests;
    await current.close();
    await expect(walk.act({ kind: "scroll", direction: "down" })).rejects.toThrow(BrowserError);
    await walk.start(task());
    expect(walk.env.counts.pageRequests).toBeGreaterThan(counted);
    await current.close();
    await walk.env[Symbol.asyncDispose]();

    const fixed = createBrowserEnv({
      browser: current,
      origins: sites.origins,
      sites: sites.control,
      evaluator: CONTENT,
    });
    await expect(fixed.reset({ task: task(), seed: 1 })).rejects.toThrow(/crashed or was closed/);
  });

  it("reports a page that hangs or crashes as an error, and continues", async () => {
    const env = createBrowserEnv({
      browser,
      origins: sites.origins,
      sites: sites.control,
      evaluator: CONTENT,
      deadlineMs: 5_000,
    });
    await env.reset({ task: task(), seed: 1 });
    const [context] = browser.contexts().slice(-1);
    const [page] = context?.pages() ?? [];
    page?.goto("chrome://crash").catch(() => null);
    await page?.waitForEvent("crash");
    await expect(env.step({ kind: "scroll", direction: "down" })).rejects.toThrow(BrowserError);
    await env.reset({ task: task(), seed: 1 });
    await env[Symbol.asyncDispose]();
  });
});

describe("the site process", () => {
  it("says in one line when its port is taken", async () => {
    await using first = await startSiteProcess({ entry: ENTRY, worlds: { A: 1 }, sites: SITES });
    const port = Number(first.origins["shopping"]?.address.split(":")[1]);
    const second = startSiteProcess({ entry: ENTRY, worlds: { A: 1 }, sites: SITES, port });
    await expect(second).rejects.toThrow(SiteError);
    await expect(second).rejects.toThrow(`Expected port ${port} to be free`);
  });

  it("ends when the process that started it is killed", async () => {
    const script = `
      import { startSiteProcess } from ${JSON.stringify(join(ROOT, "src/real/sites/site-process.ts"))};
      const sites = await startSiteProcess(${JSON.stringify({ entry: ENTRY, worlds: { A: 1 }, sites: SITES })});
      console.log((await sites.control.health()).pid);`;
    const parent = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script],
      {
        cwd: ROOT,
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const [line] = (await once(createInterface({ input: parent.stdout }), "line")) as [string];
    const pid = Number(line);
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
