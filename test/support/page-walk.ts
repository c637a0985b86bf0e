/** A real browser on two sites of one page server, set up before a file's tests and taken down after them. */

import { afterAll, beforeAll } from "vitest";
import type { Browser } from "playwright";
import { startPageServer, type PageServer } from "./page-server.ts";
import { createBrowserEnv, CONTENT, launchForTest, taskOn, Walk } from "./real-env.ts";

export const HOME = "http://site.test/";

export class PageWalk {
  site!: PageServer;
  browser!: Browser;
  walk!: Walk;

  constructor() {
    beforeAll(async () => {
      this.site = await startPageServer();
      const { address } = this.site;
      const origins = {
        site: { origin: "http://site.test", address },
        partner: { origin: "http://partner.test", address },
      };
      this.browser = await launchForTest(origins);
      this.walk = new Walk(
        createBrowserEnv({ browser: this.browser, origins, evaluator: CONTENT }),
      );
    });
    afterAll(async () => {
      await this.walk.env[Symbol.asyncDispose]();
      await this.browser.close();
      await this.site[Symbol.asyncDispose]();
    });
  }

  /** Begins an episode on a page of this body, whose links may lead to `/next`. */
  async open(html: string, more: Parameters<typeof taskOn>[1] = {}): Promise<void> {
    this.site.pages["/"] = `<!doctype html><title>Home</title>${html}`;
    this.site.pages["/next"] = `<!doctype html><title>Next</title><h1>Next</h1>`;
    await this.walk.start(taskOn([HOME], more));
    this.site.received.length = 0;
  }
}
