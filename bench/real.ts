/** How fast the real environment is: a scripted walk on the fixture sites, with trusted input, in 1 to 8 contexts at once. */

import type { Action } from "../src/core/action.ts";
import type { Evaluator } from "../src/core/evaluator.ts";
import type { Observation } from "../src/core/observation.ts";
import type { Task } from "../src/core/task.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
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
  /** Browser contexts at once: two fill two cores. The times of the parts are measured with the first number. */
  contexts: readonly [number, ...number[]];
  now: () => number;
}

/** In milliseconds. */
interface Spread {
  median: number;
  p95: number;
}

export interface RealBench {
  stepsPerSecond: number;
  /** Playwright's obvious loop on the same walk, just before: see `naive.ts`. */
  naiveStepsPerSecond: number;
  steps: number;
  /** Steps per second by the number of contexts. */
  stepsPerSecondOf: Record<number, number>;
  /** Parts of a step, while all contexts run at once. */
  stepMs: Record<"perform" | "settle" | "observe" | "whole", Spread>;
  /** The last step, while nothing else runs: the answer, the last page captured twice, and two checks. */
  evaluateMs: Spread;
  /** The whole reset, likewise: state and browser, start page loaded and observed. */
  resetMs: Spread;
  /** The same while nothing else runs. */
  resetAloneMs: Spread;
  /** Median of resetting the sites' state alone. */
  siteResetMs: number;
}

type Walk = (observation: Observation) => Action;

const RESETS_ALONE = 15;
const EVALUATIONS = 8;

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
  checks: [
    { kind: "url_match", urls: ["http://shopping.test/"] },
    {
      kind: "program_html",
      targets: [{ url: "last", locator: "", required: { mustInclude: ["Account"] } }],
    },
  ],
  templateId: 0,
  world: "A",
};

export async function benchReal(options: RealBenchOptions): Promise<RealBench> {
  await using sites = await startSiteProcess({
    entry: options.sitesEntry,
    worlds: { A: 1 },
    sites: { shopping: "http://shopping.test", reddit: "http://reddit.test" },
  });
  const [contexts, ...others] = options.contexts;
  const naiveStepsPerSecond = await benchNaive({
    ...options,
    contexts,
    sites,
    startUrl: WALK_TASK.startUrls[0] as string,
  });
  const browser = await launchBrowser({
    executablePath: options.executablePath,
    origins: Object.values(sites.origins),
  });
  try {
    const first = await measure(options, contexts, sites, browser);
    const stepsPerSecondOf: RealBench["stepsPerSecondOf"] = { [contexts]: first.stepsPerSecond };
    for (const count of others) {
      const { stepsPerSecond } = await measure(options, count, sites, browser);
      stepsPerSecondOf[count] = stepsPerSecond;
    }
    return { naiveStepsPerSecond, ...first, stepsPerSecondOf };
  } finally {
    await browser.close();
  }
}

async function measure(
  { episodes, now }: RealBenchOptions,
  contexts: number,
  { control, origins }: SiteProcess,
  browser: Awaited<ReturnType<typeof launchBrowser>>,
): Promise<Omit<RealBench, "naiveStepsPerSecond" | "stepsPerSecondOf">> {
  const times = {
    perform: [],
    settle: [],
    observe: [],
    whole: [],
    evaluate: [],
    reset: [],
  } as Record<"perform" | "settle" | "observe" | "whole" | "evaluate" | "reset", number[]>;
  const walkers = Array.from({ length: contexts }, () => {
    let phase: keyof typeof times | "end" = "end";
    let phaseBegan = 0;
    const env = createBrowserEnv({
      browser,
      origins,
      sites: control,
      evaluator: createEvaluator(),
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
    /** After an episode: the obvious loop scores nothing, so this is timed apart. */
    const evaluate = async (): Promise<void> => {
      const began = now();
      const { reward } = await env.step({ kind: "stop", answer: "" });
      times.evaluate.push(now() - began);
      if (reward !== 1) throw new Error("Expected the walk to pass its checks, got a failure.");
    };
    return { env, episode, evaluate, reset };
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
    const resetMs = spread(times.reset);
    const stepMs = {
      perform: spread(times.perform),
      settle: spread(times.settle),
      observe: spread(times.observe),
      whole: spread(times.whole),
    };
    const steps = times.whole.length;
    for (let i = 0; i < EVALUATIONS; i++) {
      await walkers[0]?.episode();
      await walkers[0]?.evaluate();
    }
    times.reset.length = 0;
    for (let i = 0; i < RESETS_ALONE; i++) {
      const observation = await walkers[0]?.reset();
      if (observation !== undefined) await walkers[0]?.env.step((WALK[0] as Walk)(observation));
    }
    return {
      stepsPerSecond: steps / seconds,
      steps,
      stepMs,
      evaluateMs: spread(times.evaluate),
      resetMs,
      resetAloneMs: spread(times.reset),
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

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
  return { median: at(0.5), p95: at(0.95) };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
