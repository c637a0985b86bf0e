/** The text browser over HTTP keeps the contract of all environments, and sends requests that a site can count. */

import { describe, expect, it } from "vitest";
import type { Evaluator } from "../../core/evaluator.ts";
import type { Task } from "../../core/task.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import { CONTRACT_PAGES, describeEnvContract } from "../../../test/contracts/env-contract.ts";
import { startPageServer } from "../../../test/support/page-server.ts";
import { createHttpEnv } from "./http-env.ts";

const CONTENT: Evaluator = {
  evaluate: () => Promise.resolve({ status: "scored", value: 1, checks: [] }),
};

const TASK: Task = {
  id: "page",
  goal: "Look around.",
  startUrls: ["http://site.test/"],
  sites: ["site"],
  maxSteps: 50,
  checks: [],
  templateId: 1,
  world: "",
};

const originsOf = (address: string) => ({ site: { origin: "http://site.test", address } });

describeEnvContract("HttpEnv", async () => {
  const server = await startPageServer(CONTRACT_PAGES);
  return {
    createEnv: () =>
      createHttpEnv({ origins: originsOf(server.address), evaluator: createEvaluator() }),
    task: TASK,
    countReceived: () => server.received.length,
    async dispose() {
      await server[Symbol.asyncDispose]();
    },
  };
});

