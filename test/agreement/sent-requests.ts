/** Of what a walk sends: what a recording cannot know, and what only a layout decides. */

import type { Observation } from "../../src/core/observation.ts";
import { actionErrors } from "../../src/page/action-errors.ts";
import { frameUrl } from "../../src/page/frame-address.ts";
import type { PageDocument } from "../../src/page/page-document.ts";
import { MASK } from "../../src/page/secrets.ts";

const REFUSALS = [actionErrors.notVisible("0"), actionErrors.covered("0", "\0")].map(
  (sentence) => sentence.slice("Element [0]".length).split("\0")[0] ?? "",
);

/** Whether Chromium found no box of the element, or another one over it. */
export function isRefusedByLayout({ lastActionError }: Observation): boolean {
  return lastActionError !== null && REFUSALS.some((part) => lastActionError.includes(part));
}

/** As forms write it. */
const MASKS = [MASK, encodeURIComponent(MASK)];

/** Whether a request sends a mask in the place of a secret. */
export function holdsMask(sent: readonly string[]): boolean {
  return sent.some((line) => MASKS.some((mask) => line.includes(mask)));
}

/**
 * A recording masks secrets, so what it sends for one stands for any value.
 *
 * @param sent by Chromium
 * @param masked the same requests with masks
 * @returns the requests of Chromium, with the masks where the rest is equal
 */
export function withMasks(sent: readonly string[], masked: readonly string[]): string[] {
  return sent.map((line, i) => {
    const got = masked[i] ?? "";
    if (!holdsMask([got])) return line;
    const rest = MASKS.reduce((text, mask) => text.replaceAll(mask, "\0"), got).split("\0");
    const pattern = new RegExp(`^${rest.map(escaped).join(String.raw`[^&"\\]*`)}$`, "u");
    return pattern.test(line) ? got : line;
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/gu, String.raw`\$&`);
}

/** Whether requests ask for a page. */
export function loads(sent: readonly string[], { url }: PageDocument): boolean {
  return sent.some((line) => pathOf(line) === new URL(url).pathname);
}

const pathOf = (line: string): string => (JSON.parse(line) as string[])[2] ?? "";

/**
 * A recording holds the documents of its frames, so nobody asks for them when it loads.
 *
 * @param sent by Chromium, which asks for them after the start page
 */
export function withoutFrameLoads(
  sent: readonly string[],
  { frames, url }: PageDocument,
): string[] {
  const { pathname } = new URL(url);
  const start = sent.findIndex((line) => pathOf(line) === pathname);
  if (start === -1) return [...sent];
  const loads = [...frames.keys()].flatMap((frame) => {
    const address = frameUrl(frame);
    return address === null ? [] : [address.slice(new URL(address).origin.length)];
  });
  return sent.filter((line, i) => {
    const load = i > start ? loads.indexOf(pathOf(line)) : -1;
    if (load !== -1) loads.splice(load, 1);
    return load === -1;
  });
}
