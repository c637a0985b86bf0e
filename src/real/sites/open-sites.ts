/** Sites of a provider, or sites that run already: the same two things for every environment over them. */

import { ConfigError } from "../../core/errors.ts";
import type { SiteControl } from "./site-control.ts";
import type { SiteOrigins } from "./site-origins.ts";
import { type SiteProvider, startSites } from "./site-provider.ts";
import { sessionOf, type StoredSession } from "./stored-session.ts";

export interface OpenSitesOptions {
  /** Starts, resets and counts the sites. For running sites that nobody can reset: their URLs by name. */
  provider: SiteProvider | Readonly<Record<string, string>>;
  /** Seed by label. Sites that are already running have none. */
  worlds: Readonly<Record<string, number>>;
  /** Running sites: what each episode has in its browser when it starts. */
  session?: StoredSession;
}

/** @param closers receives what to call at the end. @throws SiteError */
export async function openSites(
  { provider, worlds, session }: OpenSitesOptions,
  closers: (() => PromiseLike<void>)[],
): Promise<{ origins: SiteOrigins; control: SiteControl | null }> {
  if (isProvider(provider)) {
    const sites = await startSites(provider, { worlds });
    closers.push(() => sites[Symbol.asyncDispose]());
    return sites;
  }
  const origins = Object.entries(provider).map(([name, url]) => {
    const { origin } = new URL(url);
    return [name, { origin, ...(session && { session: sessionOf(session, origin) }) }];
  });
  return { origins: Object.fromEntries(origins) as SiteOrigins, control: null };
}

/** @throws ConfigError: the text browser has no scripts, which most logins need */
export function assertNoLogin({ login }: { login?: unknown }): void {
  if (login === undefined) return;
  throw new ConfigError(
    "Expected sites without a login script in the text browser, got some with one: it is played in Chromium alone. Give it a stored session instead, or use Chromium.",
  );
}

/** Whether it is a provider rather than a record of URLs. Only a provider has a function with this name. */
const isProvider = (provider: OpenSitesOptions["provider"]): provider is SiteProvider =>
  typeof provider["start"] === "function";