describe("HttpEnv", () => {
  it("does not start an episode on a server's error page, even after a redirect", async () => {
    await using server = await startPageServer({
      "/": (_, reply) => {
        reply.writeHead(302, { location: "/home" }).end();
      },
      "/home": (_, reply) => {
        reply.writeHead(503).end("down");
      },
    });
    await using env = createHttpEnv({ origins: originsOf(server.address), evaluator: CONTENT });
    await expect(env.reset({ task: TASK, seed: 0 })).rejects.toThrow(
      "Expected the start page http://site.test/ of task page, got status 503.",
    );
  });

  it("shows what came of an answer that never ends", async () => {
    await using server = await startPageServer({
      "/": (_, reply) => {
        reply.writeHead(200, { "content-type": "text/html" }).write("<h1>News</h1>");
        const ticks = setInterval(() => reply.write("<p>more"), 20);
        reply.once("close", () => clearInterval(ticks));
      },
    });
    await using env = createHttpEnv({
      origins: originsOf(server.address),
      evaluator: CONTENT,
      timeoutMs: 300,
    });
    const { nodes } = await env.reset({ task: TASK, seed: 0 });
    expect(nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(["News", "more"]));
  });

  it("follows redirects and a refresh page, and expires a cookie by the site's clock", async () => {
    await using server = await startPageServer({
      "/": `<a href="/moved">Moved</a>`,
      "/moved": (_, reply) => {
        reply.writeHead(302, { location: "/on#part" }).end();
      },
      "/on": (_, reply) => {
        reply.setHeader("date", "Mon, 02 Nov 2026 10:00:00 GMT");
        reply.setHeader("set-cookie", [
          "old=1; Expires=Mon, 02 Nov 2026 09:00:00 GMT",
          "new=1; Expires=Mon, 02 Nov 2026 11:00:00 GMT",
        ]);
        reply.writeHead(200, { "content-type": "text/html" });
        reply.end(`<meta http-equiv="Refresh" content="0; url='there'">`);
      },
      "/there": ({ headers }) =>
        `<title>${headers.cookie}</title><meta http-equiv="refresh" content="5; url=/">`,
    });
    await using env = createHttpEnv({ origins: originsOf(server.address), evaluator: CONTENT });
    const start = await env.reset({ task: TASK, seed: 0 });
    const ref = start.nodes.find(({ name }) => name === "Moved")?.ref ?? "";
    const { observation, requests } = await env.step({ kind: "click", ref });
    expect(observation).toMatchObject({ url: "http://site.test/there", title: "new=1" });
    expect(requests.map(({ url, status, redirect }) => [url, status, redirect])).toEqual([
      ["http://site.test/moved", 302, "http://site.test/on"],
      ["http://site.test/on", 200, null],
      ["http://site.test/there", 200, null],
    ]);
  });

  it("encodes a form as it asks, and names its page as the referrer", async () => {
    await using server = await startPageServer({
      "/": "<title>Other</title>",
      "/form": `<form method="post" action="/save" enctype="multipart/form-data"><input name="a&quot;b" aria-label="A"><textarea name="c" aria-label="C"></textarea><button>Save</button></form>`,
      "/save": "<title>Saved</title>",
    });
    await using env = createHttpEnv({ origins: originsOf(server.address), evaluator: CONTENT });
    const startUrls = ["http://site.test/form", "http://site.test/"];
    const start = await env.reset({ task: { ...TASK, startUrls }, seed: 0 });
    const refOf = (name: string): string => start.nodes.find((n) => n.name === name)?.ref ?? "";
    await env.step({ kind: "type", ref: refOf("A"), text: "ä", submit: false });
    await env.step({ kind: "type", ref: refOf("C"), text: "x\ny", submit: false });
    await env.step({ kind: "click", ref: refOf("Save") });
    const { headers, body } = server.received.at(-1) ?? { headers: {}, body: "" };
    expect(headers.referer).toBe("http://site.test/form");
    expect(headers["content-type"]).toBe("multipart/form-data; boundary=----FormBoundary");
    expect(body).toBe(
      [
        "------FormBoundary",
        'Content-Disposition: form-data; name="a%22b"',
        "",
        "ä",
        "------FormBoundary",
        'Content-Disposition: form-data; name="c"',
        "",
        "x\r\ny",
        "------FormBoundary--",
        "",
      ].join("\r\n"),
    );
  });

  it("keeps cookies, follows each kind of redirect, masks passwords and counts its requests", async () => {
    await using server = await startPageServer({
      "/": `<form method=post action=/login><input name=user value=ann><input type=password name=password aria-label=P><button>In</button></form>`,
      "/login": (_, reply) => {
        reply.writeHead(302, { location: "/home", "set-cookie": "sid=1; Path=/; HttpOnly" }).end();
      },
      "/home": ({ headers, method }) => `<title>${method} ${headers.cookie}</title>`,
    });
    await using env = createHttpEnv({ origins: originsOf(server.address), evaluator: CONTENT });
    const start = await env.reset({ task: TASK, seed: 0 });
    const field = start.nodes.find(({ name }) => name === "P");
    const { observation, requests, performed } = await env.step({
      kind: "type",
      ref: field?.ref ?? "",
      text: "hush",
      submit: true,
    });
    expect(performed).toMatchObject({ text: "[masked]" });
    expect(observation).toMatchObject({ url: "http://site.test/home", title: "GET sid=1" });
    expect(requests).toEqual([
      {
        kind: "document",
        method: "POST",
        url: "http://site.test/login",
        fields: [
          ["user", "ann"],
          ["password", "[masked]"],
        ],
        status: 302,
        redirect: "http://site.test/home",
      },
      {
        kind: "document",
        method: "GET",
        url: "http://site.test/home",
        fields: null,
        status: 200,
        redirect: null,
      },
    ]);
    expect(server.received.map(({ body }) => body)).toContain("user=ann&password=hush");
    expect(env.counts).toEqual({ pageRequests: server.received.length, probeRequests: 0 });
  });

  it("does not follow a redirect out of the task's sites", async () => {
    await using outside = await startPageServer({ "/": "out" });
    await using server = await startPageServer({
      "/": (_, reply) => {
        reply.writeHead(302, { location: `http://${outside.address}/` }).end();
      },
    });
    await using env = createHttpEnv({ origins: originsOf(server.address), evaluator: CONTENT });
    const { lastActionError } = await env.reset({ task: TASK, seed: 0 });
    expect(lastActionError).toMatch(/outside the sites/u);
    expect(outside.received).toEqual([]);
  });

  it("fails with a site error and never with a reward if the site is gone", async () => {
    await using env = createHttpEnv({ origins: originsOf("127.0.0.1:9"), evaluator: CONTENT });
    await expect(env.reset({ task: TASK, seed: 0 })).rejects.toMatchObject({ code: "site" });
  });
});
