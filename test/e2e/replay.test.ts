/** A recorded purchase, repeated: on its site, with all ids and classes shuffled, offline, and as an exported test. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBundledSites } from "../../fixtures/index.ts";
import { runEpisode } from "../../src/core/episode.ts";
import type { Task } from "../../src/core/task.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { openOwnBrowserEnv } from "../../src/real/browser/own-browser-env.ts";
import { serveRecording } from "../../src/real/record/replay/recorded-sites.ts";
import { replayTrajectory, type Replay } from "../../src/real/record/replay/replay-trajectory.ts";
import { openSites } from "../../src/real/sites/open-sites.ts";
import { ReusedSiteEpisode } from "../../src/real/sites/reused-site-episode.ts";
import type { SiteControl } from "../../src/real/sites/site-control.ts";
import type { SiteOrigin, SiteOrigins } from "../../src/real/sites/site-origins.ts";
import { writeTrajectory } from "../../src/store/trajectory-file.ts";
import { changeSite, shuffleNames } from "../support/changed-site.ts";
import { startPageServer } from "../support/page-server.ts";
import { runExportedTest } from "../support/exported-test.ts";
import { runCli } from "../support/run-cli.ts";

const closers: (() => PromiseLike<void>)[] = [];
let folder = "";
let file = "";
let executablePath = "";
let recorded: Trajectory;
let task: Task;
let origins: SiteOrigins;
let control: SiteControl;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "replay-"));
  executablePath = (await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] })).path;
  const site = createBundledSites({ sites: ["shopping"] });
  task = site.tasks["train"]?.find(({ templateId }) => templateId === 107) as Task;
  const opened = await openSites(
    { provider: site.provider, worlds: { A: site.worlds["A"] ?? 1 } },
    closers,
  );
  origins = opened.origins;
  control = opened.control as SiteControl;
  const own = await openOwnBrowserEnv({ executablePath, origins, control });
  const policy = site.createDemonstrator(task);
  recorded = await runEpisode({
    env: own.env,
    policy,
    task,
    seed: 1,
    id: "purchase",
    actor: "demonstrator",
    source: "real",
    record: true,
  });
  await own.close();
  file = await writeTrajectory(folder, recorded);
});
afterAll(async () => {
  for (const close of closers.toReversed()) await close();
  rmSync(folder, { recursive: true });
});

async function replayOn(
  place: SiteOrigins,
  more: {
    control?: SiteControl | null;
    recorded?: Trajectory;
    takeMisses?: () => readonly string[];
  } = {},
): Promise<Replay> {
  const { control: own = null, recorded: what = recorded, takeMisses } = more;
  const opened = await openOwnBrowserEnv({ executablePath, origins: place, control: own });
  try {
    return await replayTrajectory({
      env: opened.env,
      recorded: what,
      // Checks look at the site after the episode, which a recording does not hold.
      task: {
        ...task,
        ...(own === null && { checks: [] }),
        sites: Object.keys(place),
        maxSteps: what.transitions.length + 1,
      },
      secretOf: () => null,
      ...(takeMisses && { takeMisses }),
    });
  } finally {
    await opened.close();
  }
}

async function changedSite(change: (html: string) => string): Promise<SiteOrigins> {
  const changed = await changeSite(origins["shopping"] as SiteOrigin, change);
  closers.push(() => changed[Symbol.asyncDispose]());
  return { shopping: changed.origin };
}

describe("replay", () => {
  it("repeats a purchase on its site, and the task's own checks pass", async () => {
    expect(recorded.score).toMatchObject({ value: 1 });
    const replay = await replayOn(origins, { control });
    expect(replay.steps.map(({ divergence }) => divergence)).toEqual(
      recorded.transitions.map(() => null),
    );
    expect(replay).toMatchObject({ matched: true, untried: 0, score: { value: 1 } });
  });

  it("finds the elements after all ids and classes of the site are shuffled", async () => {
    const place = await changedSite(shuffleNames);
    const replay = await replayOn(place, { control });
    const sought = recorded.transitions.filter(({ action }) => "ref" in action).length;
    const found = replay.steps.filter(({ foundBy }) => foundBy !== null).length;
    expect(sought).toBeGreaterThanOrEqual(8);
    expect(found / sought).toBeGreaterThanOrEqual(0.95);
    // One check reads the order's page by a class, which has another name now.
    const sent = replay.score?.checks.filter(({ kind }) => kind === "network_event");
    expect(sent?.map(({ passed }) => passed)).toEqual([true]);
  });

  it.each([
    ["missing", (html: string) => html.replaceAll(/<button[^>]*>Place order<.button>/gu, "")],
    [
      "covered",
      (html: string) =>
        html.includes("Place order")
          ? html.replace(
              "<body",
              `<body data-x><div style="position:fixed;inset:0;z-index:9999">Wait</div><i`,
            )
          : html,
    ],
    [
      "disabled",
      (html: string) =>
        html.replaceAll(/<button([^>]*)>Place order/gu, "<button disabled$1>Place order"),
    ],
  ])("says that an element is %s", async (divergence, change) => {
    const replay = await replayOn(await changedSite(change), { control });
    const bad = replay.steps.find((step) => step.divergence !== null);
    expect(bad).toMatchObject({ divergence, action: "click" });
    expect(bad?.detail).not.toBe("");
    expect(replay.matched).toBe(false);
  });

  it("repeats offline what was recorded, and names what was not", async () => {
    await using served = await serveRecording(recorded);
    const takeMisses = (): readonly string[] => served.takeMisses();
    const whole = await replayOn(served.origins, { takeMisses });
    expect(whole.steps.filter(({ divergence }) => divergence !== null)).toEqual([]);
    expect(whole.matched).toBe(true);
    const strayed = structuredClone(recorded);
    const [first] = strayed.transitions;
    if (first !== undefined) first.action = { kind: "goto", url: `${task.startUrls[0]}nowhere` };
    const replay = await replayOn(served.origins, { takeMisses, recorded: strayed });
    expect(replay.steps[0]).toMatchObject({ divergence: "network miss" });
    expect(replay.steps[0]?.detail).toContain("/nowhere");
  });

  it("has an exit code for each outcome, and asks for secrets by name", async () => {
    const { code, result } = await runCli("replay", file, "--offline");
    expect(result).toContain(`All ${recorded.transitions.length} steps went as recorded.`);
    expect(code).toBe(0);
    const masked = structuredClone(recorded);
    for (const { action } of masked.transitions)
      if (action.kind === "type") action.text = "<secret:password:1>";
    const path = await writeTrajectory(folder, { ...masked, id: "masked" });
    const refused = await runCli("replay", path, "--offline", "--json");
    expect(refused.code).toBe(1);
    expect(JSON.parse(refused.result)).toMatchObject({ matched: false });
    expect(refused.result).toContain("secret:password:1");
  });

  it("waits for a page that comes later than when it was recorded", async () => {
    let delayMs = 0;
    await using server = await startPageServer({
      "/": () => `<!doctype html><title>Door</title><p>Nobody is in.</p><button onclick="enter()">Enter</button><script>
        let timer;
        const enter = () => { document.body.replaceChildren(); timer = setInterval(show, ${delayMs}); };
        function show() { clearInterval(timer); document.body.innerHTML = "<h1>Inside</h1><p>Welcome</p><a href='/end'>Leave</a>"; }
      </script>`,
      "/end": () => `<!doctype html><title>End</title><p>Good bye</p>`,
    });
    const steps = join(folder, "steps.jsonl");
    const lines = [["button", "Enter"] as const, ["link", "Leave"] as const].map(([role, name]) =>
      JSON.stringify({ kind: "click", on: { role, name } }),
    );
    writeFileSync(steps, lines.join("\n"));
    const url = `http://${server.address}/`;
    const words = ["--headless", "--no-screenshots", "--script", steps, "--out", folder];
    expect((await runCli("record", url, ...words, "--id", "door")).code).toBe(0);
    delayMs = 1_800;
    const late = await runCli("replay", join(folder, "door"));
    expect(late, late.result).toMatchObject({ code: 0 });
    expect(late.result).toContain("All 3 steps went as recorded.");
  }, 60_000);

  it("exports as a Playwright test that is green as written, and red on a site that lacks an element", async () => {
    const session = new ReusedSiteEpisode({ sites: control });
    const run = async (place: SiteOrigins) => {
      const identity = await session.start(task);
      const options = { folder, trajectory: recorded, executablePath };
      return await runExportedTest({ ...options, origins: place, identity });
    };
    const green = await run(origins);
    expect(green).toContain("1 passed");
    const lacking = await changedSite((html) => html.replaceAll("Place order", "Pay later"));
    const red = await run(lacking);
    expect(red).toContain("1 failed");
    await session.end();
  });
});
