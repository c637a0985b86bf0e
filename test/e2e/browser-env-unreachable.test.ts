/** Sites without a start page: both worlds with live sites give the reason and the next step. */

import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import { createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Env } from "../../src/core/env.ts";
import { SiteError } from "../../src/core/errors.ts";
import { createBrowserEnv } from "../../src/real/browser/browser-env.ts";
import { createHttpEnv } from "../../src/text-browser/http/http-env.ts";
import { CONTENT, launchForTest, taskOn } from "../support/real-env.ts";
import { selfSigned } from "../support/self-signed.ts";

async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const servers: Server[] = [];
const sites = {
  refused: { origin: "http://refused.test", address: "" },
  unnamed: { origin: "http://no-such-host.invalid" },
  untrusted: { origin: "https://untrusted.test", address: "" },
  closing: { origin: "http://closing.test", address: "" },
  silent: { origin: "http://silent.test", address: "" },
};
type Site = keyof typeof sites;

const SENTENCES: Record<Site, [RegExp, retryable: boolean]> = {
  refused: [
    /^http:\/\/refused\.test\/ did not load: it refused the connection .*Start the site/u,
    true,
  ],
  unnamed: [/: its host name could not be looked up .*Correct the host/u, false],
  untrusted: [/: its certificate is not trusted .*Add the certificate's authority/u, false],
  closing: [/: it closed the connection without an answer .*See the log/u, true],
  silent: [/: it did not answer in time .*See the log/u, true],
};

beforeAll(async () => {
  const gone = createServer();
  sites.refused.address = await listen(gone);
  gone.close();
  const untrusted = createTlsServer(selfSigned("untrusted.test"), (_, reply) => reply.end("x"));
  sites.untrusted.address = await listen(untrusted);
  const closing = createServer((socket) => socket.once("data", () => socket.destroy()));
  sites.closing.address = await listen(closing);
  const silent = createServer((socket) => socket.on("error", () => {}));
  sites.silent.address = await listen(silent);
  servers.push(untrusted, closing, silent);
});
afterAll(() => {
  for (const server of servers) server.close();
});

async function reasonOf(env: Env, site: Site): Promise<unknown> {
  const task = taskOn([`${sites[site].origin}/`], { sites: [site] });
  return await env.reset({ task, seed: 1 }).catch((error: unknown) => error);
}

async function expectReasons(env: Env): Promise<void> {
  for (const [site, [sentence, retryable]] of Object.entries(SENTENCES)) {
    const error = await reasonOf(env, site as Site);
    expect(error, site).toBeInstanceOf(SiteError);
    expect(error, site).toMatchObject({ message: expect.stringMatching(sentence), retryable });
  }
}

describe("a site that cannot be reached", () => {
  it("is named with its cause by BrowserEnv", async () => {
    const browser = await launchForTest(sites);
    const env = createBrowserEnv({
      browser,
      origins: sites,
      evaluator: CONTENT,
      deadlineMs: 6_000,
    });
    await expectReasons(env);
    await env[Symbol.asyncDispose]();
    await browser.close();
  });

  it("is named with its cause by HttpEnv", async () => {
    const env = createHttpEnv({ origins: sites, evaluator: CONTENT, timeoutMs: 500 });
    await expectReasons(env);
    await env[Symbol.asyncDispose]();
  });
});
