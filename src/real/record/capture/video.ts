/**
 * A video of a recording, from its pictures: a frame each time the page was read, with secrets painted over. Playwright's
 * own video would write every frame to the disk first, and needs a program besides the browser.
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright";
import { WebmFile } from "../../../store/webm-file.ts";
import { callSource } from "../../browser/in-page/in-page-source.ts";
import { type EncodedFrame, installFrameEncoder } from "./in-page/encode-frames.ts";

const ENCODER = "encodeFrame";
/** Browsers encode on secure pages alone. No request leaves the browser. */
const PAGE_URL = "https://video.invalid/";
/** How long the last picture is shown. */
const LAST_MS = 1_000;

type Encode = (png: string, timeMs: number) => Promise<EncodedFrame[]>;

export class RecordingVideo {
  readonly #page: Page;
  readonly #now: () => number;
  #path: string | null = null;
  #file: WebmFile | null = null;
  #startedMs: number | null = null;
  #lastMs = 0;
  #last: Buffer | null = null;
  /** Frames on their way, in order. */
  #work: Promise<void> = Promise.resolve();
  #failure: Error | null = null;

  private constructor(page: Page, now: () => number) {
    this.#page = page;
    this.#now = now;
  }

  /** @param browser without a window, which would come to the front */
  static async open(browser: Browser, now: () => number): Promise<RecordingVideo> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.route(PAGE_URL, (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Video</title>" }),
    );
    await page.goto(PAGE_URL);
    await page.evaluate(callSource(installFrameEncoder, ENCODER));
    return new RecordingVideo(page, now);
  }

  /** A recording that was resumed has a video for each part. */
  start(folder: string): void {
    const names = ["video.webm", ...Array.from({ length: 98 }, (_, at) => `video-${at + 2}.webm`)];
    const free = names.find((name) => !existsSync(join(folder, name))) ?? "video.webm";
    this.#path = join(folder, free);
  }

  /** The page looks like this from now on. */
  add(picture: Buffer): void {
    if (this.#last?.equals(picture) === true) return;
    const now = this.#now();
    this.#startedMs ??= now;
    this.#last = picture;
    this.#encode(picture, now - this.#startedMs);
  }

  /** @returns why the video is not whole, or null */
  async finish(): Promise<string | null> {
    const end = this.#now() - (this.#startedMs ?? 0) + LAST_MS;
    if (this.#last !== null) this.#encode(this.#last, end - LAST_MS);
    await this.#work;
    this.#file?.finish(end);
    await this.close();
    if (this.#failure === null) return null;
    const [reason] = this.#failure.message.split("\n");
    return `The video ends early, since the browser could not encode it: ${reason}`;
  }

  async close(): Promise<void> {
    await this.#page
      .context()
      .close()
      .catch(() => null);
  }

  #encode(picture: Buffer, timeMs: number): void {
    this.#work = this.#work
      .then(() => this.#write(picture, timeMs))
      .catch((error: unknown) => {
        this.#failure ??= error as Error;
      });
  }

  async #write(picture: Buffer, timeMs: number): Promise<void> {
    if (this.#path === null || this.#failure !== null) return;
    // Each frame has a time of its own.
    const time = Math.max(Math.round(timeMs), this.#lastMs + 1);
    const frames = await this.#page.evaluate(
      ([name, png, at]) => (globalThis as unknown as Record<string, Encode>)[name]?.(png, at) ?? [],
      [ENCODER, picture.toString("base64"), time] as const,
    );
    for (const { base64, isKey, ...size } of frames) {
      this.#file ??= new WebmFile(this.#path, size);
      this.#file.add(Buffer.from(base64, "base64"), time, isKey);
    }
    this.#lastMs = time;
  }
}
