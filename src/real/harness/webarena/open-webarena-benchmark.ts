/** WebArena's tasks on its sites, or on copies of them, as a benchmark for `dreamgym evaluate`. */

import { createHash } from "node:crypto";
import type { Env } from "../../../core/env.ts";
import { ConfigError } from "../../../core/errors.ts";
import type { TaskConfig } from "../../../evaluation/task-config.ts";
import { WINDOW_SIZE } from "../../browser/window-size.ts";
import type { Benchmark } from "../benchmark.ts";
import { resetInstance } from "./reset-hook.ts";
import { WebArenaInstance, type WebArenaInstanceOptions } from "./webarena-instance.ts";
import type { WebArenaSettings } from "./webarena-settings.ts";

export interface OpenWebArenaBenchmarkOptions extends WebArenaInstanceOptions {
  configs: readonly TaskConfig[];
  /** Names the judge in the results' facts. */
  judgeName?: string;
  /** How many environments are open at a time, at most. With as many instances, each has a state of its own. */
  workers?: number;
  /** Called with one line when tasks are left out because a site is not hosted. */
  onNote?: (line: string) => void;
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
  const instances = settings.instances.map(
    (instance) => new WebArenaInstance(instance, configs, options),
  );
  const resets = settings.instances.flatMap(({ reset }) =>
    reset?.before === "run" ? [reset] : [],
  );
  // Late, because a preview opens the benchmark too.
  let ready: Promise<unknown> | null = null;
  const opened = new Set<Env>();
  let browserVersion = "not started";
  return {
    name: "webarena",
    tasks: instances[0]?.tasks ?? [],
    isolated,
    async openEnv(worker) {
      await (ready ??= Promise.all(resets.map((reset) => resetInstance(reset, { signal }))));
      const instance = instances[worker % instances.length];
      if (instance === undefined) throw new ConfigError("Expected an instance, got none.");
      const { env, version } = await instance.openEnv((closed) => opened.delete(closed));
      browserVersion = version;
      opened.add(env);
      return env;
    },
    get facts() {
      return {
        profile,
        judge: judgeName,
        instances: String(instances.length),
        sites: Object.keys(settings.instances[0]?.sites ?? {}).join(","),
        addresses: JSON.stringify(addressesOf(settings)),
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

/** The address of each site in each instance, for who scores the traffic. */
function addressesOf({ instances }: WebArenaSettings): Record<string, string[]> {
  const addresses: Record<string, string[]> = {};
  for (const { sites } of instances)
    for (const [site, { url }] of Object.entries(sites)) (addresses[site] ??= []).push(url);
  return addresses;
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
