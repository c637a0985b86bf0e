/** The land's tasks that need a script, and one of each other template, in Chromium. */

import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, it } from "vitest";
import { WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { siteEntry } from "../../src/cli/package-root.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { startSiteProcess, type SiteProcess } from "../../src/real/site-process.ts";
import {
  createLandWorlds,
  expectProven,
  generateLandTasks,
  LAND_SITE_URLS,
  LAND_TEMPLATES,
} from "../support/prove-templates.ts";
import { createBrowserEnv, launchForTest } from "../support/real-env.ts";

const tasks = generateLandTasks(createLandWorlds());

/** Tasks of a template that needs a script; of the others one is enough, the text browser having solved them all. */
const SCRIPT_TASKS = 6;

describe("the land's tasks in Chromium", () => {
  let sites: SiteProcess;
  let browser: Browser;
  let env: ReturnType<typeof createBrowserEnv>;
  beforeAll(async () => {
    sites = await startSiteProcess({
      entry: siteEntry(),
      worlds: WORLD_SEEDS,
      sites: LAND_SITE_URLS,
    });
    browser = await launchForTest(sites.origins);
    env = createBrowserEnv({
      browser,
      origins: sites.origins,
      sites: sites.control,
      evaluator: createEvaluator(),
    });
  });
  afterAll(async () => {
    await env[Symbol.asyncDispose]();
    await browser.close();
    await sites[Symbol.asyncDispose]();
  });

  it.each(LAND_TEMPLATES.map(({ id, scriptOnly }) => ({ id, scriptOnly })))(
    "of template $id are solved twice alike, and not by an empty, wrong or N/A answer",
    async ({ id, scriptOnly }) => {
      const own = tasks.filter((task) => task.intent_template_id === id);
      await expectProven(own.slice(0, scriptOnly ? SCRIPT_TASKS : 1), own, env);
    },
    120_000,
  );
});
