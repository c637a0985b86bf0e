/** The suite for every real application: solved tasks, isolated episodes, counted requests, no process left. */

import { execFileSync } from "node:child_process";
import type { Browser } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOT_AVAILABLE } from "../../fixtures/templates/checks.ts";
import { createSolver } from "../../fixtures/templates/demonstrator.ts";
import { generateTasks, SPLITS, WORLD_SEEDS } from "../../fixtures/templates/generate.ts";
import { createTaskWorlds } from "../../fixtures/templates/task-files.ts";
import type { TaskTemplate } from "../../fixtures/templates/template.ts";
import { createWorld } from "../../fixtures/worlds/world.ts";
import { wrongAnswers } from "../../src/real/harness/wrong-answers.ts";
import type { Env } from "../../src/core/env.ts";
import { runEpisode } from "../../src/core/episode.ts";
import type { Policy } from "../../src/core/policy.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { createEvaluator } from "../../src/evaluation/evaluator.ts";
import { parseTaskConfig, type TaskConfig } from "../../src/evaluation/task-config.ts";
import { toTask } from "../../src/evaluation/to-task.ts";
import { createHttpEnv, type HttpEnv } from "../../src/text-browser/http/http-env.ts";
import type { SiteApplication } from "../../src/real/sites/site-application.ts";
import { provideApplication } from "../../src/real/sites/site-provider-application.ts";
import { type ProvidedSites, startSites } from "../../src/real/sites/site-provider.ts";
import { solveTasks } from "../../src/real/harness/solve-tasks.ts";
import { createBrowserEnv, launchForTest } from "./real-env.ts";

const SETTLE_CAP_MS = 20_000;

export interface ApplicationUnderTest {
  application: SiteApplication;
  templates: readonly TaskTemplate[];
  /** See `KnownApplication.mask`. */
  mask?: (text: string) => string;
  /** Least number of tasks. */
  taskCount: number;
  /** 1 where its scripts may be overtaken by an agent on a busy machine: two runs may then differ. Default: 2. */
  runsInChromium?: number;
  /** A text in the command line of each of its servers. */
  processMark: string;
}

/** Further things that tests of one application need; available once the tests run. */
export interface ApplicationBench {
  sites: ProvidedSites;
  env: HttpEnv;
  configs: readonly TaskConfig[];
  /** A page of an episode as text, asked for outside any environment. */
  read: (path: string, headers: Record<string, string>) => Promise<string>;
  /** A task played by its demonstrator, or another policy. */
  play: (config: TaskConfig, policy?: Policy) => Promise<Trajectory>;
}

