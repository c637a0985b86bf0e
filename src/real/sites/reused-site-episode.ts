/** An environment's episode on the site: one state, reset between tasks, and ended with the environment. */

import type { Task } from "../../core/task.ts";
import type { SiteControl, SiteEpisode } from "./site-control.ts";

export interface KeptSiteEpisodeOptions {
  /** Controls sites that keep a state per episode. */
  sites?: SiteControl;
  /** For sites without such control: resets them to the task's start state. */
  resetSite?: (task: Task) => Promise<void>;
}

export class ReusedSiteEpisode {
  readonly #options: KeptSiteEpisodeOptions;
  #kept: { world: string; episode: SiteEpisode } | null = null;

  constructor(options: KeptSiteEpisodeOptions) {
    this.#options = options;
  }

  /** Resets the sites to the task's start state. @returns the episode's identity towards the sites */
  async start(task: Task): Promise<Pick<SiteEpisode, "headers" | "cookies">> {
    const { sites, resetSite } = this.#options;
    if (sites === undefined) {
      await resetSite?.(task);
      return { headers: {}, cookies: [] };
    }
    const { world } = task;
    const kept = this.#kept;
    if (kept !== null && kept.world !== world) await this.end();
    // An episode that cannot be reset is dropped: the next one starts again.
    this.#kept = null;
    const episode =
      kept?.world === world
        ? await sites.resetEpisode(kept.episode.token)
        : await sites.startEpisode(world);
    this.#kept = { world, episode };
    return episode;
  }

  async end(): Promise<void> {
    const kept = this.#kept;
    this.#kept = null;
    if (kept !== null) await this.#options.sites?.endEpisode(kept.episode.token);
  }
}
