/** A user's own site: an address without mapping, no control; reset and log-in are the user's hooks. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright";
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
});
