/**
 * The contract of every site's templates in Chromium: those that need a script, and one task of some others, since the
 * text browser solved all of those. `dreamgym tasks validate --solve` proves every task in Chromium.
 */

import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, it } from "vitest";
import { WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { siteEntry } from "../../fixtures/site-providers.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { startSiteProcess, type SiteProcess } from "../../src/real/sites/site-process.ts";
import {
  createProofWorlds,
  expectProven,
  generateSetTasks,
  siteUrlsOf,
  type TemplateSet,
} from "../support/prove-templates.ts";
import { createBrowserEnv, launchForTest } from "../support/real-env.ts";

/** Tasks of a template that needs a script. */
const SCRIPT_TASKS = 6;
/** One of this many templates that need no script. */
const STRIDE = 4;

export function testTemplatesInChromium({ name, templates }: TemplateSet): void {
  describe(`${name} tasks in Chromium`, () => {
    const tasks = generateSetTasks(templates, createProofWorlds());
    let sites: SiteProcess;
    let browser: Browser;
    let env: ReturnType<typeof createBrowserEnv>;
    beforeAll(async () => {
      sites = await startSiteProcess({
        entry: siteEntry(),
        worlds: WORLD_SEEDS,
        sites: siteUrlsOf(templates),
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

    const chosen = templates.filter(({ scriptOnly }, i) => scriptOnly || i % STRIDE === 0);
    it.each(chosen.map((template) => ({ template })))(
      "of template $template.id are solved twice alike, and not by an empty, wrong or N/A answer",
      async ({ template }) => {
        const own = tasks.filter((task) => task.intent_template_id === template.id);
        await expectProven(
          template,
          own.slice(0, template.scriptOnly ? SCRIPT_TASKS : 1),
          own,
          env,
        );
      },
      120_000,
    );
  });
}
