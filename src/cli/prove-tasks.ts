/** Proves the tasks of the self-hosted sites in Chromium: each demonstrator solves its task, wrong answers do not. */

import { createDemonstrator } from "../../fixtures/templates/demonstrator.ts";
import { SITE_URLS, WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import type { TaskConfig } from "../evaluation/task-config.ts";
import { toTask } from "../evaluation/to-task.ts";
import { createBrowserEnv, type BrowserEnv } from "../real/browser-env.ts";
import { launchBrowser } from "../real/launch-browser.ts";
import { startSiteProcess } from "../real/site-process.ts";
import { solveTasks, type SolveResult } from "../real/solve-tasks.ts";

export interface ProveTasksOptions {
  /** Of templates that have a demonstrator. */
  configs: readonly TaskConfig[];
  /** Chromium to use. */
  browserPath: string;
  /** The module that serves the sites: `fixtures/sites/main.ts`. */
  siteEntry: string;
  /** How many browsers run side by side. */
  browsers: number;
  /** How often each demonstrator runs. 2 shows that its trajectory is the same again. */
  runs: number;
  onResult?: (result: SolveResult) => void;
  signal?: AbortSignal;
}

type Browser = Awaited<ReturnType<typeof launchBrowser>>;

/** Results in the order of the tasks; a proven one has no problems. @throws BrowserError, SiteError */
export async function proveTasks(options: ProveTasksOptions): Promise<SolveResult[]> {
  const sites = await startSiteProcess({
    entry: options.siteEntry,
    worlds: WORLD_SEEDS,
    sites: SITE_URLS,
  });
  const { origins, control } = sites;
  const browsers: Browser[] = [];
  const envs: BrowserEnv[] = [];
  try {
    for (let i = 0; i < options.browsers; i++) {
      const browser = await launchBrowser({
        executablePath: options.browserPath,
        origins: Object.values(origins),
      });
      browsers.push(browser);
      envs.push(
        createBrowserEnv({ browser, origins, evaluator: createEvaluator(), sites: control }),
      );
    }
    return await solve(envs, options);
  } finally {
    for (const env of envs) await env[Symbol.asyncDispose]();
    for (const browser of browsers) await browser.close();
    await sites[Symbol.asyncDispose]();
  }
}

async function solve(
  envs: readonly BrowserEnv[],
  { configs, runs, onResult, signal }: ProveTasksOptions,
): Promise<SolveResult[]> {
  const byId = new Map(configs.map((config) => [String(config.task_id), config]));
  const configOf = (id: string): TaskConfig => byId.get(id) as TaskConfig;
  return await solveTasks({
    tasks: configs.map((config) => toTask(config, SITE_URLS)),
    envs,
    policyFor: (task) => createDemonstrator(configOf(task.id)),
    wrongAnswersFor: (task) => wrongAnswers(configOf(task.id), configs),
    runs,
    ...(onResult && { onResult }),
    ...(signal && { signal }),
  });
}

/** No answer, giving up, a word, and the right answer of another task of the template; never the right one. */
export function wrongAnswers(config: TaskConfig, others: readonly TaskConfig[]): string[] {
  const right = referenceOf(config);
  const foreign = others
    .filter((other) => other.intent_template_id === config.intent_template_id)
    .map(referenceOf)
    .find((reference) => reference !== null && reference !== right && reference !== "N/A");
  return ["", "N/A", "something else", foreign ?? ""].filter(
    (answer, index, all) => answer !== right && all.indexOf(answer) === index,
  );
}

function referenceOf(config: TaskConfig): string | null {
  const references = config.eval.reference_answers;
  return references?.exact_match ?? [references?.must_include ?? []].flat()[0] ?? null;
}
