/**
 * The port to whatever serves sites for episodes: the self-hosted sites, a real application, a user's own. What it
 * starts gives environments the two things they take, `origins` and `sites` (control), whoever is behind it.
 */

import { SiteError } from "../../core/errors.ts";
import type { SiteControl } from "./site-control.ts";
import type { SiteOrigin } from "./site-origins.ts";
import { startSiteProcess } from "./site-process.ts";

/** Somebody who can log in by the site's own form. The first of a site is whom episodes are logged in as. */
export interface SiteAccount {
  site: string;
  username: string;
  password: string;
  /** What it may do, in words. */
  role: string;
}

export interface StartSitesOptions {
  /** Seed of each world by its label: `{ A: 1, B: 2 }`. A world is a function of its seed. */
  worlds: Readonly<Record<string, number>>;
  /** 0 or absent: any free one. */
  port?: number;
}

export interface ProvidedSites extends AsyncDisposable {
  origins: Record<string, Required<SiteOrigin>>;
  /** Starts, resets, ends, counts, health. Any number of episodes run side by side. */
  control: SiteControl;
  /** @throws SiteError when there is no such world */
  accounts(world: string): readonly SiteAccount[];
  /**
   * Keeps the state an episode is in as a world of its own, in which episodes can start from then on. Absent where
   * states cannot be had.
   */
  snapshot?(token: string, label: string): Promise<void>;
}

export interface SiteProvider {
  /** Origin of each site by its name, whatever the port: `{ shop: "http://shop.test" }`. */
  readonly sites: Readonly<Record<string, string>>;
  /** What this machine lacks for it, in one line that says what to do; null: nothing. */
  missing(): Promise<string | null>;
  /** Debian's, that hold what is missing. Absent: it needs none. */
  readonly packages?: readonly string[];
  /** Seeds the worlds and serves them on loopback. @throws SiteError */
  start(options: StartSitesOptions): Promise<ProvidedSites>;
}

/** @throws SiteError when something is missing or it does not start */
export async function startSites(
  provider: SiteProvider,
  options: StartSitesOptions,
): Promise<ProvidedSites> {
  const lack = await provider.missing();
  if (lack !== null) throw new SiteError(lack);
  return await provider.start(options);
}

export interface SiteProcessProviderOptions {
  /** Path of the module that serves the sites: see `startSiteProcess`. */
  entry: string;
  sites: Readonly<Record<string, string>>;
  accounts(seed: number): readonly SiteAccount[];
}

/** Sites that one Node process serves with states of its own per episode. They live in its memory: no snapshots. */
export function provideSiteProcess(options: SiteProcessProviderOptions): SiteProvider {
  const { entry, sites } = options;
  return {
    sites,
    missing: () => Promise.resolve(null),
    async start({ worlds, port }) {
      const started = await startSiteProcess({
        entry,
        sites,
        worlds,
        ...(port !== undefined && { port }),
      });
      return {
        origins: started.origins,
        control: started.control,
        accounts: (world) => options.accounts(seedOf(worlds, world)),
        [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
      };
    },
  };
}

/** @throws SiteError when there is no such world */
export function seedOf(worlds: Readonly<Record<string, number>>, world: string): number {
  const seed = worlds[world];
  if (seed !== undefined) return seed;
  throw new SiteError(
    `Expected a world out of ${Object.keys(worlds).join(", ")}, got "${world}". Give the task one of them, or start the sites with it.`,
  );
}
