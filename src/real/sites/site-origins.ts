/** The origins that an episode may reach, and the local addresses that serve them. */

import { ConfigError } from "../../core/errors.ts";
import type { StoredSession } from "./stored-session.ts";

/** One site as the browser sees it. */
export interface SiteOrigin {
  /** Scheme, host and port in tasks, observations and trajectories: `http://shop.test`. */
  origin: string;
  /** `127.0.0.1:PORT` of its real server. Absent: the origin's own host and port. */
  address?: string;
  /** What each episode has in its browser for this site when it starts. */
  session?: StoredSession;
}

/** By site name, as in `Task.sites`. */
export type SiteOrigins = Readonly<Record<string, SiteOrigin>>;

const DEFAULT_PORTS: Record<string, string> = { "http:": "80", "https:": "443" };

/** @throws ConfigError if it is not an http(s) URL */
function parseOrigin(origin: string): URL {
  const url = URL.parse(origin);
  if (url !== null && url.protocol in DEFAULT_PORTS) return url;
  throw new ConfigError(
    `Expected an origin such as http://site.test, got "${origin}". Write it with scheme and host.`,
  );
}

/** Host and explicit port: `shop.test:80`. IPv6 hosts keep their brackets. @throws ConfigError */
function hostAndPort(origin: string): string {
  const url = parseOrigin(origin);
  return `${url.hostname}:${url.port === "" ? (DEFAULT_PORTS[url.protocol] ?? "80") : url.port}`;
}

/** Whether an absolute URL belongs to one of the origins: scheme, host and port. Only http(s) URLs do. */
export function isAllowedUrl(url: string, origins: readonly SiteOrigin[]): boolean {
  const parsed = URL.parse(url);
  if (parsed === null || !(parsed.protocol in DEFAULT_PORTS)) return false;
  return origins.some(({ origin }) => parseOrigin(origin).origin === parsed.origin);
}

/**
 * Chromium's `--host-resolver-rules`. The first matching rule wins, and a pattern may have a port. Every host without
 * a rule, including IP literals and loopback, does not resolve.
 */
export function hostResolverRules(origins: readonly SiteOrigin[]): string {
  const rules = origins.map(({ origin, address }) => {
    const place = hostAndPort(origin);
    return `MAP ${place} ${address ?? place}`;
  });
  return [...rules, "MAP * ~NOTFOUND"].join(", ");
}

/**
 * A proxy that does not exist, for everything except these origins: it limits one browser context. It needs no
 * interception, and covers documents, redirects, script requests and WebSockets.
 */
export function originAllowlist(origins: readonly SiteOrigin[]): {
  server: string;
  bypass: string;
} {
  const bypass = origins.flatMap(({ origin }) => {
    const isSecure = parseOrigin(origin).protocol === "https:";
    const schemes = isSecure ? ["https", "wss"] : ["http", "ws"];
    return schemes.map((scheme) => `${scheme}://${hostAndPort(origin)}`);
  });
  return { server: "http://fence.invalid:1", bypass: ["<-loopback>", ...bypass].join(",") };
}
