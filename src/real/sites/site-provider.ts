/**
 * The port to sites for episodes: the self-hosted sites, a real application, or a user's own. Every provider starts
 * sites with the two things that environments need, `origins` and `sites` (control).
 */

import { SiteError } from "../../core/errors.ts";
import type { SiteControl } from "./site-control.ts";
import type { SiteOrigin } from "./site-origins.ts";
import { startSiteProcess } from "./site-process.ts";

/** An account that can log in by the site's own form. Episodes are logged in as the first account of a site. */
export interface SiteAccount {
  site: string;
  username: string;
  password: string;
  /** The account's permissions, in words. */
  role: string;
}

export interface StartSitesOptions {
  /** Seed of each world by its label: `{ A: 1, B: 2 }`. A world depends on its seed only. */
  worlds: Readonly<Record<string, number>>;
  /** 0 or absent: any free port. */
  port?: number;
}

export interface ProvidedSites extends AsyncDisposable {
  origins: Record<string, SiteOrigin & { address: string }>;
  /** Starts, resets and ends episodes, counts, and checks health. Any number of episodes run in parallel. */
  control: SiteControl;
  /** @throws SiteError if the world does not exist */
  accounts(world: string): readonly SiteAccount[];
  /**
   * Keeps the current state of an episode as a new world, in which later episodes can start. Absent if the site's
   * states cannot be copied.
   */
  snapshot?(token: string, label: string): Promise<void>;
}

export interface SiteProvider {
  /** Origin of each site by its name, without the port: `{ shop: "http://shop.test" }`. */
  readonly sites: Readonly<Record<string, string>>;
  /** What this machine lacks, in one line that says what to do. Null if nothing is missing. */
  missing(): Promise<string | null>;
  /** Debian packages with the missing programs. Absent: none needed. */
  readonly packages?: readonly string[];
  /** Seeds the worlds and serves them on loopback. @throws SiteError */
  start(options: StartSitesOptions): Promise<ProvidedSites>;
}

/** @throws SiteError if something is missing or it does not start */
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

/** Sites that one Node process serves with a state per episode. The states live in its memory: no snapshots. */
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

/** @throws SiteError if the world does not exist */
export function seedOf(worlds: Readonly<Record<string, number>>, world: string): number {
  const seed = worlds[world];
  if (seed !== undefined) return seed;
  throw new SiteError(
    `Expected a world out of ${Object.keys(worlds).join(", ")}, got "${world}". Give the task one of them, or start the sites with it.`,
  );
}
