/** How fast the real environment is: a scripted walk on the fixture sites, with trusted input, in two contexts at once. */

import type { Action } from "../src/core/action.ts";
import type { Evaluator } from "../src/core/evaluator.ts";
import type { Observation } from "../src/core/observation.ts";
import type { Task } from "../src/core/task.ts";
import { createBrowserEnv } from "../src/real/browser/browser-env.ts";
import { launchBrowser } from "../src/real/browser/launch-browser.ts";
import { startSiteProcess, type SiteProcess } from "../src/real/sites/site-process.ts";
import { benchNaive } from "./naive.ts";

export interface RealBenchOptions {
  executablePath: string;
  /** Module that serves the fixture sites. */
  sitesEntry: string;
  /** Episodes of each context; the first of each is warm-up and not counted. */
  episodes: number;
  /** Browser contexts at once: two fill two cores. */
  contexts: number;
  now: () => number;
}

export interface RealBench {
  stepsPerSecond: number;
  /** Playwright's obvious loop on the same walk, just before: see `naive.ts`. */
  naiveStepsPerSecond: number;
  steps: number;
  /** Medians, in milliseconds, while all contexts run at once. */
  stepMs: { perform: number; settle: number; observe: number; whole: number };
  /** Median of the whole reset, likewise: state and browser, start page loaded and observed. */
  resetMs: number;
  /** The same while nothing else runs. */
  resetAloneMs: number;
  /** Median of resetting the sites' state alone. */
  siteResetMs: number;
}

type Walk = (observation: Observation) => Action;

const RESETS_ALONE = 15;

/** Ten actions of which seven load a page: links, a form, history, typing, the wheel, the mouse alone. */
export const WALK: readonly Walk[] = [
  (seen) => ({ kind: "click", ref: find(seen, "link", { url: /\/category\// }) }),
  (seen) => ({ kind: "click", ref: find(seen, "link", { url: /\/product\// }) }),
  () => ({ kind: "scroll", direction: "down" }),
  (seen) => ({ kind: "type", ref: find(seen, "searchbox", {}), text: "lamp", submit: false }),
  (seen) => ({ kind: "click", ref: find(seen, "button", { name: /^Search$/ }) }),
  () => ({ kind: "goBack" }),
  (seen) => ({ kind: "click", ref: find(seen, "link", { name: /^Account$/ }) }),
  (seen) => ({ kind: "hover", ref: find(seen, "link", { name: /^Orders$/ }) }),
  (seen) => ({ kind: "click", ref: find(seen, "link", { name: /^Orders$/ }) }),
  (seen) => ({ kind: "click", ref: find(seen, "link", { url: /\/$/ }) }),
];

function find(
  { nodes, url }: Observation,
  role: string,
  { name, url: target }: { name?: RegExp; url?: RegExp },
): string {
  const node = nodes.find(
    (node) =>
      node.role === role &&
      (name === undefined || name.test(node.name)) &&
      (target === undefined || target.test(node.url ?? "")),
  );
  if (node === undefined) throw new Error(`The walk expected a ${role} on ${url}, got none.`);
  return node.ref;
}

export const NO_CHECKS: Evaluator = {
  evaluate: () => Promise.resolve({ status: "scored", value: 0, checks: [] }),
};

export const WALK_TASK: Task = {
  id: "bench",
  goal: "Walk.",
  startUrls: ["http://shopping.test/"],
  sites: ["shopping"],
  maxSteps: WALK.length + 1,
  checks: [],
  templateId: 0,
  world: "A",
};

export async function benchReal(options: RealBenchOptions): Promise<RealBench> {
  await using sites = await startSiteProcess({
    entry: options.sitesEntry,
    worlds: { A: 1 },
    sites: { shopping: "http://shopping.test", reddit: "http://reddit.test" },
  });
  const naiveStepsPerSecond = await benchNaive({
    ...options,
    sites,
    startUrl: WALK_TASK.startUrls[0] as string,
  });
  const browser = await launchBrowser({
    executablePath: options.executablePath,
    origins: Object.values(sites.origins),
  });
  try {
    return { naiveStepsPerSecond, ...(await measure(options, sites, browser)) };
  } finally {
    await browser.close();
  }
}

async function measure(
  { contexts, episodes, now }: RealBenchOptions,
  { control, origins }: SiteProcess,
  browser: Awaited<ReturnType<typeof launchBrowser>>,
): Promise<Omit<RealBench, "naiveStepsPerSecond">> {
  const times = { perform: [], settle: [], observe: [], whole: [], reset: [] } as Record<
    "perform" | "settle" | "observe" | "whole" | "reset",
    number[]
  >;
  const walkers = Array.from({ length: contexts }, () => {
    let phase: keyof typeof times | "end" = "end";
    let phaseBegan = 0;
    const env = createBrowserEnv({
      browser,
      origins,
      sites: control,
      evaluator: NO_CHECKS,
      onPhase: (next) => {
        const time = now();
        if (phase !== "end") times[phase].push(time - phaseBegan);
        phase = next;
        phaseBegan = time;
      },
    });
    const reset = async (): Promise<Observation> => {
      const began = now();
      const observation = await env.reset({ task: WALK_TASK, seed: 0 });
      times.reset.push(now() - began);
      return observation;
    };
    const episode = async (): Promise<void> => {
      let observation = await reset();
      for (const next of WALK) {
        const stepBegan = now();
        const result = await env.step(next(observation));
        times.whole.push(now() - stepBegan);
        ({ observation } = result);
        if (observation.lastActionError !== null) throw new Error(observation.lastActionError);
      }
    };
    return { env, episode, reset };
  });
  try {
    await Promise.all(walkers.map(({ episode }) => episode()));
    for (const list of Object.values(times)) list.length = 0;
    const began = now();
    await Promise.all(
      walkers.map(async ({ episode }) => {
        for (let i = 0; i < episodes; i++) await episode();
      }),
    );
    const seconds = (now() - began) / 1_000;
    const resetMs = median(times.reset);
    times.reset.length = 0;
    for (let i = 0; i < RESETS_ALONE; i++) {
      const observation = await walkers[0]?.reset();
      if (observation !== undefined) await walkers[0]?.env.step((WALK[0] as Walk)(observation));
    }
    return {
      stepsPerSecond: times.whole.length / seconds,
      steps: times.whole.length,
      stepMs: {
        perform: median(times.perform),
        settle: median(times.settle),
        observe: median(times.observe),
        whole: median(times.whole),
      },
      resetMs,
      resetAloneMs: median(times.reset),
      siteResetMs: await measureSiteReset(control, now),
    };
  } finally {
    for (const { env } of walkers) await env[Symbol.asyncDispose]();
  }
}

async function measureSiteReset(
  control: SiteProcess["control"],
  now: () => number,
): Promise<number> {
  const { token } = await control.startEpisode("A");
  const times: number[] = [];
  for (let i = 0; i < 21; i++) {
    const began = now();
    await control.resetEpisode(token);
    times.push(now() - began);
  }
  await control.endEpisode(token);
  return median(times);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
