/** Starts Chromium with flags that limit its origins and make a step cheap. */

import { chromium, type Browser } from "playwright";
import { BrowserError } from "../../core/errors.ts";
import { hostResolverRules, type SiteOrigin } from "../sites/site-origins.ts";

export interface LaunchBrowserOptions {
  executablePath: string;
  /** Every origin that a task in this browser may need. Each context narrows them to its own task's. Null: any. */
  origins: readonly SiteOrigin[] | null;
  /** False: in a window for a person. Default: true. */
  isHeadless?: boolean;
  /** Where Playwright keeps the parts of a trace. Default: the system's folder for temporary files. */
  tracesFolder?: string;
}

/** Flags for isolation and speed. No `--disable-features` here: it would replace Playwright's own list. */
function chromiumFlags(origins: readonly SiteOrigin[] | null): string[] {
  return [
    ...(origins === null ? [] : [`--host-resolver-rules=${hostResolverRules(origins)}`]),
    // WebRTC would send UDP past the resolver and the proxy.
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    // Keeps all frames of a tab in one process. One protocol session sees every iframe, and another site needs no new
    // renderer.
    "--disable-site-isolation-trials",
    "--disable-smooth-scrolling",
    "--mute-audio",
    // Playwright's own value stays, since the last list wins. One frame of a tab shows one document after another, as
    // Chromium did for a long time: a new frame per document costs a fifth of a step's CPU.
    "--enable-features=CDPScreenshotNewSurface,RenderDocument:level/crashed-frame",
    // Draws in software inside the browser process: 126 instead of 146 ms of Chromium's CPU per step. One run each on a
    // busy machine (repeated: 113), so this is a hint, not proof. Screenshots and animation frames work. WebGL doesn't.
    "--in-process-gpu",
    "--disable-gpu",
    "--disable-gpu-compositing",
    "--disable-software-rasterizer",
  ];
}

/** @throws ConfigError for an invalid origin; BrowserError if Chromium does not start */
export async function launchBrowser(options: LaunchBrowserOptions): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  const args = chromiumFlags(options.origins);
  try {
    return await chromium.launch({
      executablePath: options.executablePath,
      // Root cannot set up the sandbox. It stays on everywhere else.
      chromiumSandbox: !isRoot,
      headless: options.isHeadless ?? true,
      ...(options.tracesFolder !== undefined && { tracesDir: options.tracesFolder }),
      args,
      // The caller handles Ctrl-C: it closes browsers and files in order.
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
