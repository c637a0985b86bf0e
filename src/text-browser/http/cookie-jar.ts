/** Cookies of a session without a browser: RFC 6265bis by `tough-cookie`, with the site's own clock. */

import { Cookie, CookieJar as ToughJar, getPublicSuffix } from "tough-cookie";

/** Whether a navigation starts on the same site. Cookies may stay at home otherwise. */
type SameSite = "strict" | "lax" | "none";

/** Name and value together: longer cookies are not stored. */
const MOST_CHARACTERS = 4096;
const CONTROL_CHARACTERS = /[^\P{Cc}\t]/u;

export class CookieJar {
  readonly #jar = new ToughJar(undefined, { looseMode: true, prefixSecurity: "silent" });

  /** Adds a cookie for an origin and all its paths. */
  set(origin: string, name: string, value: string): void {
    this.#jar.setCookieSync(new Cookie({ key: name, value, path: "/" }), origin, { loose: true });
  }

  /**
   * Stores the cookies from an answer's `Set-Cookie` headers.
   *
   * @param isForeign for a frame of another site, see `isForeign`
   * @param date its `Date` header: the site's own clock, which decides when its cookies expire
   */
  read(url: URL, headers: readonly string[], date = "", isForeign = false): void {
    const clock = Date.parse(date);
    const now = Number.isNaN(clock) ? LONG_AGO : clock;
    for (const header of headers) {
      const cookie = Cookie.parse(header, { loose: true });
      if (cookie === undefined || !isAccepted(cookie, header, url)) continue;
      if (isForeign && cookie.sameSite !== "none") continue;
      // The machine's clock must not matter: a cookie has expired already, or lasts for the episode.
      const expiry = cookie.expiryTime(new Date(now));
      cookie.setExpires(expiry !== undefined && expiry <= now ? new Date(0) : "Infinity");
      cookie.maxAge = null;
      this.#jar.setCookieSync(cookie, url.href, { ignoreError: true });
    }
  }

  /**
   * The `Cookie` header for a request. Empty without cookies.
   *
   * @param from the page that the request starts on. Absent for an address that the agent opened
   * @param isForeign for a frame of another site, see `isForeign`
   */
  write(url: URL, method = "GET", from?: string, isForeign = false): string {
    const sameSiteContext = sameSiteOf(url, method, from);
    if (!isForeign) return this.#jar.getCookieStringSync(url.href, { sameSiteContext });
    const cookies = this.#jar.getCookiesSync(url.href, { sameSiteContext: "none" });
    return cookies
      .filter(({ sameSite }) => sameSite === "none")
      .map((cookie) => cookie.cookieString())
      .join("; ");
  }
}

/** For sites without a clock: cookies then expire in 1970, or after the episode. */
const LONG_AGO = Date.UTC(2000, 0, 1);

function isAccepted(cookie: Cookie, header: string, url: URL): boolean {
  const isSecure = url.protocol === "https:" || url.hostname === "localhost";
  if (cookie.secure && !isSecure) return false;
  if (cookie.sameSite === "none" && !cookie.secure) return false;
  if (cookie.key === "" && (cookie.value === "" || /^__(?:host|secure)-/iu.test(cookie.value)))
    return false;
  return (
    cookie.key.length + cookie.value.length <= MOST_CHARACTERS && !CONTROL_CHARACTERS.test(header)
  );
}

function sameSiteOf(url: URL, method: string, from: string | undefined): SameSite {
  if (from === undefined || !isForeign(url, from)) return "strict";
  return method === "GET" ? "lax" : "none";
}

/** Whether an address belongs to another site than a page. In a frame there, only `SameSite=None` cookies count. */
export function isForeign(url: URL, pageUrl: string): boolean {
  const page = new URL(pageUrl);
  return page.protocol !== url.protocol || siteOf(page) !== siteOf(url);
}

/** The part of a host name that one owner has. */
function siteOf({ hostname }: URL): string {
  return getPublicSuffix(hostname, { allowSpecialUseDomain: true, ignoreError: true }) ?? hostname;
}