/** @param more tests of this application alone; their arguments are available once they run */
export async function describeApplication(
  under: ApplicationUnderTest,
  more: (bench: ApplicationBench) => void = () => {},
): Promise<void> {
  const { application, templates } = under;
  const { site, origin } = application;
  const lack = await application.missing();
  if (lack !== null) console.warn(`Skipped: ${lack}`);
  const provider = provideApplication(application);
  const configs = generateTasksOf(templates);
  /** One task of each template and world. Held-out templates have none in the second held-out world. */
  const samples = templates.flatMap(({ id, heldout }) =>
    Object.keys(WORLD_SEEDS).flatMap((world) => {
      const found = configs.find(
        (config) => config.intent_template_id === id && config.world === world,
      );
      if (found !== undefined) return [found];
      if (heldout && world === "C") return [];
      throw new RangeError(`Expected a task of ${id} in ${world}.`);
    }),
  );

  const taskOf = (config: TaskConfig) => toTask(config, { [site]: origin });
  const solverOf = (config: TaskConfig): Policy => {
    const template = templates.find(({ id }) => id === config.intent_template_id);
    if (template === undefined) throw new RangeError("Expected a template of this application.");
    return createSolver(template, config);
  };
  /** The faults of the templates or their solvers, in words. */
  const problemsOf = async (
    tried: readonly TaskConfig[],
    env: Env,
    { runs, wrong }: { runs: number; wrong: boolean },
  ): Promise<string[]> => {
    const byId = new Map(tried.map((config) => [String(config.task_id), config]));
    const configOf = (id: string): TaskConfig => byId.get(id) as TaskConfig;
    const results = await solveTasks({
      tasks: tried.map(taskOf),
      envs: [env],
      policyFor: ({ id }) => solverOf(configOf(id)),
      wrongAnswersFor: (task) => (wrong ? wrongAnswers(task, configs.map(taskOf)) : []),
      runs,
      ...(under.mask && { mask: under.mask }),
    });
    return results.flatMap(({ taskId, problems }) =>
      problems.map((problem) => `${taskId} ${configOf(taskId).intent}: ${problem}`),
    );
  };

  describe(`the templates on ${site}`, () => {
    it("ask in dev only for new things, name nothing of the other side, and reveal no answer", () => {
      for (const seed of Object.values(WORLD_SEEDS)) {
        const world = createWorld(seed);
        const sides = (["train", "dev"] as const).map((split) =>
          templates.flatMap((template) => template.instances(world, split)),
        );
        for (const [index, instances] of sides.entries()) {
          const others = new Set((sides[1 - index] ?? []).flatMap(({ entities }) => entities));
          for (const { values, entities, eval: checks } of instances) {
            const told = JSON.stringify([values, checks]);
            expect([...others].filter((name) => told.includes(`"${name}"`))).toEqual([]);
            expect(entities.filter((name) => others.has(name))).toEqual([]);
          }
        }
      }
      for (const { intent, eval: checks } of configs) {
        const answer = checks.reference_answers?.exact_match;
        if (answer === undefined || answer === NOT_AVAILABLE) continue;
        const goal = ` ${intent.toLowerCase().replaceAll(/[^\p{L}\p{N}.]+/gu, " ")} `;
        expect(goal, intent).not.toContain(` ${answer.toLowerCase()} `);
      }
    });
  });

  describe.skipIf(lack !== null)(lack === null ? site : `${site} (skipped: ${lack})`, () => {
    let asked = 0;
    const bench: ApplicationBench = {
      // Set before the first test.
      sites: undefined as never,
      env: undefined as never,
      configs,
      read: async (path, headers) => {
        asked++;
        // Node's fetch sets the Host itself, so the address stands for the origin here.
        const { address } = bench.sites.origins[site] as { address: string };
        return await (await fetch(`http://${address}${path}`, { headers })).text();
      },
      play: (config, policy = solverOf(config)) =>
        runEpisode({
          env: bench.env,
          policy,
          task: taskOf(config),
          seed: 0,
          id: String(config.task_id),
          actor: "test",
          source: "real",
        }),
    };
    beforeAll(async () => {
      bench.sites = await startSites(provider, { worlds: WORLD_SEEDS });
      bench.env = createHttpEnv({
        origins: bench.sites.origins,
        evaluator: createEvaluator(),
        sites: bench.sites.control,
      });
    }, 600_000);
    afterAll(async () => {
      await bench.env[Symbol.asyncDispose]();
      await bench.sites[Symbol.asyncDispose]();
    });

    it("has every task solved over the text browser and counts each request", async () => {
      expect(configs.length).toBeGreaterThanOrEqual(under.taskCount);
      const { env, sites } = bench;
      const over = configs.filter((config) => !isScriptOnly(templates, config));
      expect(await problemsOf(over, env, { runs: 1, wrong: false })).toEqual([]);
      const { total } = await sites.control.counts();
      expect(total.pages - asked).toBe(env.counts.pageRequests + env.counts.probeRequests);
    }, 600_000);

    it("gives the same trajectory of a task again, and passes no wrong answer", async () => {
      const over = samples.filter((config) => !isScriptOnly(templates, config));
      expect(await problemsOf(over, bench.env, { runs: 2, wrong: true })).toEqual([]);
    }, 300_000);

    it("leaves no process behind", async () => {
      const running = (): number =>
        execFileSync("ps", ["-A", "-o", "args="], { encoding: "utf8" }).split(under.processMark)
          .length;
      const before = running();
      const own = await startSites(provider, { worlds: { A: WORLD_SEEDS.A } });
      await own.control.startEpisode("A");
      expect(running()).toBeGreaterThan(before);
      await own[Symbol.asyncDispose]();
      expect(running()).toBe(before);
    }, 300_000);

    more(bench);

    describe("in Chromium", () => {
      let browser: Browser;
      beforeAll(async () => {
        browser = await launchForTest(bench.sites.origins);
      });
      afterAll(() => browser.close());

      it("has a task of each template and world solved, and counts each request", async () => {
        const { origins, control } = bench.sites;
        await using real = createBrowserEnv({
          browser,
          origins,
          evaluator: createEvaluator(),
          sites: control,
          // A busy machine may answer scripts late, so that one run gets less far than the other.
          settleCapMs: SETTLE_CAP_MS,
        });
        const before = (await control.counts()).total.pages;
        expect(
          await problemsOf(samples, real, { runs: under.runsInChromium ?? 2, wrong: false }),
        ).toEqual([]);
        const counted = (await control.counts()).total.pages - before;
        const { pageRequests, probeRequests, unanswered } = real.counts;
        expect(Math.abs(counted - pageRequests - probeRequests)).toBeLessThanOrEqual(unanswered);
      }, 600_000);
    });
  });
}

const isScriptOnly = (templates: readonly TaskTemplate[], config: TaskConfig): boolean =>
  templates.some(({ id, scriptOnly }) => scriptOnly && id === config.intent_template_id);

/** The tasks of all splits, as the generator draws them. */
function generateTasksOf(templates: readonly TaskTemplate[]): TaskConfig[] {
  const worlds = createTaskWorlds();
  const tasks = generateTasks({ templates, worlds, demonstratorSteps: {} });
  return SPLITS.flatMap((split) => tasks[split]).map((config) =>
    parseTaskConfig(config, `task ${config.task_id}`),
  );
}
