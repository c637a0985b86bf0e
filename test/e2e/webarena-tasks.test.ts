/** WebArena's public tasks from end to end on the stand-in: reset, login, an agent, the checks, and the judge's stub. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseTaskConfig, type TaskConfig } from "../../src/evaluation/task-config.ts";
import { findBrowser } from "../../src/real/browser/install/find-browser.ts";
import { openWebArenaBenchmark } from "../../src/real/harness/webarena/open-webarena-benchmark.ts";
import {
  settingsFromVariables,
  WebArenaSettingsSchema,
} from "../../src/real/harness/webarena/webarena-settings.ts";
import { startPageServer } from "../support/page-server.ts";
import { CONTAINMENT_JUDGE, playReference } from "../support/reference-agent.ts";
import { config, publicTasks } from "../support/task-configs.ts";
import { openWebArenaStandIn, type WebArenaStandIn } from "../support/webarena-stand-in.ts";

let standIn: WebArenaStandIn;
let executablePath: string;
beforeAll(async () => {
  standIn = await openWebArenaStandIn();
  executablePath = (await findBrowser({ configuredPath: process.env["DREAMGYM_BROWSER"] })).path;
});
afterAll(async () => {
  await standIn[Symbol.asyncDispose]();
});

async function playAll(
  configs: TaskConfig[],
  settings: object,
  profile: "webarena" | "strict",
): Promise<Map<string, string>> {
  await using benchmark = await openWebArenaBenchmark({
    configs,
    settings: WebArenaSettingsSchema.parse(settings),
    profile,
    judge: CONTAINMENT_JUDGE,
    executablePath,
    workers: 1,
  });
  await using env = await benchmark.openEnv(0);
  const outcomes = new Map<string, string>();
  for (const task of benchmark.tasks) {
    const { score, error } = await playReference(env, task);
    outcomes.set(
      task.id,
      score?.status === "scored" ? String(score.value) : `${error ?? score?.reason}`,
    );
  }
  return outcomes;
}

/** One task of each way to be checked, on one site and on several. */
function oneOfEach(configs: readonly TaskConfig[]): TaskConfig[] {
  const kinds = new Map<string, TaskConfig>();
  for (const one of configs) {
    const { eval_types: types, reference_answers: answers } = one.eval;
    const kind = [one.sites.length, ...types, ...Object.keys(answers ?? {})].join(" ");
    if (!kinds.has(kind)) kinds.set(kind, one);
  }
  return [...kinds.values()];
}

describe.skipIf(publicTasks === null)(
  "the public tasks (skipped where ../shared/data is absent)",
  () => {
    it("pass with their references, and checks of pages that nobody changed fail", async () => {
      const configs = oneOfEach(
        (publicTasks?.webarena ?? []).map((data) => parseTaskConfig(data, "public")),
      );
      expect(configs.length).toBeGreaterThan(8);
      const settings = { ...settingsFromVariables(standIn.variables), ...standIn.differences };
      const outcomes = await playAll(configs, settings, "webarena");
      const wanted = configs.map(({ task_id, eval: { eval_types: types } }) => [
        String(task_id),
        types.includes("program_html") ? "0" : "1",
      ]);
      expect([...outcomes]).toEqual(wanted);
      expect(standIn.resets).toBe(1);
    });
  },
);

describe("checks of live pages", () => {
  it("read what scripts show, follow `last`, click first where the task asks for it", async () => {
    await using shop = await startPageServer({
      "/": `<h1>Home</h1>`,
      "/page": `<h1>Second</h1><p class="box" style="text-transform: uppercase">styled</p>
        <button class="title" onclick="document.querySelector('.more').textContent = 'opened'">+</button>
        <p class="more"></p><script>document.body.append(' by script')</script>`,
    });
    const read = (url: string, selector: string, text: string, clicks?: string[]) => ({
      url,
      locator: `document.querySelector('${selector}').outerText`,
      required_contents: { exact_match: text },
      ...(clicks && { prep_actions: clicks }),
    });
    const page = "__SHOPPING__/page";
    const targets = [
      [read("last", "h1", "Home")],
      [read(page, "h1", "Second"), read("last", "h1", "Second")],
      [read(page, ".more", "opened", ["document.querySelector('.title').click()"])],
      [{ url: page, locator: "", required_contents: { must_include: ["document.body.append"] } }],
    ];
    const configs = targets.map((program_html, index) =>
      parseTaskConfig(
        { ...config({ eval_types: ["program_html"], program_html }), task_id: index },
        "here",
      ),
    );
    const settings = {
      instances: [{ sites: { shopping: `http://${shop.address}` } }],
      login: { by: "none" },
    };
    // `strict`: `last` is always the final page, and scripts are no part of a page.
    expect([...(await playAll(configs, settings, "webarena")).values()]).toEqual([
      "1",
      "1",
      "1",
      "1",
    ]);
    expect([...(await playAll(configs, settings, "strict")).values()]).toEqual([
      "1",
      "0",
      "1",
      "0",
    ]);
  });
});
