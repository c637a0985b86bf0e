import { describe, expect, it } from "vitest";
import { SiteError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import { ReusedSiteEpisode } from "./reused-site-episode.ts";
import type { SiteControl, SiteEpisode } from "./site-control.ts";

const TASK: Task = {
  id: "1",
  goal: "Look around.",
  startUrls: ["http://site.test/"],
  sites: ["site"],
  maxSteps: 5,
  checks: [],
  templateId: 1,
  world: "A",
};

/** Sites that forget their episodes on demand, like a restarted process. */
function forgetfulSites(): SiteControl & { calls: string[]; forget(): void } {
  const calls: string[] = [];
  let started = 0;
  let known = new Set<string>();
  const episode = (token: string): SiteEpisode => ({ token, headers: {}, cookies: [] });
  const unused = (): never => {
    throw new Error("Expected no such call.");
  };
  return {
    calls,
    forget: () => void (known = new Set()),
    async startEpisode(world) {
      const token = `${world}${++started}`;
      calls.push(`start ${token}`);
      known.add(token);
      return episode(token);
    },
    async resetEpisode(token) {
      calls.push(`reset ${token}`);
      if (!known.has(token)) throw new SiteError(`unknown token ${token}`);
      return episode(token);
    },
    async endEpisode(token) {
      calls.push(`end ${token}`);
      return { pages: 0, assets: 0 };
    },
    counts: unused,
    health: unused,
    [Symbol.dispose]: () => {},
  };
}

describe("ReusedSiteEpisode", () => {
  it("resets one state between tasks, and starts a new one for another world", async () => {
    const sites = forgetfulSites();
    const kept = new ReusedSiteEpisode({ sites });
    for (const world of ["A", "A", "B"]) await kept.start({ ...TASK, world });
    await kept.end();
    expect(sites.calls).toEqual(["start A1", "reset A1", "end A1", "start B2", "end B2"]);
  });

  it("fails only once on sites that have forgotten it", async () => {
    const sites = forgetfulSites();
    const kept = new ReusedSiteEpisode({ sites });
    await kept.start(TASK);
    sites.forget();
    await expect(kept.start(TASK)).rejects.toThrow("unknown token A1");
    expect((await kept.start(TASK)).headers).toEqual({});
    expect(sites.calls).toEqual(["start A1", "reset A1", "start A2"]);
  });
});
