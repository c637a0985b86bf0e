/** Starts Chromium with the flags that fence it in and make a step cheap. */

import { chromium, type Browser } from "playwright";
import { BrowserError } from "../../core/errors.ts";
import { hostResolverRules, type SiteOrigin } from "../sites/site-origins.ts";

export interface LaunchBrowserOptions {
  executablePath: string;
  /** Every origin that any task in this browser may need; each context narrows them to its own task's. */
  origins: readonly SiteOrigin[];
}

/** The browser's fence and economies. No `--disable-features` here: a second one would replace Playwright's own list. */
function chromiumFlags(origins: readonly SiteOrigin[]): string[] {
  return [
    `--host-resolver-rules=${hostResolverRules(origins)}`,
    // WebRTC would send UDP past resolver and proxy.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    // All frames of a tab in one process: one protocol session sees every iframe, and a change of site starts no renderer.
    "--disable-site-isolation-trials",
    "--disable-smooth-scrolling",
    "--mute-audio",
    // Playwright's own one stays, since the last list is the one that counts. One frame of a tab shows one document after
    // the other, as Chromium long did: a new one for each costs a fifth of a step's CPU.
    "--enable-features=CDPScreenshotNewSurface,RenderDocument:level/crashed-frame",
    // Drawing in software inside the browser process: 126 instead of 146 ms of Chromium's CPU a step, one run each on a
    // busy machine (repeated: 113), so a hint and no proof. Screenshots and animation frames stay; WebGL does not.
    "--in-process-gpu",
    "--disable-gpu",
    "--disable-gpu-compositing",
    "--disable-software-rasterizer",
  ];
}

/** @throws ConfigError for an origin that is none; BrowserError when it does not start */
export async function launchBrowser(options: LaunchBrowserOptions): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  const args = chromiumFlags(options.origins);
  try {
    return await chromium.launch({
      executablePath: options.executablePath,
      // The sandbox cannot be set up by root; everywhere else it stays on.
      chromiumSandbox: !isRoot,
      args,
      // Ctrl-C is the caller's to handle: it closes browsers and files in order.
      handleSIGINT: false,
      handleSIGTERM: false,
      handleSIGHUP: false,
    });
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new BrowserError(
      `Expected Chromium at ${options.executablePath} to start, got: ${reason}. Run \`dreamgym doctor\`.`,
      { cause: error },
    );
  }
}
