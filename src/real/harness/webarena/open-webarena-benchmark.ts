/** WebArena's tasks on its sites, or on copies of them, as a benchmark for `dreamgym evaluate`. */

import { createHash } from "node:crypto";
import type { Env } from "../../../core/env.ts";
import { ConfigError, TaskError } from "../../../core/errors.ts";
import type { Task } from "../../../core/task.ts";
import { createEvaluator } from "../../../evaluation/evaluator.ts";
import type { Judge } from "../../../evaluation/judge.ts";
import type { ScoringProfile } from "../../../evaluation/profile.ts";
import type { TaskConfig } from "../../../evaluation/task-config.ts";
import { toTask } from "../../../evaluation/to-task.ts";
import type { ObservationText } from "../../browser/observe.ts";
import { openOwnBrowserEnv } from "../../browser/own-browser-env.ts";
import { WINDOW_SIZE } from "../../browser/window-size.ts";
import type { SiteOrigins } from "../../sites/site-origins.ts";
import type { Benchmark } from "../benchmark.ts";
import { resetInstance } from "./reset-hook.ts";
import { createShopHelpers } from "./shop-helpers.ts";
import { SiteLogin } from "./site-login.ts";
import type { InstanceSettings, WebArenaSettings } from "./webarena-settings.ts";
import { type Account, PUBLIC_ACCOUNTS } from "./webarena-sites.ts";

export interface OpenWebArenaBenchmarkOptions {
  configs: readonly TaskConfig[];
  settings: WebArenaSettings;
  profile: ScoringProfile;
  /** Path of Chromium. */
  executablePath: string;
  /** Decides fuzzy answers. Without one they are unscored. */
  judge?: Judge;
  /** Names the judge in the results' facts. */
  judgeName?: string;
  /** Observations hold this text too: see `Observation.text`. */
  observationText?: ObservationText;
  /** How many environments are open at a time, at most. With as many instances, each has a state of its own. */
  workers?: number;
  /** Called with one line when tasks are left out because a site is not hosted. */
  onNote?: (line: string) => void;
  signal?: AbortSignal;
}

/**
 * The first environment resets the instances if their settings say so. Browsers start with their environments.
 *
 * @throws ConfigError when no task is left, or workers would reset sites that others use
 */
export async function openWebArenaBenchmark(
  options: OpenWebArenaBenchmarkOptions,
): Promise<Benchmark> {
  const { settings, profile, judgeName = "none", signal } = options;
  const configs = playableConfigs(options);
  const isolated = settings.instances.length >= (options.workers ?? Infinity);
  if (!isolated && settings.instances.some(({ reset }) => reset?.before === "task"))
    throw new ConfigError(
      `Expected as many instances as browsers, because each task resets its sites, got ${settings.instances.length} for ${options.workers ?? "any number"}. Lower --browsers, or reset before the run.`,
    );
  const instances = settings.instances.map((instance) =>
    createInstance(instance, configs, options),
  );
  const resets = settings.instances.flatMap(({ reset }) =>
    reset?.before === "run" ? [reset] : [],
  );
  // Late, because a preview opens the benchmark too.
  let ready: Promise<unknown> | null = null;
  const opened = new Set<AsyncDisposable>();
  let browserVersion = "not started";
  return {
    name: "webarena",
    tasks: instances[0]?.tasks ?? [],
    isolated,
    async openEnv(worker) {
      await (ready ??= Promise.all(resets.map((reset) => resetInstance(reset, { signal }))));
      const instance = instances[worker % instances.length];
      if (instance === undefined) throw new ConfigError("Expected an instance, got none.");
      const env = await instance.openEnv((version) => (browserVersion = version));
      opened.add(env);
      return env;
    },
    get facts() {
      return {
        profile,
        judge: judgeName,
        instances: String(instances.length),
        sites: Object.keys(settings.instances[0]?.sites ?? {}).join(","),
        login: settings.login.by,
        observationText: options.observationText ?? "none",
        tasksSha256: createHash("sha256").update(JSON.stringify(configs)).digest("hex"),
        chromium: browserVersion,
        viewport: `${WINDOW_SIZE.width}x${WINDOW_SIZE.height}`,
        deviceScaleFactor: "1",
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...opened].map((env) => env[Symbol.asyncDispose]()));
    },
  };
}

