/** Fossil, a real application, through the provider port: episodes side by side, resets, counts, and its tasks solved. */

import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FOSSIL_TEMPLATES } from "../../fixtures/templates/fossil/templates.ts";
import { createFossilWorld } from "../../fixtures/providers/fossil/world.ts";
import { wrongAnswers } from "../../src/cli/prove-tasks.ts";
import type { Browser } from "playwright";
import type { TaskConfig } from "../../src/evaluation/task-config.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { createHttpEnv, type HttpEnv } from "../../src/real/http-env.ts";
import { provideApplication } from "../../src/real/site-provider-application.ts";
import { type ProvidedSites, startSites } from "../../src/real/site-provider.ts";
import { stopAtOnce } from "../../src/real/solve-tasks.ts";
import {
  faultOf,
  fossil,
  generateFossilTasks,
  play,
  solverOf,
  storyOf,
} from "../support/fossil-tasks.ts";
import { createBrowserEnv, launchForTest } from "../support/real-env.ts";

const lack = await fossil.missing();
if (lack !== null) console.warn(`Skipped: ${lack}`);

const provider = provideApplication(fossil);
const configs = generateFossilTasks();
/** One task of each template and world. */
const samples = FOSSIL_TEMPLATES.flatMap(({ id }) =>
  ["A", "B"].map(
    (world) =>
      configs.find(
        (config) => config.intent_template_id === id && config.world === world,
      ) as TaskConfig,
  ),
);

describe.skipIf(lack !== null)("Fossil", () => {
  let sites: ProvidedSites;
  let env: HttpEnv;
  beforeAll(async () => {
    sites = await startSites(provider, { worlds: { A: 1, B: 2 } });
    env = createHttpEnv({
      origins: sites.origins,
      evaluator: createEvaluator(),
      sites: sites.control,
    });
  });
  afterAll(async () => {
    await env[Symbol.asyncDispose]();
    await sites[Symbol.asyncDispose]();
  });

  /** A page of an episode as text, asked for outside any environment. */
  let asked = 0;
  const read = async (path: string, headers: Record<string, string>): Promise<string> => {
    asked++;
    const { address } = sites.origins["fossil"] as { address: string };
    // Node's fetch sets the Host itself, so the address stands for the origin here.
    return await (await fetch(`http://${address}${path}`, { headers })).text();
  };

  it("serves worlds that share no name, logged in without a request", async () => {
    const [a, b] = [createFossilWorld(1), createFossilWorld(2)];
    const episode = await sites.control.startEpisode("B");
    const cookie = episode.cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const page = await read("/rptview/1", { ...episode.headers, cookie });
    expect(page).toContain(b.tickets[0]?.title);
    expect(page).toContain(`>${b.users[0]?.login}</a>`);
    expect(a.parts.filter(({ name }) => page.includes(name))).toEqual([]);
    expect(await sites.control.endEpisode(episode.token)).toEqual({ pages: 1, assets: 0 });
  });

  it("solves every task over the text browser and counts each request", async () => {
    const faults: (string | null)[] = [];
    for (const config of configs) faults.push(faultOf(await play(config, env, solverOf(config))));
    expect(faults.filter((fault) => fault !== null)).toEqual([]);
    expect(configs.length).toBeGreaterThanOrEqual(60);
    const { episodes } = await sites.control.counts();
    const counted = Object.values(episodes).reduce((sum, { pages }) => sum + pages, -asked);
    expect(counted).toBe(env.counts.pageRequests + env.counts.probeRequests);
  }, 200_000);

  it("tells the same story of a task again, and passes no wrong answer", async () => {
    const faults: string[] = [];
    for (const config of samples) {
      const first = storyOf(await play(config, env, solverOf(config)));
      const again = storyOf(await play(config, env, solverOf(config)));
      if (first !== again) faults.push(`${config.intent}: ${differenceOf(first, again)}`);
      for (const answer of wrongAnswers(config, configs)) {
        const { score } = await play(config, env, stopAtOnce(answer));
        if (score?.status !== "scored" || score.value === 1)
          faults.push(`${config.intent}: "${answer}" gives ${JSON.stringify(score)}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it("keeps the changes of one episode from all others, and forgets them at a reset", async () => {
    const config = configs.find(({ intent_template_id: id }) => id === 709) as TaskConfig;
    const title = String(config.instantiation_dict["title"]);
    const other = await sites.control.startEpisode(config.world ?? "");
    const trajectory = await play(config, env, solverOf(config));
    expect(trajectory.finalObservation.title).toContain(title);
    expect(await read("/forum", other.headers)).not.toContain(title);
    const again = await play(config, env, {
      act: () => ({ action: { kind: "stop", answer: "" } }),
    });
    expect(again.score).toMatchObject({ value: 0 });
  });

  it("resets while it serves, and keeps a state as a world", async () => {
    const { control } = sites;
    const { token, headers } = await control.startEpisode("A");
    const before = await read("/timeline", headers);
    await sites.snapshot?.(token, "kept");
    const kept = await control.startEpisode("kept");
    expect(withoutNonce(await read("/wcontent", kept.headers))).toBe(
      withoutNonce(await read("/wcontent", headers)),
    );
    await control.resetEpisode(token);
    expect(withoutNonce(await read("/timeline", headers))).toBe(withoutNonce(before));
    await expect(control.resetEpisode("A-999")).rejects.toThrow("running episode");
    expect(await read("/timeline", { "x-dreamgym-episode": "A-999" })).toContain("token");
  });

  it("leaves no process behind", async () => {
    const running = (): number =>
      execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split("world.fossil").length;
    const before = running();
    const own = await startSites(provider, { worlds: { A: 3 } });
    await own.control.startEpisode("A");
    expect(running()).toBeGreaterThan(before);
    await own[Symbol.asyncDispose]();
    expect(running()).toBe(before);
  });

  describe("in Chromium", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchForTest(sites.origins);
    });
    afterAll(() => browser.close());

    it("has a task of each template and world solved", async () => {
      await using real = createBrowserEnv({
        browser,
        origins: sites.origins,
        evaluator: createEvaluator(),
        sites: sites.control,
      });
      const faults: (string | null)[] = [];
      const before = (await sites.control.counts()).total.pages;
      for (const config of samples)
        faults.push(faultOf(await play(config, real, solverOf(config))));
      expect(faults.filter((fault) => fault !== null)).toEqual([]);
      const counted = (await sites.control.counts()).total.pages - before;
      expect(counted).toBe(real.counts.pageRequests + real.counts.probeRequests);
    });
  });
});

/** Where two stories part. */
function differenceOf(a: string, b: string): string {
  const at = a.split("").findIndex((letter, index) => letter !== b[index]);
  return `${a.slice(at - 60, at + 60)} / ${b.slice(at - 60, at + 60)}`;
}

/** Fossil draws a number for its own scripts, and states how long it took. */
function withoutNonce(page: string): string {
  return page.replaceAll(/[0-9a-f]{48}/gu, "");
}
