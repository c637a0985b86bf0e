/** What `dreamgym record` writes next to the trajectory. */

import { dirname, join } from "node:path";
import { launchBrowser } from "../real/browser/launch-browser.ts";
import { toPlaywrightTrace } from "../real/record/exports/playwright-trace.ts";
import { writeFileWhole } from "../store/run-folder.ts";
import { readTrajectory } from "../store/trajectory-file.ts";

/** Writes `trace.zip` next to the trajectory. */
export async function writeTrace(path: string): Promise<void> {
  const folder = dirname(path);
  const trajectory = await readTrajectory(path);
  writeFileWhole(join(folder, "trace.zip"), toPlaywrightTrace({ trajectory, folder }));
}

/** A browser that encodes a video. In a person's own, its window would come to the front. */
export async function openEncoder(
  executablePath: string,
  closers: (() => PromiseLike<void>)[],
): ReturnType<typeof launchBrowser> {
  const encoder = await launchBrowser({ executablePath, origins: [] });
  closers.push(() => encoder.close());
  return encoder;
}
