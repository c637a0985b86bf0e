/**
 * BrowserGym side by side, in one run on one machine: MiniWoB++ episodes, the walk on `shopping`, and which elements
 * each of them sees.
 *
 *     npx tsx tools/install-browsergym.ts <folder>, then the exports that it prints
 *     npx tsx bench/browsergym/main.ts [miniwob] [walk] [elements]
 */

import { OWN_SITE_URLS, siteEntry } from "../../fixtures/index.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { createBrowserEnv } from "../../src/real/browser/browser-env.ts";
import { launchBrowser } from "../../src/real/browser/launch-browser.ts";
import { openMiniwobBenchmark } from "../../src/real/harness/miniwob/open-miniwob-benchmark.ts";
import { findPages } from "../../src/real/harness/miniwob/pages.ts";
import { serveFolder } from "../../src/real/sites/folder-server.ts";
import { hostResolverRules } from "../../src/real/sites/site-origins.ts";
import { startSiteProcess, type SiteProcess } from "../../src/real/sites/site-process.ts";
import { MINIWOB_SOLVERS } from "../../test/support/miniwob-solvers.ts";
import { NO_CHECKS, WALK, WALK_TASK } from "../real.ts";
import { compareElements, createCounts } from "./elements.ts";
import { playHere, playInGym, Times } from "./episodes.ts";
import { Gym, type GymOptions } from "./worker.ts";

const PARTS = ["miniwob", "walk", "elements"] as const;
type Part = (typeof PARTS)[number];
/** Pages whose scripts need nothing but elements that BrowserGym gives an id. */
const PAGES =
  "click-test click-button click-dialog click-option click-tab click-checkboxes enter-text enter-password login-user focus-text-2 read-table simple-arithmetic".split(
    " ",
  );
const SEEDS = [0, 1];
const WALKS = 3;
const PAGES_OF_SITE = 17;

const words = process.argv.slice(2);
const parts: readonly Part[] =
  words.length === 0 ? PARTS : PARTS.filter((part) => words.includes(part));
const environment = process.env["DREAMGYM_BROWSERGYM"];
const folder = process.env["DREAMGYM_MINIWOB"];
if (environment === undefined || folder === undefined) {
  console.error(
    "Expected DREAMGYM_BROWSERGYM and DREAMGYM_MINIWOB, got nothing. Run `npx tsx tools/install-browsergym.ts <folder>` and export what it prints.",
  );
  process.exit(2);
}
const now = (): number => performance.now();
const tell = (line: string): void => {
  process.stderr.write(`${line}\n`);
};
const { path: executable } = await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] });

/** The three ways to run episodes. */
const createTimes = (): Record<"gym" | "gymWithoutWaits" | "here", Times> => ({
  gym: new Times(),
  gymWithoutWaits: new Times(),
  here: new Times(),
});

function summarize(times: ReturnType<typeof createTimes>): Record<string, unknown> {
  const [gym, bare, here] = [times.gym, times.gymWithoutWaits, times.here].map((each) =>
    each.summarize(),
  );
  const ratio = (other = gym): Record<string, number> => ({
    stepsPerSecond: (here?.stepsPerSecond ?? 0) / (other?.stepsPerSecond ?? 0),
    reset: (other?.resetMs ?? 0) / (here?.resetMs ?? 0),
    episode: (other?.episodeMs ?? 0) / (here?.episodeMs ?? 0),
  });
  return {
    browsergym: gym,
    browsergymWithoutWaits: bare,
    here,
    timesFasterThanBrowsergym: ratio(gym),
    timesFasterThanBrowsergymWithoutWaits: ratio(bare),
  };
}

