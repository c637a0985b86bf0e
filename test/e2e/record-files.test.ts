/** What `dreamgym record --video --trace` writes: a video that plays, a trace that Playwright's viewer opens. */

import { createReadStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, extname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { ROOT } from "../support/read-sources.ts";
import { runCli } from "../support/run-cli.ts";

const VIEWER = join(
  dirname(createRequire(import.meta.url).resolve("playwright-core/package.json")),
  "lib/vite/traceViewer",
);
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

let site: PageServer;
let files: Server;
let browser: Browser;
let folder: string;
let origin: string;
beforeAll(async () => {
  site = await startPageServer({
    "/": `<!doctype html><title>Shop</title><link rel="stylesheet" href="/style.css"><h1>Shop</h1>
      <form action="/found"><label>Find <input name="q"></label></form>`,
    "/found": `<!doctype html><title>Found</title><link rel="stylesheet" href="/style.css"><h1>Found a lamp</h1>
      <a href="/">Back</a><iframe srcdoc="<p>inside</p>"></iframe>`,
    "/style.css": (_, reply) => {
      reply.setHeader("content-type", "text/css");
      reply.end("h1 { color: rgb(200, 0, 100) }");
    },
  });
  folder = mkdtempSync(join(tmpdir(), "record-files-"));
  files = createServer((request, reply) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = pathname.startsWith("/viewer/")
      ? join(VIEWER, pathname.slice("/viewer/".length))
      : join(folder, pathname);
    reply.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
    createReadStream(path)
      .on("error", () => reply.writeHead(404).end())
      .pipe(reply);
  });
  await new Promise<void>((resolve) => {
    files.listen(0, "127.0.0.1", resolve);
  });
  origin = `http://127.0.0.1:${(files.address() as AddressInfo).port}`;
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  browser = await launchBrowser({ executablePath: path, origins: null });
  const script = join(folder, "steps.jsonl");
  const steps = [
    { kind: "type", on: { role: "textbox", name: "Find" }, text: "lamp", submit: true },
    { kind: "click", on: { role: "link", name: "Back" } },
    { kind: "stop", answer: "a lamp" },
  ];
  writeFileSync(script, steps.map((step) => `${JSON.stringify(step)}\n`).join(""));
  const flags = ["--headless", "--script", script, "--out", folder, "--id", "one"];
  const run = await runCli("record", `http://${site.address}/`, ...flags, "--video", "--trace");
  expect(run.said).toBe("");
}, 60_000);
afterAll(async () => {
  await browser.close();
  files.close();
  await site[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe("a recording with --video and --trace", () => {
  it("has a video that plays, with a frame for each page", { timeout: 30_000 }, async () => {
    expect(readFileSync(join(folder, "one", "video.webm")).length).toBeGreaterThan(1_000);
    const page = await browser.newPage();
    await page.goto(`${origin}/viewer/playwright-logo.svg`);
    const facts = await page.evaluate(async (source) => {
      const video = document.createElementNS("http://www.w3.org/1999/xhtml", "video");
      const player = video as unknown as HTMLVideoElement;
      player.muted = true;
      const bytes = await (await fetch(source)).blob();
      player.src = URL.createObjectURL(bytes);
      await new Promise((resolve, reject) => {
        player.addEventListener("loadeddata", resolve);
        player.addEventListener("error", () => reject(new Error(player.error?.message)));
      });
      const { duration, videoWidth, videoHeight } = player;
      await player.play();
      await new Promise((resolve) => player.addEventListener("ended", resolve));
      const { totalVideoFrames } = player.getVideoPlaybackQuality();
      return { duration, size: [videoWidth, videoHeight], totalVideoFrames };
    }, `${origin}/one/video.webm`);
    expect(facts.size).toEqual([1280, 720]);
    expect(facts.duration).toBeGreaterThan(1);
    expect(facts.totalVideoFrames).toBeGreaterThanOrEqual(3);
    await page.close();
  });

  it(
    "has a trace that Playwright's viewer opens, with pages and steps",
    { timeout: 60_000 },
    async () => {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      await page.goto(`${origin}/viewer/index.html?trace=${origin}/one/trace.zip`);
      const step = page.getByText(/click link "Back"/).first();
      await step.click({ timeout: 30_000 });
      const snapshot = page.frameLocator("iframe.snapshot-visible");
      const heading = snapshot.getByRole("heading", { name: "Found a lamp" });
      await heading.waitFor({ timeout: 30_000 });
      expect(await heading.evaluate((element) => getComputedStyle(element).color)).toBe(
        "rgb(200, 0, 100)",
      );
      await snapshot.frameLocator("iframe").getByText("inside").waitFor();
      await page.close();
    },
  );

  it("has lines that the published JSON Schema accepts", () => {
    const path = join(ROOT, "docs", "schemas", "trajectory.schema.json");
    const schema = JSON.parse(readFileSync(path, "utf8")) as object;
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const lines = readFileSync(join(folder, "one", "trajectory.jsonl"), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(5);
    for (const line of lines)
      expect(validate(JSON.parse(line)), JSON.stringify(validate.errors)).toBe(true);
  });

  it("has a trace that `dreamgym import` reads", { timeout: 60_000 }, async () => {
    const trace = join(folder, "one", "trace.zip");
    const run = await runCli("import", trace, "--from", "trace", "--out", join(folder, "back"));
    expect(run.code).toBe(0);
    expect(run.result).toMatch(/1 episode|1 of 1|imported/i);
  });
});
