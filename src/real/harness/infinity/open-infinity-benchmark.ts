/** WebArena-Infinity as a benchmark: each environment has a browser and application servers of its own. */

import { z } from "zod";
import { EvaluatorError, TaskError } from "../../../core/errors.ts";
import type { Evaluator } from "../../../core/evaluator.ts";
import type { Task } from "../../../core/task.ts";
import { wrapEnv } from "../../../core/wrap-env.ts";
import { createBrowserEnv } from "../../browser/browser-env.ts";
import { callSource } from "../../browser/in-page/in-page-source.ts";
import { shiftClock } from "../../browser/in-page/shift-clock.ts";
import { openOwnBrowser } from "../../browser/own-browser-env.ts";
import { WINDOW_SIZE } from "../../browser/window-size.ts";
import type { Benchmark } from "../benchmark.ts";
import { type AppWorker, openAppWorker } from "./app-worker.ts";
import { findApps, hashTasks, type InfinityTask, readTasks } from "./apps.ts";
import { verifyState } from "./verify-state.ts";

const InfinityOptionsSchema = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe("a WebArena-Infinity checkout, or the folder of one application"),
  executablePath: z.string().min(1).describe("Chromium"),
  apps: z.array(z.string().min(1)).min(1).exactOptional().describe("names; default: all"),
  sets: z
    .array(z.enum(["real", "function"]))
    .min(1)
    .default(["real"])
    .describe("real-tasks.json, the published benchmark, or function-tasks.json"),
  maxSteps: z.int().min(1).default(50).describe("actions in one episode (the original: 50)"),
  clock: z.iso
    .datetime()
    .default("2026-03-01T12:00:00Z")
    .describe("what pages read as the time when they load: the applications' data ends about then"),
  python: z.string().min(1).default("python3").describe("name or path of Python 3"),
  searchPath: z.string().exactOptional().describe("PATH, to find Python"),
});
export type InfinityOptions = z.input<typeof InfinityOptionsSchema>;

/** @throws ConfigError, TaskError */
export async function openInfinityBenchmark(input: InfinityOptions): Promise<Benchmark> {
  const options = InfinityOptionsSchema.parse(input);
  const { executablePath, python, searchPath, maxSteps, sets } = options;
  const apps = await findApps(options.path, options.apps ?? null);
  const listed: InfinityTask[] = [];
  for (const app of apps)
    for (const set of sets) listed.push(...(await readTasks(app, set, maxSteps)));
  const tasks = new Map(listed.map((listing) => [listing.task.id, listing]));
  const sha256 = await hashTasks(listed);
  const script = callSource(shiftClock, Date.parse(options.clock));
  const closers = new Set<() => Promise<void>>();
  let browserVersion = "not started";
  return {
    name: "infinity",
    tasks: listed.map(({ task }) => task),
    isolated: true,
    async openEnv() {
      const worker = await openAppWorker({ apps, python, searchPath, script });
      const own = await openOwnBrowser(executablePath, worker.origins).catch(async (error) => {
        await worker[Symbol.asyncDispose]();
        throw error;
      });
      browserVersion = (await own.browser()).version();
      const known = (task: Task): InfinityTask => knownTask(tasks, task);
      const env = createBrowserEnv({
        browser: own.browser,
        origins: worker.origins,
        resetSite: (task) => worker.reset(known(task).app),
        evaluator: createStateEvaluator(worker, (task) => known(task).verifier, options),
      });
      const close = async (): Promise<void> => {
        closers.delete(close);
        await own.close(env);
        await worker[Symbol.asyncDispose]();
      };
      closers.add(close);
      return wrapEnv(env, {
        [Symbol.asyncDispose]: close,
        // Verifiers read nothing but what pages store, so an episode starts once its page has stored the seed.
        async reset(resetOptions) {
          const observation = await env.reset(resetOptions);
          await worker.awaitSeed();
          return observation;
        },
      });
    },
    get facts() {
      return {
        apps: apps.map(({ name }) => name).join(","),
        sets: sets.join(","),
        tasksSha256: sha256,
        clock: options.clock,
        chromium: browserVersion,
        viewport: `${WINDOW_SIZE.width}x${WINDOW_SIZE.height}`,
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...closers].map((close) => close()));
    },
  };
}

function knownTask(tasks: ReadonlyMap<string, InfinityTask>, { id }: Task): InfinityTask {
  const known = tasks.get(id);
  if (known !== undefined) return known;
  throw new TaskError(
    `Expected a task of this benchmark, got ${id}. Take tasks from the benchmark's list.`,
  );
}

/** Scores an episode by the application's own verifier. One that fails gives no score. */
function createStateEvaluator(
  worker: AppWorker,
  verifierOf: (task: Task) => string,
  { python, searchPath }: { python: string; searchPath?: string },
): Evaluator {
  return {
    async evaluate(task) {
      const state = await worker.readState();
      try {
        const verifier = verifierOf(task);
        const { passed, message } = await verifyState({ verifier, state, python, searchPath });
        const checks = [{ kind: "verifier", passed, detail: message }];
        return { status: "scored", value: passed ? 1 : 0, checks };
      } catch (error) {
        if (!(error instanceof EvaluatorError)) throw error;
        return { status: "unscored", reason: error.message, checks: [] };
      }
    },
  };
}
