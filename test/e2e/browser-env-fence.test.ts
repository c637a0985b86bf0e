/**
 * The fence has no gap: whatever a page or an agent tries, it reaches only the task's own origins.
 * A treasure server on the same machine must receive nothing.
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright";
import { createBrowserEnv, CONTENT, launchForTest, taskOn, Walk } from "../support/real-env.ts";
import { startPageServer, type PageServer } from "../support/page-server.ts";

describe("the fence", () => {
  let site: PageServer;
  let other: PageServer;
  let treasure: PageServer;
  let treasure6: PageServer | null;
  let browser: Browser;
  let walk: Walk;

  beforeAll(async () => {
    [site, other, treasure] = await Promise.all([
      startPageServer(),
      startPageServer({ "/": "<title>Other</title><h1>Other site</h1>" }),
      startPageServer({ "/": "<h1>Treasure</h1>" }),
    ]);
    treasure6 = await startPageServer({ "/": "<h1>Treasure</h1>" }, "::1").catch(() => null);
    const origins = {
      site: { origin: "http://site.test", address: site.address },
      other: { origin: "http://other.test", address: other.address },
    };
    browser = await launchForTest(origins);
    walk = new Walk(createBrowserEnv({ browser, origins, evaluator: CONTENT }));
  });
  afterAll(async () => {
    await walk.env[Symbol.asyncDispose]();
    await browser.close();
    for (const server of [site, other, treasure, treasure6]) await server?.[Symbol.asyncDispose]();
  });

  /** Every spelling of the treasure's address, and an origin that only another task may use. */
  const outside = (): string[] => [
    `http://127.0.0.1:${treasure.port}/`,
    `http://localhost:${treasure.port}/`,
    `http://anything.localhost:${treasure.port}/`,
    `http://0.0.0.0:${treasure.port}/`,
    `http://2130706433:${treasure.port}/`,
    `http://127.1:${treasure.port}/`,
    `http://[::ffff:127.0.0.1]:${treasure.port}/`,
    `http://[::1]:${treasure6?.port ?? treasure.port}/`,
    `http://site.test:${treasure.port}/`,
    `http://site.test:81/`,
    `http://sub.site.test/`,
    `https://site.test/`,
    `http://other.test/`,
    `http://127.0.0.1:${site.port}/`,
  ];

  const openPage = async (html: string): Promise<void> => {
    site.pages["/"] = `<title>Site</title>${html}`;
    await walk.start(taskOn(["http://site.test/"]));
    site.received.length = 0;
  };
  const expectNothing = (): void => {
    expect(treasure.received).toEqual([]);
    expect(treasure6?.received ?? []).toEqual([]);
    expect(other.received).toEqual([]);
    expect(site.received).toEqual([]);
  };

  it("refuses goto to any other origin, port or scheme", async () => {
    await openPage("<p>Home</p>");
    for (const url of [
      ...outside(),
      "file:///etc/passwd",
      "data:text/html,<h1>x</h1>",
      "javascript:alert(1)",
      "chrome://version",
      "view-source:http://site.test/",
      "about:blank",
      "blob:http://site.test/1",
      "not a url",
    ]) {
      await walk.act({ kind: "goto", url });
      expect(walk.observation.lastActionError, url).not.toBeNull();
      expect(walk.observation.url, url).toBe("http://site.test/");
    }
    expectNothing();
  });

  it("stops links, and names the forbidden address to the agent", async () => {
    await openPage(
      outside()
        .map((url, i) => `<p><a href="${url}">way ${i}</a></p>`)
        .join(""),
    );
    for (const [i, url] of outside().entries()) {
      const error = await walk.click("link", `way ${i}`);
      expect(error, url).toContain("outside the sites");
      await walk.act({ kind: "goBack" });
      expect(walk.observation.title, url).toBe("Site");
    }
    site.received.length = 0;
    expectNothing();
  });

  it("stops a redirect to another port", async () => {
    await openPage(`<a href="/leave">leave</a>`);
    site.pages["/leave"] = (_, reply) => {
      reply.writeHead(302, { location: `http://127.0.0.1:${treasure.port}/` }).end();
    };
    expect(await walk.click("link", "leave")).toContain("outside the sites");
    site.received.length = 0;
    expectNothing();
  });

  it("stops forms, new windows, and links to files", async () => {
    const target = `http://127.0.0.1:${treasure.port}/`;
    await openPage(`
      <form method="post" action="${target}"><input name="a"><button>post</button></form>
      <button onclick="window.open('${target}')">open</button>
      <a href="${target}" target="_blank">blank</a>
      <a href="file:///etc/passwd">file</a>
      <button onclick="location.href='file:///etc/passwd'">script file</button>
      <button onclick="window.open('view-source:http://127.0.0.1:${treasure.port}/')">source</button>`);
    for (const [role, name] of [
      ["button", "post"],
      ["button", "open"],
      ["link", "blank"],
      ["link", "file"],
      ["button", "script file"],
      ["button", "source"],
    ] as const) {
      await walk.start(taskOn(["http://site.test/"]));
      const error = await walk.click(role, name);
      expect(walk.text(), name).not.toMatch(/Treasure|root:/);
      expect(walk.observation.url, name).not.toContain("chrome-error");
      if (name === "open" || name === "blank") expect(error, name).toContain("outside the sites");
    }
    site.received.length = 0;
    expectNothing();
  });

  it("stops everything a page loads or sends by itself", async () => {
    const place = `127.0.0.1:${treasure.port}`;
    await openPage(`
      <iframe src="http://${place}/frame"></iframe>
      <img src="http://${place}/img"><link rel="stylesheet" href="http://${place}/css">
      <link rel="preconnect" href="http://${place}/"><link rel="prefetch" href="http://${place}/prefetch">
      <script src="http://${place}/script"></script><object data="http://${place}/object"></object>
      <video src="http://${place}/video"></video>
      <button>act</button><p id="log"></p>
      <script>
        document.querySelector("button").onclick = async () => {
          const say = (text) => log.append(text + ";");
          await Promise.allSettled([
            fetch("http://${place}/fetch", { mode: "no-cors" }).then(() => say("fetched"), () => say("no fetch")),
            fetch("http://localhost:${treasure.port}/fetch", { mode: "no-cors" }).then(() => say("fetched")),
            new Promise((done) => { const socket = new WebSocket("ws://${place}/ws"); socket.onopen = () => { say("socket"); done(); }; socket.onerror = () => { say("no socket"); done(); }; }),
            new Promise((done) => { const source = new EventSource("http://${place}/events"); source.onerror = () => { source.close(); done(); }; }),
          ]);
          navigator.sendBeacon("http://${place}/beacon", "x");
          const peer = new RTCPeerConnection({ iceServers: [{ urls: "stun:${place}" }] });
          peer.createDataChannel("x"); await peer.setLocalDescription(await peer.createOffer());
          say("done");
        };
      </script>`);
    await walk.click("button", "act");
    // The page says so once it has tried each of them and failed, which may take seconds.
    await expect
      .poll(
        async () => {
          await walk.act({ kind: "scroll", direction: "down" });
          return walk.text();
        },
        { timeout: 20_000 },
      )
      .toContain("done;");
    expect(walk.text()).toContain("no fetch;");
    expect(walk.text()).toContain("no socket;");
    expect(walk.text()).not.toContain("fetched");
    expectNothing();
  });

  it("belongs to each task: another task's site stays out of reach until that task runs", async () => {
    await walk.start(taskOn(["http://other.test/"], { sites: ["site", "other"] }));
    expect(walk.observation.title).toBe("Other");
    other.received.length = 0;
    await openPage(`<a href="http://other.test/">other</a>`);
    expect(await walk.click("link", "other")).toContain("outside the sites");
    expectNothing();
  });
});
