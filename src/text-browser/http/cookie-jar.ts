/** Cookies of a session without a browser, after RFC 6265 as far as sites under test need it. */

interface Cookie {
  name: string;
  value: string;
  /** Host that set it, or that it is for. */
  domain: string;
  isHostOnly: boolean;
  path: string;
  isSecure: boolean;
}

export class CookieJar {
  #cookies: Cookie[] = [];

  /** Adds a cookie for an origin and all its paths. */
  set(origin: string, name: string, value: string): void {
    const { hostname } = new URL(origin);
    this.#put({ name, value, domain: hostname, isHostOnly: true, path: "/", isSecure: false });
  }

  /**
   * Stores the cookies from an answer's `Set-Cookie` headers.
   *
   * @param date its `Date` header: the site's own clock, which decides when its cookies expire
   */
  read(url: URL, headers: readonly string[], date?: string): void {
    for (const header of headers) {
      const [pair = "", ...attributes] = header.split(";");
      const at = pair.indexOf("=");
      if (at <= 0) continue;
      const given = new Map(
        attributes.map((attribute) => {
          const [name = "", ...rest] = attribute.split("=");
          return [name.trim().toLowerCase(), rest.join("=").trim()];
        }),
      );
      const cookie = cookieFor(url, pair.slice(0, at).trim(), pair.slice(at + 1).trim(), given);
      if (cookie === null) continue;
      if (isExpired(given, date)) this.#remove(cookie);
      else this.#put(cookie);
    }
  }

  /** The `Cookie` header for a request. Empty without cookies. */
  write(url: URL): string {
    return this.#cookies
      .filter((cookie) => matches(cookie, url))
      .toSorted((one, other) => other.path.length - one.path.length)
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }

  #put(cookie: Cookie): void {
    this.#remove(cookie);
    this.#cookies.push(cookie);
  }

  #remove({ name, domain, path }: Cookie): void {
    this.#cookies = this.#cookies.filter(
      (other) => other.name !== name || other.domain !== domain || other.path !== path,
    );
  }
}

function cookieFor(
  url: URL,
  name: string,
  value: string,
  given: ReadonlyMap<string, string>,
): Cookie | null {
  const domain = (given.get("domain") ?? "").replace(/^\./u, "").toLowerCase();
  if (domain !== "" && url.hostname !== domain && !url.hostname.endsWith(`.${domain}`)) return null;
  const path = given.get("path") ?? "";
  return {
    name,
    value,
    domain: domain === "" ? url.hostname : domain,
    isHostOnly: domain === "",
    path: path.startsWith("/") ? path : url.pathname.replace(/\/[^/]*$/u, "") || "/",
    isSecure: given.has("secure"),
  };
}

function isExpired(given: ReadonlyMap<string, string>, date = ""): boolean {
  const maxAge = given.get("max-age");
  if (maxAge !== undefined && maxAge !== "") return Number(maxAge) <= 0;
  const expires = Date.parse(given.get("expires") ?? "");
  const now = Date.parse(date);
  return !Number.isNaN(expires) && expires <= (Number.isNaN(now) ? LONG_AGO : now);
}

/** For sites without a clock: cookies then expire in 1970, or after the episode. */
const LONG_AGO = Date.UTC(2000, 0, 1);

function matches(cookie: Cookie, url: URL): boolean {
  if (cookie.isSecure && url.protocol !== "https:") return false;
  const isHost =
    url.hostname === cookie.domain ||
    (!cookie.isHostOnly && url.hostname.endsWith(`.${cookie.domain}`));
  const isPath =
    url.pathname === cookie.path ||
    (url.pathname.startsWith(cookie.path) &&
      (cookie.path.endsWith("/") || url.pathname[cookie.path.length] === "/"));
  return isHost && isPath;
}
