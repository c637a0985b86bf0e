/**
 * A browser context next to the agent's, for looking whether a login holds and for logging in. The agent's tabs, its
 * history and its request counts see nothing of it.
 */

import type { Browser, BrowserContext, Page } from "playwright";
import { BrowserError } from "../../../core/errors.ts";
import { originAllowlist, type SiteOrigin } from "../../sites/site-origins.ts";
import { giveSession } from "../../browser/give-session.ts";
import type { StoredSession } from "../../sites/stored-session.ts";
import type { Account } from "./webarena-sites.ts";

type Cookies = StoredSession["cookies"];

interface Identity {
  state: StoredSession;
  headers: Record<string, string>;
}

const ANSWER_TIMEOUT_MS = 30_000;
/** The field for the user name: the first visible one of the form that takes text. */
const TEXT_INPUT =
  "input:not([type=password], [type=hidden], [type=checkbox], [type=radio], [type=submit], [type=button]):visible";

export class LoginWindow {
  readonly #context: BrowserContext;
  readonly #page: Page;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.#page = page;
  }

  static async open(browser: Browser, origins: readonly SiteOrigin[]): Promise<LoginWindow> {
    const context = await browser.newContext({
      proxy: originAllowlist(origins),
      serviceWorkers: "block",
      locale: "en-US",
      timezoneId: "UTC",
    });
    context.setDefaultTimeout(ANSWER_TIMEOUT_MS);
    return new LoginWindow(context, await context.newPage());
  }

  get browser(): Browser | null {
    return this.#context.browser();
  }

  /**
   * Loads a page with this state and these headers only.
   *
   * @param text that a logged-in user sees there; empty: whoever is not logged in is sent elsewhere
   * @returns why it is not what a logged-in user sees, or null
   */
  async check(url: string, text: string, identity: Identity): Promise<string | null> {
    await this.#become(identity);
    const answer = await this.#page.goto(url, { waitUntil: "domcontentloaded" });
    const status = answer?.status() ?? 0;
    if (status >= 400) return `status ${status}`;
    if (text !== "")
      return (await this.#page.content()).includes(text) ? null : `a page without "${text}"`;
    const [wanted, found] = [url, this.#page.url()].map((address) =>
      new URL(address).pathname.replace(/\/+$/u, ""),
    );
    return wanted === found ? null : `a redirect to ${found === "" ? "/" : found}`;
  }

  /**
   * Fills in the login form at the URL and sends it.
   *
   * @returns the cookies that the site then has
   * @throws BrowserError if there is no such form
   */
  async fillForm(url: string, account: Account, headers: Record<string, string>): Promise<Cookies> {
    await this.#become({ state: { cookies: [], origins: [] }, headers });
    const page = this.#page;
    // Scripts may still fill in a token until the load event.
    await page.goto(url);
    const form = page
      .locator("form")
      .filter({ has: page.locator("input[type=password]:visible") })
      .first();
    if ((await form.count()) === 0)
      throw new BrowserError(
        `Expected a form with a password field at ${url}, got none. Correct \`loginPath\`.`,
      );
    await form.locator(TEXT_INPUT).first().fill(account.username);
    const password = form.locator("input[type=password]:visible").first();
    await password.fill(account.password);
    const next = page.waitForEvent("framenavigated");
    await password.press("Enter");
    await next;
    await page.waitForLoadState("domcontentloaded");
    return await this.#context.cookies();
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  async #become({ state, headers }: Identity): Promise<void> {
    await this.#context.clearCookies();
    await this.#context.setExtraHTTPHeaders(headers);
    await giveSession(this.#context, state);
  }
}
