/** A user's own site: an address without mapping or control. Reset and log-in are the user's hooks. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { createBrowserEnv, CONTENT, launchForTest, taskOn, Walk } from "../support/real-env.ts";
import { startPageServer, type PageServer } from "../support/page-server.ts";

describe("a site without control", () => {
  let site: PageServer;
  let treasure: PageServer;
  let browser: Browser | undefined;
  beforeAll(async () => {
    treasure = await startPageServer({ "/": "<h1>Treasure</h1>" });
    site = await startPageServer({
      "/": ({ headers }) =>
        `<title>Own</title><p>${headers.cookie ?? "nobody"}</p><a href="http://127.0.0.1:${treasure.port}/">out</a>`,
    });
  });
  afterAll(async () => {
    await browser?.close();
    await site[Symbol.asyncDispose]();
    await treasure[Symbol.asyncDispose]();
  });

  it("is reached by its own address, after its hooks, and its neighbours on the machine are not", async () => {
    for (const origin of [`http://127.0.0.1:${site.port}`, `http://localhost:${site.port}`]) {
      const origins = { site: { origin } };
      await browser?.close();
      browser = await launchForTest(origins);
      const done: string[] = [];
      const walk = new Walk(
        createBrowserEnv({
          browser,
          origins,
          evaluator: CONTENT,
          resetSite: async (task) => void done.push(`reset ${task.id}`),
          logIn: async (context) => {
            done.push("log in");
            await context.addCookies([{ name: "user", value: "ann", url: origin }]);
          },
        }),
      );
      await walk.start(taskOn([`${origin}/`]));
      expect(done).toEqual(["reset page", "log in"]);
      expect(walk.has("StaticText", "user=ann"), walk.text()).toBe(true);
      expect(await walk.click("link", "out")).toContain("outside the sites");
      await walk.env[Symbol.asyncDispose]();
    }
    expect(treasure.received).toEqual([]);
  });

  it("may take longer to reset, and a judge longer to decide, than a page may take to answer", async () => {
    const origins = { site: { origin: `http://127.0.0.1:${site.port}` } };
    await browser?.close();
    browser = await launchForTest(origins);
    const deadlineMs = 8_000;
    const later = (): Promise<void> => new Promise((done) => setTimeout(done, deadlineMs + 500));
    await using env = createBrowserEnv({
      browser,
      origins,
      deadlineMs,
      resetSite: later,
      evaluator: {
        async evaluate() {
          await later();
          return { status: "scored", value: 1, checks: [] };
        },
      },
    });
    await env.reset({ task: taskOn([`${origins.site.origin}/`]), seed: 1 });
    expect((await env.step({ kind: "stop", answer: "" })).reward).toBe(1);
  });

  it("is checked as it is: what scripts fetch is waited for, what hangs is not, and scripts count as children", async () => {
    const origins = { site: { origin: `http://127.0.0.1:${site.port}` } };
    await browser?.close();
    browser = await launchForTest(origins);
    await using env = createBrowserEnv({ browser, origins, evaluator: createEvaluator() });
    site.pages["/data"] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 600));
      return "fetched";
    };
    site.pages["/never"] = () => new Promise<void>(() => {});
    site.pages["/late"] =
      `<title>Late</title><div><script>1</script><p id="out">-</p></div><img src="/never">
       <script>onload = null; fetch("/data").then((answer) => answer.text()).then((text) => { out.textContent = text; });</script>`;
    const late = `${origins.site.origin}/late`;
    const target = (url: string, locator: string, exactMatch: string) => ({
      url,
      locator,
      required: { exactMatch },
    });
    const walk = new Walk(env);
    await walk.start(
      taskOn([`${origins.site.origin}/`], {
        checks: [
          {
            kind: "program_html",
            targets: [
              target(late, "document.querySelector('#out').outerText", "fetched"),
              target("last", "document.querySelector('div > :nth-child(2)').outerText", "fetched"),
            ],
          },
          { kind: "url_match", urls: [late] },
        ],
      }),
    );
    await walk.act({ kind: "goto", url: late });
    expect(walk.observation).toMatchObject({ url: late, title: "Late" });
    const { score } = await walk.act({ kind: "stop", answer: "" });
    expect(score, JSON.stringify(score)).toMatchObject({ status: "scored", value: 1 });
  });

  it("has its WebSockets, and is not waited for where a script leaves an answer unread", async () => {
    const origins = { site: { origin: `http://127.0.0.1:${site.port}` } };
    await browser?.close();
    browser = await launchForTest(origins);
    const walk = new Walk(createBrowserEnv({ browser, origins, evaluator: CONTENT }));
    site.pages["/api"] = "ok";
    site.pages["/live"] =
      `<p id="out"></p><button onclick="fetch('/api', { method: 'POST' }).then(({ ok }) => { out.textContent = 'sent ' + ok; })">Send</button>
       <script>new WebSocket("ws://127.0.0.1:${site.port}/socket");</script>`;
    await walk.start(taskOn([`${origins.site.origin}/live`]));
    await walk.click("button", "Send");
    expect(walk.has("StaticText", "sent true")).toBe(true);
    expect(walk.env.cappedSettles).toBe(0);
    expect(site.received.map(({ method, path }) => `${method} ${path}`)).toContain(
      "UPGRADE /socket",
    );
    await walk.env[Symbol.asyncDispose]();
  });
});