/** The tasks all of whose sites every instance hosts. */
function playableConfigs({
  configs,
  settings,
  onNote,
}: OpenWebArenaBenchmarkOptions): TaskConfig[] {
  const hosted = (site: string): boolean => settings.instances.every(({ sites }) => site in sites);
  const playable = configs.filter(({ sites }) => sites.every(hosted));
  const missing = [...new Set(configs.flatMap(({ sites }) => sites.filter((s) => !hosted(s))))];
  if (playable.length === 0)
    throw new ConfigError(
      `Expected tasks of the hosted sites, got only tasks that need ${missing.join(", ") || "nothing"}. Give the address of each site.`,
    );
  if (missing.length > 0)
    onNote?.(
      `${configs.length - playable.length} of ${configs.length} tasks are left out: no address for ${missing.join(", ")}.`,
    );
  return playable;
}

interface Instance {
  tasks: Task[];
  openEnv(onVersion: (version: string) => void): Promise<Env>;
}

function createInstance(
  { sites, reset }: InstanceSettings,
  configs: readonly TaskConfig[],
  options: OpenWebArenaBenchmarkOptions,
): Instance {
  const { settings, profile, judge, executablePath, observationText, signal } = options;
  const urls = Object.fromEntries(Object.entries(sites).map(([name, { url }]) => [name, url]));
  const origins: SiteOrigins = Object.fromEntries(
    Object.entries(sites).map(([name, { url, address }]) => [
      name,
      { origin: new URL(url).origin, ...(address !== undefined && { address }) },
    ]),
  );
  const byId = new Map(configs.map((config) => [String(config.task_id), config]));
  const tasks = new Map(configs.map((config) => [String(config.task_id), toTask(config, urls)]));
  const admin: Account | undefined =
    settings.accounts.shopping_admin ?? PUBLIC_ACCOUNTS.shopping_admin;
  const helpers =
    urls["shopping"] === undefined || admin === undefined
      ? {}
      : createShopHelpers(urls["shopping"], admin);
  const evaluator = createEvaluator({ profile, helpers, ...(judge && { judge }) });
  return {
    tasks: [...tasks.values()],
    async openEnv(onVersion) {
      const login = new SiteLogin({ settings, urls, origins: Object.values(origins) });
      const own = await openOwnBrowserEnv({
        executablePath,
        origins,
        control: null,
        evaluator,
        ...(observationText && { observationText }),
        ...(reset?.before === "task" && {
          resetSite: async () => await resetInstance(reset, { signal }),
        }),
        logIn: async (context, { id }) => {
          const config = byId.get(id);
          if (config !== undefined) await login.logIn(context, sitesToLogInTo(config, profile));
        },
      });
      onVersion((await own.browser()).version());
      const { env } = own;
      return {
        get startRequests() {
          return env.startRequests ?? [];
        },
        async reset({ task, ...more }) {
          const played = tasks.get(task.id);
          if (played === undefined)
            throw new TaskError(`Expected a task of the benchmark, got ${task.id}.`);
          return await env.reset({ ...more, task: { ...played, maxSteps: task.maxSteps } });
        },
        step: (action) => env.step(action),
        snapshot: () => env.snapshot(),
        async [Symbol.asyncDispose]() {
          // Together: a browser that hangs is killed, which ends the login's window too.
          await Promise.all([login.close(), own.close()]);
        },
      };
    },
  };
}

/** WebArena logs in where `storage_state` names a site, which of two sites may be one. `strict` takes all of them. */
function sitesToLogInTo(config: TaskConfig, profile: ScoringProfile): string[] {
  if (profile === "strict") return config.sites;
  const file = config.storage_state?.split("/").at(-1) ?? "";
  return file.replace(/_state\.json$/u, "").split(".");
}
