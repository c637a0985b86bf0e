/**
 * A browser context next to the agent's, for looking whether a login holds and for logging in. The agent's tabs, its
 * history and its request counts see nothing of it.
 */

import type { Browser, BrowserContext, Page } from "playwright";
import { BrowserError } from "../../../core/errors.ts";
import { originAllowlist, type SiteOrigin } from "../../sites/site-origins.ts";
import type { Account } from "./webarena-sites.ts";

export type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

const ANSWER_TIMEOUT_MS = 30_000;
/** The text field nearest to a password field: of all inputs of a form, the first that takes text. */
const TEXT_INPUT =
  "input:not([type=password], [type=hidden], [type=checkbox], [type=radio], [type=submit], [type=button])";

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

  /** Loads a page with these cookies and headers only. @returns why it is not what a logged-in user sees, or null */
  async check(
    url: string,
    text: string,
    identity: { cookies: Cookies; headers: Record<string, string> },
  ): Promise<string | null> {
    await this.#become(identity);
    const answer = await this.#page.goto(url, { waitUntil: "domcontentloaded" });
    const status = answer?.status() ?? 0;
    if (status >= 400) return `status ${status}`;
    const [wanted, found] = [url, this.#page.url()].map((address) =>
      new URL(address).pathname.replace(/\/+$/u, ""),
    );
    if (wanted !== found) return `a redirect to ${found === "" ? "/" : found}`;
    if (text === "" || (await this.#page.content()).includes(text)) return null;
    return `a page without "${text}"`;
  }

  /**
   * Fills in the login form at the URL and sends it.
   *
   * @returns the cookies that the site then has
   * @throws BrowserError if there is no such form
   */
  async fillForm(url: string, account: Account, headers: Record<string, string>): Promise<Cookies> {
    await this.#become({ cookies: [], headers });
    const page = this.#page;
    await page.goto(url, { waitUntil: "domcontentloaded" });
    const form = page.locator("form:has(input[type=password])").first();
    if ((await form.count()) === 0)
      throw new BrowserError(
        `Expected a form with a password field at ${url}, got none. Correct \`loginPath\`.`,
      );
    await form.locator(TEXT_INPUT).first().fill(account.username);
    const password = form.locator("input[type=password]").first();
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

  async #become(identity: { cookies: Cookies; headers: Record<string, string> }): Promise<void> {
    await this.#context.clearCookies();
    await this.#context.setExtraHTTPHeaders(identity.headers);
    if (identity.cookies.length > 0) await this.#context.addCookies(identity.cookies);
  }
}
