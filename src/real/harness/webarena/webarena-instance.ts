/** One copy of WebArena's sites: its tasks at its own addresses, and environments that are logged in there. */

import type { Env } from "../../../core/env.ts";
import { TaskError } from "../../../core/errors.ts";
import type { Evaluator } from "../../../core/evaluator.ts";
import type { Task } from "../../../core/task.ts";
import { wrapEnv } from "../../../core/wrap-env.ts";
import { createEvaluator } from "../../../evaluation/evaluator.ts";
import type { SiteHelpers } from "../../../evaluation/helper-call.ts";
import type { Judge } from "../../../evaluation/judge.ts";
import type { ScoringProfile } from "../../../evaluation/profile.ts";
import type { TaskConfig } from "../../../evaluation/task-config.ts";
import { toTask } from "../../../evaluation/to-task.ts";
import type { ObservationText } from "../../browser/observe.ts";
import { openOwnBrowserEnv, type OwnBrowserEnv } from "../../browser/own-browser-env.ts";
import type { SiteOrigins } from "../../sites/site-origins.ts";
import { resetInstance } from "./reset-hook.ts";
import { createShopHelpers } from "./shop-helpers.ts";
import { SiteLogin } from "./site-login.ts";
import type { InstanceSettings, WebArenaSettings } from "./webarena-settings.ts";
import { PUBLIC_ACCOUNTS } from "./webarena-sites.ts";

export interface WebArenaInstanceOptions {
  settings: WebArenaSettings;
  profile: ScoringProfile;
  /** Path of Chromium. */
  executablePath: string;
  /** Decides fuzzy answers. Without one they are unscored. */
  judge?: Judge;
  /** Observations hold this text too: see `Observation.text`. */
  observationText?: ObservationText;
  signal?: AbortSignal;
}

export class WebArenaInstance {
  readonly #options: WebArenaInstanceOptions;
  readonly #reset: InstanceSettings["reset"];
  readonly #urls: Readonly<Record<string, string>>;
  readonly #origins: SiteOrigins;
  readonly #evaluator: Evaluator;
  /** By task id, with this instance's addresses. */
  readonly #played: ReadonlyMap<string, { config: TaskConfig; task: Task }>;

  constructor(
    { sites, reset }: InstanceSettings,
    configs: readonly TaskConfig[],
    options: WebArenaInstanceOptions,
  ) {
    const { settings, profile, judge } = options;
    this.#options = options;
    this.#reset = reset;
    this.#urls = Object.fromEntries(Object.entries(sites).map(([name, { url }]) => [name, url]));
    this.#origins = originsOf(sites);
    const helpers = helpersOf(this.#urls, settings);
    this.#evaluator = createEvaluator({ profile, helpers, ...(judge && { judge }) });
    this.#played = new Map(
      configs.map((config) => {
        const task = toTask(config, this.#urls);
        return [task.id, { config, task }];
      }),
    );
  }

  get tasks(): Task[] {
    return [...this.#played.values()].map(({ task }) => task);
  }

  /** @param onClose called when the environment is disposed of */
  async openEnv(onClose: (env: Env) => void): Promise<{ env: Env; version: string }> {
    const login = new SiteLogin({
      settings: this.#options.settings,
      urls: this.#urls,
      origins: Object.values(this.#origins),
    });
    const own = await this.#openBrowser(login);
    const env = this.#wrap(own, async () => {
      onClose(env);
      // Together: a browser that hangs is killed, which ends the login's window too.
      await Promise.all([login.close(), own.close()]);
    });
    return { env, version: (await own.browser()).version() };
  }

  async #openBrowser(login: SiteLogin): Promise<OwnBrowserEnv> {
    const { executablePath, observationText, profile, signal } = this.#options;
    const reset = this.#reset;
    return await openOwnBrowserEnv({
      executablePath,
      origins: this.#origins,
      control: null,
      evaluator: this.#evaluator,
      ...(observationText && { observationText }),
      ...(reset?.before === "task" && { resetSite: () => resetInstance(reset, { signal }) }),
      logIn: async (context, { id }) => {
        const played = this.#played.get(id);
        if (played !== undefined)
          await login.logIn(context, sitesToLogInTo(played.config, profile));
      },
    });
  }

  /** Callers name tasks of the first instance. This one plays its own. */
  #wrap({ env }: OwnBrowserEnv, close: () => Promise<void>): Env {
    return wrapEnv(env, {
      reset: async ({ task, ...more }) => {
        const played = this.#played.get(task.id);
        if (played === undefined)
          throw new TaskError(`Expected a task of the benchmark, got ${task.id}.`);
        return await env.reset({ ...more, task: { ...played.task, maxSteps: task.maxSteps } });
      },
      [Symbol.asyncDispose]: close,
    });
  }
}

function originsOf(sites: InstanceSettings["sites"]): SiteOrigins {
  return Object.fromEntries(
    Object.entries(sites).map(([name, { url, address }]) => [
      name,
      { origin: new URL(url).origin, ...(address !== undefined && { address }) },
    ]),
  );
}

/** None without a shop. */
function helpersOf(
  { shopping: shop }: Readonly<Record<string, string>>,
  { accounts }: WebArenaSettings,
): SiteHelpers {
  const admin = accounts.shopping_admin ?? PUBLIC_ACCOUNTS.shopping_admin;
  return shop === undefined || admin === undefined ? {} : createShopHelpers(shop, admin);
}

/** WebArena logs in where `storage_state` names a site, which of two sites may be one. `strict` takes all of them. */
function sitesToLogInTo(config: TaskConfig, profile: ScoringProfile): string[] {
  if (profile === "strict") return config.sites;
  const file = config.storage_state?.split("/").at(-1) ?? "";
  return file.replace(/_state\.json$/u, "").split(".");
}
