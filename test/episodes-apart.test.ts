/** On every self-hosted site, eight episodes at once equal eight single ones, and a thousand resets leave nothing. */

import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OWN_SITE_URLS } from "../fixtures/site-urls.ts";
import type { StartedEpisode } from "../fixtures/sites/episodes.ts";
import { serveSites } from "../fixtures/sites/site-client.ts";
import { siteEntry } from "../fixtures/site-providers.ts";
import { runEpisode } from "../src/core/episode.ts";
import { createRandom } from "../src/core/random.ts";
import type { Task } from "../src/core/task.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { createEvaluator } from "../src/evaluation/evaluator.ts";
import { createHttpEnv, type HttpEnv } from "../src/text-browser/http/http-env.ts";
import { createExplorer } from "../src/agent/baselines/explorer.ts";
import { startSiteProcess, type SiteProcess } from "../src/real/sites/site-process.ts";

const SIDE_BY_SIDE = 8;
const STEPS = 12;
const RUNS = 2;
/** The encyclopedia is not edited. */
const READ_ONLY = new Set(["wikipedia"]);

/** Explorers type words from the goal. */
const walkOn = (site: string): Task => ({
  id: `walk on ${site}`,
  goal: 'Change everything to "Violet Tuesday" and "17".',
  startUrls: [`${OWN_SITE_URLS[site]}/`],
  sites: [site],
  maxSteps: STEPS,
  checks: [{ kind: "string_match", exactMatch: "N/A" }],
  templateId: 0,
  world: "A",
});

function walk(env: HttpEnv, site: string, seed: number): Promise<Trajectory> {
  return runEpisode({
    env,
    policy: createExplorer({ random: createRandom(seed), forbids: () => false }),
    task: walkOn(site),
    seed,
    id: String(seed),
    actor: "explorer",
    source: "real",
  });
}

/** All observations and requests. */
const storyOf = ({ transitions, finalObservation, error }: Trajectory) => ({
  error,
  steps: transitions.map(({ observation, requests }) => ({
    url: observation.url,
    nodes: observation.nodes,
    requests,
  })),
  end: finalObservation.nodes,
});

describe("eight episodes side by side", () => {
  let sites: SiteProcess;
  let envs: HttpEnv[];
  beforeAll(async () => {
    sites = await startSiteProcess({ entry: siteEntry(), worlds: { A: 1 }, sites: OWN_SITE_URLS });
    envs = Array.from({ length: SIDE_BY_SIDE }, () =>
      createHttpEnv({
        origins: sites.origins,
        evaluator: createEvaluator(),
        sites: sites.control,
      }),
    );
  });
  afterAll(async () => {
    for (const env of envs) await env[Symbol.asyncDispose]();
    await sites[Symbol.asyncDispose]();
  });

  it.each(Object.keys(OWN_SITE_URLS))(
    "on %s see what each would see alone",
    async (site) => {
      let changes = 0;
      await fc.assert(
        fc.asyncProperty(fc.nat(1_000_000), async (base) => {
          const seeds = envs.map((_, index) => base + index);
          const together = await Promise.all(
            envs.map((env, index) => walk(env, site, seeds[index] ?? 0)),
          );
          for (const [index, seed] of seeds.entries()) {
            const alone = await walk(envs[0] as HttpEnv, site, seed);
            expect(storyOf(together[index] as Trajectory)).toEqual(storyOf(alone));
            changes += alone.transitions
              .flatMap(({ requests }) => requests)
              .filter(({ method, status }) => method === "POST" && (status ?? 500) < 400).length;
          }
        }),
        { numRuns: RUNS, seed: 1 },
      );
      expect(changes > 0).toBe(!READ_ONLY.has(site));
    },
    120_000,
  );
});

describe("a thousand resets", () => {
  it("leave memory unchanged", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    await using served = await serveSites();
    const episode = served.episodes.start("A") as StartedEpisode;
    const change = async (count: number): Promise<number> => {
      for (let turn = 0; turn < count; turn++) {
        const form = { phone: `555-${"9".repeat(1_000)}${turn}` };
        const { status } = await served.send("/account", { episode, form });
        expect(status).toBe(303);
        served.episodes.reset(episode.token);
      }
      // Closed connections let go of their buffers in later turns of the event loop.
      for (let turn = 0; turn < 5; turn++) {
        await setImmediate();
        collectGarbage();
      }
      return process.memoryUsage().heapUsed;
    };
    // The first of them fill caches.
    const before = await change(200);
    const after = await change(1_000);
    // A state that stayed would hold at least the text that was sent: a megabyte in all.
    expect(after - before).toBeLessThan(500_000);
  }, 60_000);
});
