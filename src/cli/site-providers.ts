/** Who serves a site of the committed tasks: the sites of this package come from one process, an application from itself. */

import {
  createFossil,
  createFossilWorld,
  createKiwix,
  createMediawiki,
  createWorld,
  maskFossil,
  maskMediawiki,
  OWN_SITE_URLS,
} from "../../fixtures/index.ts";
import { homedir } from "node:os";
import { join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import type { SiteApplication } from "../real/sites/site-application.ts";
import { provideApplication } from "../real/sites/site-provider-application.ts";
import { provideSiteProcess, type SiteProvider } from "../real/sites/site-provider.ts";
import type { CliContext } from "./context.ts";
import { siteEntry } from "./package-root.ts";

interface KnownApplication {
  create: (options: { searchPath: string; cacheFolder: string }) => SiteApplication;
  /** What it is seeded with, as plain data. */
  createWorld: (seed: number) => unknown;
  /** Writes the same for whatever differs between two visits to the same state: moments, random numbers. */
  mask: (text: string) => string;
}

/** Applications that nobody here wrote, by the name of their site. */
const APPLICATIONS: ReadonlyMap<string, KnownApplication> = new Map([
  ["fossil", { create: createFossil, createWorld: createFossilWorld, mask: maskFossil }],
  ["mediawiki", { create: createMediawiki, createWorld, mask: maskMediawiki }],
  ["kiwix", { create: createKiwix, createWorld, mask: (text: string) => text }],
]);

export const APPLICATION_NAMES: readonly string[] = [...APPLICATIONS.keys()];

/** What a comparison is made on where nothing else is said. */
export const DEFAULT_SITES: readonly string[] = ["shopping", "reddit"];

/** @throws ConfigError when they are unknown, or not served together */
export function createProvider(sites: readonly string[], context: CliContext): SiteProvider {
  const application = applicationOf(sites);
  if (application === null) return provideOwnSites(sites);
  const { create } = application;
  const cacheFolder = join(homedir(), ".cache", "dreamgym");
  return provideApplication(create({ searchPath: context.environment.path ?? "", cacheFolder }), {
    log: (line) => context.progress.note(line),
  });
}

/** Data of the world that the sites show. */
export function createWorldOf(sites: readonly string[], seed: number): unknown {
  return (applicationOf(sites)?.createWorld ?? createWorld)(seed);
}

/** Makes two visits to the same state look the same; sites of this package do so on their own. */
export function maskOf(sites: readonly string[]): (text: string) => string {
  return applicationOf(sites)?.mask ?? ((text) => text);
}

/** Tasks by who serves their sites: what is in one group can be played on one provider. */
export function groupByProvider<T extends { sites: readonly string[] }>(
  tasks: readonly T[],
): { sites: string[]; tasks: T[] }[] {
  const groups = new Map<string, T[]>();
  for (const task of tasks) {
    const server = task.sites.find((site) => APPLICATIONS.has(site)) ?? "";
    groups.set(server, [...(groups.get(server) ?? []), task]);
  }
  return [...groups.values()].map((own) => ({
    sites: [...new Set(own.flatMap(({ sites }) => sites))],
    tasks: own,
  }));
}

/** null: they are of this package. @throws ConfigError */
function applicationOf(sites: readonly string[]): KnownApplication | null {
  const known = [...Object.keys(OWN_SITE_URLS), ...APPLICATION_NAMES];
  const unknown = sites.find((site) => !known.includes(site));
  if (unknown !== undefined || sites.length === 0)
    throw new ConfigError(
      `Expected sites out of ${known.join(", ")}, got ${unknown === undefined ? "none" : `"${unknown}"`}.`,
    );
  const first = sites.find((site) => APPLICATIONS.has(site));
  if (first !== undefined && sites.length > 1)
    throw new ConfigError(
      `Expected ${first} without other sites, as it is served for itself, got ${sites.join(", ")}. Run them one after the other.`,
    );
  return APPLICATIONS.get(first ?? "") ?? null;
}

/** One account on all of them. */
function provideOwnSites(sites: readonly string[]): SiteProvider {
  const urls = Object.fromEntries(
    Object.entries(OWN_SITE_URLS).filter(([site]) => sites.includes(site)),
  );
  return provideSiteProcess({
    entry: siteEntry(),
    sites: urls,
    accounts: (seed) => {
      const { username, password } = createWorld(seed).people.account;
      return Object.keys(urls).map((site) => ({ site, username, password, role: "member" }));
    },
  });
}