async function benchMiniwob(gym: Gym, pagesFolder: string): Promise<Record<string, unknown>> {
  const pages = await findPages(pagesFolder);
  await using server = await serveFolder({ folder: pages.folder, script: "" });
  const options = (page: string, delays: boolean): GymOptions => ({
    kind: "miniwob",
    page,
    url: `http://${server.address}/miniwob/`,
    delays,
    executable,
    flags: [],
  });
  const pageSeeds: number[] = [];
  for (const seed of SEEDS) {
    await gym.open(options("click-test", false));
    pageSeeds.push((await gym.reset(seed)).pageSeed);
  }
  await using benchmark = await openMiniwobBenchmark({
    path: pagesFolder,
    executablePath: executable,
    pages: PAGES,
    seeds: pageSeeds,
  });
  const env = await benchmark.openEnv(0);
  const times = createTimes();
  let same = 0;
  for (const page of PAGES) {
    tell(`miniwob: ${page} …`);
    for (const [index, seed] of SEEDS.entries()) {
      const moves = MINIWOB_SOLVERS[page] ?? [];
      const task = benchmark.tasks.find(({ id }) => id === `miniwob.${page}.${pageSeeds[index]}`);
      if (task === undefined) throw new Error(`Expected a task of ${page}, got none.`);
      const played = [
        await playInGym(gym, options(page, true), seed, moves, times.gym),
        await playInGym(gym, options(page, false), seed, moves, times.gymWithoutWaits),
        await playHere(env, task, moves, times.here, now),
      ];
      if (new Set(played.map(({ goal, reward }) => `${goal} ${reward}`)).size === 1) same++;
      else tell(`  differs: ${JSON.stringify(played)}`);
    }
  }
  return { episodes: PAGES.length * SEEDS.length, sameGoalAndReward: same, ...summarize(times) };
}

async function pageOptions(sites: SiteProcess, url: string, delays: boolean): Promise<GymOptions> {
  const { headers, cookies } = await sites.control.startEpisode("A");
  return {
    kind: "page",
    url,
    delays,
    executable,
    flags: [`--host-resolver-rules=${hostResolverRules(Object.values(sites.origins))}`],
    context: {
      extra_http_headers: headers,
      storage_state: {
        cookies: cookies.flatMap(({ site, name, value }) => {
          const origin = sites.origins[site]?.origin;
          if (origin === undefined) return [];
          const { hostname: domain } = new URL(origin);
          return [
            {
              name,
              value,
              domain,
              path: "/",
              expires: -1,
              httpOnly: false,
              secure: false,
              sameSite: "Lax",
            },
          ];
        }),
        origins: [],
      },
    },
  };
}

async function openHere({ origins, control }: SiteProcess) {
  const browser = await launchBrowser({
    executablePath: executable,
    origins: Object.values(origins),
  });
  return {
    browser,
    env: createBrowserEnv({ browser, origins, sites: control, evaluator: NO_CHECKS }),
  };
}

async function benchWalk(gym: Gym, sites: SiteProcess): Promise<Record<string, unknown>> {
  const { browser, env } = await openHere(sites);
  const times = createTimes();
  const [start = ""] = WALK_TASK.startUrls;
  try {
    await playHere(env, WALK_TASK, WALK, new Times(), now);
    for (let walk = 0; walk < WALKS; walk++) {
      tell(`walk ${walk + 1} …`);
      await playInGym(gym, await pageOptions(sites, start, true), 0, WALK, times.gym);
      await playInGym(gym, await pageOptions(sites, start, false), 0, WALK, times.gymWithoutWaits);
      await playHere(env, WALK_TASK, WALK, times.here, now);
    }
  } finally {
    await env[Symbol.asyncDispose]();
    await browser.close();
  }
  return { walks: WALKS, ...summarize(times) };
}

async function benchElements(gym: Gym, sites: SiteProcess): Promise<Record<string, unknown>> {
  const { browser, env } = await openHere(sites);
  const counts = createCounts();
  try {
    for (const [site, { origin }] of Object.entries(sites.origins)) {
      tell(`elements: ${site} …`);
      const start = `${origin}/`;
      const task = { ...WALK_TASK, startUrls: [start], sites: [site], maxSteps: PAGES_OF_SITE + 2 };
      await env.reset({ task, seed: 0 });
      await gym.open(await pageOptions(sites, start, false));
      await gym.reset(0);
      await compareElements(gym, env, start, PAGES_OF_SITE, counts);
    }
  } finally {
    await env[Symbol.asyncDispose]();
    await browser.close();
  }
  const differences = Object.entries(counts.differences).toSorted(([, a], [, b]) => b - a);
  return { ...counts, differences: Object.fromEntries(differences.slice(0, 40)) };
}

const gym = new Gym(environment);
const result: Record<string, unknown> = {};
if (parts.includes("miniwob")) result["miniwob"] = await benchMiniwob(gym, folder);
if (parts.includes("walk") || parts.includes("elements")) {
  await using sites = await startSiteProcess({
    entry: siteEntry(),
    worlds: { A: 1 },
    sites: OWN_SITE_URLS,
  });
  if (parts.includes("walk")) result["walk"] = await benchWalk(gym, sites);
  if (parts.includes("elements")) result["elements"] = await benchElements(gym, sites);
}
await gym.close();
console.log(JSON.stringify(result, null, 2));
