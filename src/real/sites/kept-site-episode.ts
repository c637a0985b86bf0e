/** The site's side of an environment's episodes: one state on the site, reset from task to task, ended at the end. */

import type { Task } from "../../core/task.ts";
import type { SiteControl, SiteEpisode } from "./site-control.ts";

export interface KeptSiteEpisodeOptions {
  /** Control of sites that keep a state per episode. */
  sites?: SiteControl;
  /** For sites without such control: brings them to the task's start state. */
  resetSite?: (task: Task) => Promise<void>;
}

export class KeptSiteEpisode {
  readonly #options: KeptSiteEpisodeOptions;
  #kept: { world: string; episode: SiteEpisode } | null = null;

  constructor(options: KeptSiteEpisodeOptions) {
    this.#options = options;
  }

  /** Brings the sites to the task's start state. @returns who the episode is towards them */
  async start(task: Task): Promise<Pick<SiteEpisode, "headers" | "cookies">> {
    const { sites, resetSite } = this.#options;
    if (sites === undefined) {
      await resetSite?.(task);
      return { headers: {}, cookies: [] };
    }
    if (this.#kept?.world === task.world)
      this.#kept.episode = await sites.resetEpisode(this.#kept.episode.token);
    else {
      await this.end();
      this.#kept = { world: task.world, episode: await sites.startEpisode(task.world) };
    }
    return this.#kept.episode;
  }

  async end(): Promise<void> {
    const kept = this.#kept;
    this.#kept = null;
    if (kept !== null) await this.#options.sites?.endEpisode(kept.episode.token);
  }
}
