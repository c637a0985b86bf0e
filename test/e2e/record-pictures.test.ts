/** Pictures of a recording: every place that shows a secret is painted over, and nothing else. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser, Page } from "playwright";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { type PageServer, startPageServer } from "../support/page-server.ts";
import { TestRecording } from "../support/recording.ts";

const SECRET = "kn-7x9Q-4539zz";

let server: PageServer;
let foreign: PageServer;
let browser: Browser;
let reader: Page;
beforeAll(async () => {
  server = await startPageServer();
  foreign = await startPageServer();
  const { path } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });
  browser = await launchBrowser({ executablePath: path, origins: null });
  reader = await browser.newPage();
});
afterAll(async () => {
  await browser.close();
  await server[Symbol.asyncDispose]();
  await foreign[Symbol.asyncDispose]();
});

const style =
  "<style>body { margin: 0; font: 20px/30px sans-serif; color: #c00; background: #fff }</style>";
/** A red word in each place. */
const BODIES: Record<string, (secret: string) => string> = {
  text: (secret) => `<p>${secret}</p>`,
  "a word in several elements, in capital letters": (secret) =>
    `<p style="text-transform: uppercase"><b>${secret.slice(0, 5)}</b><i>${secret.slice(5)}</i></p>`,
  "a value with gaps": (secret) =>
    `<p>${secret.slice(0, 4)} ${secret.slice(4, 9)} <span>${secret.slice(9)}</span></p>`,
  "a page that is scrolled": (secret) =>
    `<div style="height: 3000px"></div><p>${secret}</p><div style="height: 300px"></div><script>scrollTo(0, 2800)</script>`,
  "a pseudo element": (secret) => `<style>p::before { content: "${secret}" }</style><p></p>`,
  "a text hidden from the accessibility tree": (secret) => `<p aria-hidden="true">${secret}</p>`,
  "a field": (secret) => `<input style="font: inherit; color: inherit" value="${secret}">`,
  "a button": (secret) => `<input type="button" style="color: inherit" value="${secret}">`,
  "a hint in a field": (secret) =>
    `<style>::placeholder { color: #c00 }</style><input placeholder="${secret}">`,
  "a closed list": (secret) =>
    `<select style="color: #c00"><option>a</option><option selected>${secret}</option></select>`,
  "an image that is missing": (secret) => `<img src="/none.png" alt="${secret}">`,
  "an open shadow tree": (secret) =>
    `<div id="host"></div><script>host.attachShadow({ mode: "open" }).innerHTML = "<p>${secret}</p>"</script>`,
  "a closed shadow tree": (secret) =>
    `<div id="host"></div><script>host.attachShadow({ mode: "closed" }).innerHTML = "<p>${secret}</p>"</script>`,
  "a drawing of text": (secret) =>
    `<svg width="400" height="60"><text y="40" fill="#c00">${secret}</text></svg>`,
};

describe("a picture", () => {
  /** How many pixels are red, and how many are black. */
  const count = async (png: Buffer): Promise<{ red: number; black: number }> => {
    const url = `data:image/png;base64,${png.toString("base64")}`;
    return await reader.evaluate(async (source) => {
      const image = await createImageBitmap(await (await fetch(source)).blob());
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      const { data } = context.getImageData(0, 0, image.width, image.height);
      const found = { red: 0, black: 0 };
      for (let at = 0; at < data.length; at += 4) {
        const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
        if (red > 150 && green < 100 && blue < 100) found.red++;
        if (red + green + blue === 0) found.black++;
      }
      return found;
    }, url);
  };
  const picture = async (body: string, isMasked: boolean): Promise<Buffer> => {
    const recording = new TestRecording();
    if (isMasked) recording.secrets.add("known", SECRET);
    server.pages["/"] = `<!doctype html><title>Page</title>${style}${body}`;
    try {
      await recording.start(browser, `http://${server.address}/`, { takesScreenshots: true });
      const taken = recording.recorder.state?.screenshot ?? null;
      expect(taken).not.toBeNull();
      return taken as Buffer;
    } finally {
      await recording.end();
    }
  };
  /** Another port is another origin. The frame is scrolled. */
  const inFrame = (body: string, attributes: string): string => {
    foreign.pages["/"] =
      `<!doctype html>${style}<div style="height: 900px"></div>${body}<script>scrollTo(0, 800)</script>`;
    return `<p style="color: #00f">before</p><iframe ${attributes} width="500" height="200" src="http://${foreign.address}/"></iframe>`;
  };

  it.each(Object.keys(BODIES))("is painted over %s", { timeout: 30_000 }, async (name) => {
    const body = (BODIES[name] as (typeof BODIES)[string])(SECRET);
    const open = await count(await picture(body, false));
    expect(open.red).toBeGreaterThan(50);
    const painted = await count(await picture(body, true));
    expect(painted.red).toBe(0);
    expect(painted.black).toBeGreaterThan(500);
    // The window has 921,600 pixels.
    expect(painted.black).toBeLessThan(40_000);
  });

  it.each([
    ["a frame of another origin", `style="margin-left: 40px; padding: 7px"`],
    ["a frame that is scaled", `style="transform: scale(1.2); transform-origin: 0 0"`],
  ])("is painted over text in %s", { timeout: 30_000 }, async (_, attributes) => {
    const body = inFrame(`<p>${SECRET}</p>`, attributes);
    expect((await count(await picture(body, false))).red).toBeGreaterThan(20);
    const painted = await count(await picture(body, true));
    expect(painted.red).toBe(0);
    expect(painted.black).toBeGreaterThan(500);
    // A frame that is scaled is painted as a whole.
    expect(painted.black).toBeLessThan(160_000);
  });

  it("is not taken of a secret that moves", { timeout: 30_000 }, async () => {
    const recording = new TestRecording();
    recording.secrets.add("known", SECRET);
    server.pages["/"] =
      `<!doctype html><title>Page</title>${style}<p id="p" style="position: absolute">${SECRET}</p>
      <script>let x = 0; const move = () => { p.style.left = (x = (x + 7) % 600) + "px"; requestAnimationFrame(move); }; move();</script>`;
    try {
      await recording.start(browser, `http://${server.address}/`, { takesScreenshots: true });
      expect(recording.recorder.state?.screenshot).toBeNull();
    } finally {
      await recording.end();
    }
  });
});
