/** MiniWoB++ as a benchmark: its pages from a local server, and a browser for each environment. */

import { z } from "zod";
import { wrapEnv } from "../../../core/wrap-env.ts";
import { openOwnBrowser } from "../../browser/own-browser-env.ts";
import { callSource } from "../../browser/in-page/in-page-source.ts";
import { shiftClock } from "../../browser/in-page/shift-clock.ts";
import { WINDOW_SIZE } from "../../browser/window-size.ts";
import { serveFolder } from "../../sites/folder-server.ts";
import type { Benchmark } from "../benchmark.ts";
import { createMiniwobEnv } from "./miniwob-env.ts";
import { listTasks, MINIWOB_ORIGIN, MINIWOB_SITE } from "./miniwob-tasks.ts";
import { NEED_WORDS, PAGE_NEEDS } from "./page-needs.ts";
import { findPages } from "./pages.ts";

const MiniwobOptionsSchema = z.strictObject({
  path: z.string().min(1).describe("a MiniWoB++ checkout, or PyPI's unpacked miniwob package"),
  executablePath: z.string().min(1).describe("Chromium"),
  pages: z
    .array(z.string().min(1))
    .min(1)
    .exactOptional()
    .describe("names of pages; default: all that the agent's actions can solve"),
  seeds: z
    .array(z.int().min(0))
    .min(1)
    .default([0, 1, 2, 3, 4])
    .describe("seeds of each page's problems"),
  maxSteps: z.int().min(1).default(10).describe("actions in one episode (BrowserGym: 10)"),
  success: z
    .enum(["positive", "full"])
    .default("positive")
    .describe("raw reward that counts: above 0, as in BrowserGym, or 1"),
  reload: z
    .boolean()
    .default(false)
    .describe("load the page for every episode, as BrowserGym does"),
  limitMs: z
    .int()
    .min(1)
    .nullable()
    .default(1_000_000)
    .describe(
      "an episode's time on the page's clock (BrowserGym: 1,000,000); null: the page's own limit",
    ),
});
export type MiniwobOptions = z.input<typeof MiniwobOptionsSchema>;

/** What pages read as the time when they load. Date pickers mark today, and a calendar starts with it. */
const START_OF_CLOCK = "2026-01-15T12:00:00Z";

/** @throws ConfigError, SiteError */
export async function openMiniwobBenchmark(input: MiniwobOptions): Promise<Benchmark> {
  const options = MiniwobOptionsSchema.parse(input);
  const { seeds, maxSteps, success, limitMs, reload, executablePath } = options;
  const pages = await findPages(options.path);
  const listed = listTasks({
    pages: pages.names,
    wanted: options.pages ?? null,
    seeds,
    maxSteps,
  });
  const tasks = new Map(listed.map((listing) => [listing.task.id, listing]));
  const played = new Set(listed.map(({ page }) => page));
  const script = callSource(shiftClock, Date.parse(START_OF_CLOCK));
  const server = await serveFolder({ folder: pages.folder, script });
  const origin = { origin: MINIWOB_ORIGIN, address: server.address };
  const closers = new Set<() => Promise<void>>();
  let browserVersion = "not started";
  return {
    name: "miniwob",
    tasks: listed.map(({ task }) => task),
    isolated: true,
    async openEnv() {
      const own = await openOwnBrowser(executablePath, { [MINIWOB_SITE]: origin });
      browserVersion = (await own.browser()).version();
      const env = createMiniwobEnv({
        browser: own.browser,
        origin,
        tasks,
        success,
        limitMs,
        reload,
      });
      const close = async (): Promise<void> => {
        closers.delete(close);
        await own.close(env);
      };
      closers.add(close);
      return wrapEnv(env, { [Symbol.asyncDispose]: close });
    },
    get facts() {
      return {
        pages: String(played.size),
        pagesSha256: pages.sha256,
        leftOut: describeLeftOut(pages.names.filter((name) => !played.has(name))),
        seeds: seeds.join(","),
        success: success === "full" ? "raw reward of 1" : "raw reward above 0",
        episodeMs: limitMs === null ? "the page's own" : String(limitMs),
        reload: reload ? "every episode" : "where a page needs it",
        clock: START_OF_CLOCK,
        chromium: browserVersion,
        viewport: `${WINDOW_SIZE.width}x${WINDOW_SIZE.height}`,
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...closers].map((close) => close()));
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Pages of the folder without tasks, by what they need: `drag-box (needs …)`. */
function describeLeftOut(names: readonly string[]): string {
  return names
    .map((name) => {
      const need = PAGE_NEEDS[name];
      return need === undefined ? name : `${name} (needs ${NEED_WORDS[need]})`;
    })
    .join("; ");
}
