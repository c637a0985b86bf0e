/** One form for each URL, by the rules of Python's url-normalize: percent-encoding, dot segments, default ports. */

import { cut, joinUrl, quote, splitUrl, unquote } from "./split-url.ts";
import { UnreadableValue } from "./typed-value.ts";

const WITH_HOST = ["http", "https", "ftp", "ftps"];
const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  ftp: "21",
  gopher: "70",
  http: "80",
  https: "443",
  ws: "80",
  wss: "443",
};

/** @throws UnreadableValue */
export function normalizeUrl(url: string): string {
  const cleaned = withScheme(url)
    .replaceAll("#!", "?_escaped_fragment_=")
    .replace(/[&? ]+$/u, "");
  const { scheme, host, path, query, fragment } = splitUrl(cleaned.trim());
  return joinUrl({
    scheme,
    host: normalizeHost(host, scheme),
    path: normalizePath(path, scheme),
    query: normalizeQuery(query),
    fragment: quote(decode(fragment), "~="),
  });
}

/** Text without a scheme is a host. */
function withScheme(url: string): string {
  if (url === "-" || (url.startsWith("/") && !url.startsWith("//"))) return url;
  if (!url.slice(0, 7).includes(":")) return `https://${url.replace(/^\/+/u, "")}`;
  const [scheme, rest] = cut(url, ":");
  return WITH_HOST.includes(scheme.toLowerCase())
    ? `${scheme}://${rest.replace(/^\/+/u, "")}`
    : url;
}

function normalizeHost(authority: string, scheme: string): string {
  const [, user = "", name = "", port = ""] = /([^@]*@)?([^:]*):?(.*)/su.exec(authority) ?? [];
  const number = /^\d+$/u.test(port) ? String(Number(port)) : port;
  const host = toAsciiHost(name.toLowerCase().split(".").filter(Boolean).join("."));
  const isDefault = number === "" || DEFAULT_PORTS[scheme] === number;
  return `${user === "@" || user === ":@" ? "" : user}${host}${isDefault ? "" : `:${number}`}`;
}

function toAsciiHost(host: string): string {
  if (/^\p{ASCII}*$/u.test(host)) return host;
  if (!URL.canParse(`http://${host}`)) throw new UnreadableValue(`expected a host, got ${host}`);
  return new URL(`http://${host}`).hostname;
}

function normalizePath(path: string, scheme: string): string {
  const encoded = quote(decode(path), "~:/#[]@!$&'()*+,;=");
  const isRooted = ["http", "https", "ftp", "file"].includes(scheme);
  if (!isRooted && scheme !== "") return encoded;
  const segments = encoded.split("/");
  const output: string[] = [];
  for (const segment of segments) {
    if (segment === "" && output.length === 0) output.push(segment);
    else if (segment === "..") output.splice(Math.max(1, output.length - 1));
    else if (segment !== "" && segment !== ".") output.push(segment);
  }
  if (["", ".", ".."].includes(segments.at(-1) as string)) output.push("");
  return output.join("/") || (isRooted ? "/" : "");
}

function normalizeQuery(query: string): string {
  const encode = (part: string): string => quote(decode(part), "~:/?[]@!$'()*+,;");
  return query
    .split("&")
    .filter(Boolean)
    .map((field) => {
      const [name, value] = cut(field, "=").map(encode);
      return value === "" ? name : `${name}=${value}`;
    })
    .join("&");
}

function decode(text: string): string {
  return unquote(text).normalize("NFC");
}
