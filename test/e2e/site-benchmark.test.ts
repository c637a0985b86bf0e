import { describe, expect, it, vi } from "vitest";
import { createBundledSites, OWN_SITE_URLS } from "../../fixtures/index.ts";
import { openSiteBenchmark } from "../../src/transfer/site-benchmark.ts";
import { checkSiteModule } from "../../src/transfer/site-module.ts";
import { runEpisode } from "../../src/core/episode.ts";
import { openOwnBrowserEnv } from "../../src/real/browser/own-browser-env.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";

async function executablePath(): Promise<string> {
  return (await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] })).path;
}

const isAlive = (processId: number): boolean => {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
};

describe("an environment with a browser of its own", () => {
  it("ends a browser that hangs", async () => {
    const own = await openOwnBrowserEnv({
      executablePath: await executablePath(),
      origins: { site: { origin: "http://site.test" } },
      control: null,
    });
    const session = await (await own.browser()).newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    const ids = processInfo.map(({ id }) => id);
    expect(ids.filter(isAlive)).toEqual(ids);
    for (const id of ids) process.kill(id, "SIGSTOP");
    await own.close();
    // Its helper processes notice a moment later.
    await vi.waitFor(() => expect(ids.filter(isAlive)).toEqual([]), 5_000);
  });
});

describe("the benchmark of the bundled sites", () => {
  it("gives environments that score, each with a browser of its own", async () => {
    const bundled = createBundledSites({ sites: Object.keys(OWN_SITE_URLS) });
    const tasks = (bundled.tasks["heldout-world"] ?? []).slice(0, 2);
    await using benchmark = await openSiteBenchmark({
      site: checkSiteModule(bundled, "bundled"),
      tasks,
      executablePath: await executablePath(),
    });
    const envs = [await benchmark.openEnv(0), await benchmark.openEnv(1)];
    for (const [index, task] of tasks.entries()) {
      const env = envs[index];
      if (env === undefined) throw new Error("Expected an environment.");
      const trajectory = await runEpisode({
        env,
        task,
        policy: bundled.createDemonstrator(task),
        seed: 0,
        id: task.id,
        actor: "scripted",
        source: "real",
      });
      expect(trajectory.score).toMatchObject({ status: "scored", value: 1 });
      await env[Symbol.asyncDispose]();
    }
    expect(benchmark.isolated).toBe(true);
    expect(benchmark.facts).toMatchObject({ viewport: "1280x720", worlds: '{"B":2}' });
    expect(benchmark.facts["chromium"]).toMatch(/^\d+\./);
  });
});
