/**
 * Logs an environment's browser in to the sites of a task. The login is looked at before each episode, and renewed when
 * it has expired: an agent may log out, and a reset forgets all sessions. Sessions and passwords stay in memory.
 */

import { join } from "node:path";
import type { Browser, BrowserContext } from "playwright";
import { BrowserError, SiteError } from "../../../core/errors.ts";
import type { SiteOrigin } from "../../sites/site-origins.ts";
import { LoginWindow } from "./login-window.ts";
import { giveSession } from "../../browser/give-session.ts";
import { joinSessions, readStoredSession, type StoredSession } from "../../sites/stored-session.ts";
import type { WebArenaSettings } from "./webarena-settings.ts";
import {
  type Account,
  LOGIN_RULES,
  type LoginRule,
  PUBLIC_ACCOUNTS,
  type WebArenaSite,
} from "./webarena-sites.ts";

export interface SiteLoginOptions {
  settings: Pick<WebArenaSettings, "login" | "accounts" | "loginPages" | "headers">;
  /** URL of each site of this instance. */
  urls: Readonly<Record<string, string>>;
  origins: readonly SiteOrigin[];
}

interface KnownSite {
  name: WebArenaSite;
  url: string;
  rule: LoginRule;
  account: Account;
}

export class SiteLogin {
  readonly #options: SiteLoginOptions;
  /** Each site's running session. */
  readonly #sessions = new Map<WebArenaSite, StoredSession>();
  #window: LoginWindow | null = null;

  constructor(options: SiteLoginOptions) {
    this.#options = options;
  }

  /**
   * Gives the context the sessions of these sites.
   *
   * @param names of the sites that the task wants a login on
   * @throws SiteError when a site takes no login, ConfigError when a stored session is missing
   */
  async logIn(context: BrowserContext, names: readonly string[]): Promise<void> {
    const sites = this.#options.settings.login.by === "none" ? [] : this.#known(names);
    const headers = this.#headersFor(sites);
    await context.setExtraHTTPHeaders(headers);
    if (sites.length === 0) return;
    const window = await this.#openWindow(context.browser());
    for (const site of sites) if (!this.#sessions.has(site.name)) await this.#begin(site, window);
    for (const site of sites) await this.#ensure(site, sites, headers, window);
    await giveSession(context, this.#stateOf(sites));
  }

  async close(): Promise<void> {
    await this.#window?.close().catch(() => null); // its browser may be gone
    this.#window = null;
  }

  /** Renews the session once if it does not hold. All sites' sessions are looked at together: hosts may share names. */
  async #ensure(
    site: KnownSite,
    all: readonly KnownSite[],
    headers: Record<string, string>,
    window: LoginWindow,
  ): Promise<void> {
    const look = async (): Promise<string | null> =>
      await window.check(
        `${site.url}${site.rule.checkPath.replaceAll("{username}", encodeURIComponent(site.account.username))}`,
        site.rule.checkText,
        { state: this.#stateOf(all), headers },
      );
    if ((await look()) === null) return;
    await this.#renew(site, window);
    const problem = await look();
    if (problem === null) return;
    this.#sessions.delete(site.name);
    throw new SiteError(
      `The login of ${site.account.username} on ${site.name} (${site.url}) does not hold: ${site.rule.checkPath} gave ${problem}. Check the account, or \`loginPages\`. Sites on one host that differ in the port alone overwrite each other's cookies: give each a host of its own.`,
    );
  }

  async #begin(site: KnownSite, window: LoginWindow): Promise<void> {
    const { login } = this.#options.settings;
    if (login.by === "stored") this.#sessions.set(site.name, this.#readState(login.folder, site));
    else await this.#renew(site, window);
  }

  async #renew(site: KnownSite, window: LoginWindow): Promise<void> {
    if (this.#usesHeader(site)) {
      this.#sessions.set(site.name, { cookies: [], origins: [] });
      return;
    }
    const url = `${site.url}${site.rule.loginPath}`;
    try {
      const { headers } = this.#options.settings;
      const cookies = await window.fillForm(url, site.account, headers);
      this.#sessions.set(site.name, {
        cookies,
        origins: this.#sessions.get(site.name)?.origins ?? [],
      });
    } catch (error) {
      if (!window.browser?.isConnected()) throw error;
      const reason = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
      throw new SiteError(`The login on ${site.name} at ${url} failed: ${reason}`, {
        cause: error,
        retryable: true,
      });
    }
  }

  #stateOf(sites: readonly KnownSite[]): StoredSession {
    return joinSessions(sites.flatMap(({ name }) => this.#sessions.get(name) ?? []));
  }

  /** What other origins have stored is out of the browser's reach. */
  #readState(folder: string, { name }: KnownSite): StoredSession {
    const known = new Set(this.#options.origins.map(({ origin }) => origin));
    const { cookies, origins } = readStoredSession(
      join(folder, `${name}_state.json`),
      "Write it with WebArena's auto_login.py, or log in by the form.",
    );
    return { cookies, origins: origins.filter(({ origin }) => known.has(origin)) };
  }

  #headersFor(sites: readonly KnownSite[]): Record<string, string> {
    const own = sites.flatMap((site) =>
      this.#usesHeader(site) && site.rule.header !== null
        ? [[site.rule.header, `${site.account.username}:${site.account.password}`]]
        : [],
    );
    return { ...this.#options.settings.headers, ...(Object.fromEntries(own) as object) };
  }

  #usesHeader({ rule }: KnownSite): boolean {
    return this.#options.settings.login.by === "header" && rule.header !== null;
  }

  #known(names: readonly string[]): KnownSite[] {
    const { settings, urls } = this.#options;
    return names.flatMap((text) => {
      const name = text as WebArenaSite;
      const rule = LOGIN_RULES[name];
      const account = settings.accounts[name] ?? PUBLIC_ACCOUNTS[name];
      const url = urls[name];
      if (rule === undefined || account === undefined || url === undefined) return [];
      return [{ name, url, account, rule: { ...rule, ...settings.loginPages[name] } }];
    });
  }

  async #openWindow(browser: Browser | null): Promise<LoginWindow> {
    if (browser === null) throw new BrowserError("Expected a context of a browser, got another.");
    if (this.#window !== null && this.#window.browser === browser) return this.#window;
    await this.close();
    this.#window = await LoginWindow.open(browser, this.#options.origins);
    return this.#window;
  }
}
