/**
 * Controls of a page: links to the page's own address plus a suffix, such as `/jar/oak?do=edit` on `/jar/oak`, and links
 * that lead back to it. They belong to the page, not to a list on it, and they follow its address.
 */

import type { RequestFeatures } from "./request-features.ts";

/** The behind part of a control's address. */
interface Suffix {
  path: string;
  /** Parameters that the page's own address lacks. */
  params: readonly (readonly [string, string])[];
}

/** A link in another page of the shape. */
export interface OtherLink {
  text: string;
  features: RequestFeatures;
}

const PARAMETER = "param:";
/** Stands for the site: features do not name it. */
const ANY_SITE = "http://site.invalid";

/**
 * The address of a control for a new request. Suffix parameters whose values vary are left out.
 *
 * @param link the address in the example
 * @param own the example's features
 * @param others the same link in other pages; at least one has to agree
 * @returns null where the link is not a control
 */
export function bindControl(
  link: string,
  own: RequestFeatures,
  target: RequestFeatures,
  others: readonly OtherLink[],
): string | null {
  const suffix = suffixOf(link, own);
  const peers = others.map(({ text, features }) => suffixOf(text, features));
  const path = target.get("target");
  if (suffix === null || path === undefined || peers.length === 0) return null;
  if (peers.some((peer) => peer?.path !== suffix.path)) return null;
  const constant = suffix.params.filter(([name, value]) =>
    peers.every((peer) => peer?.params.some(([n, v]) => n === name && v === value)),
  );
  const query = new URLSearchParams([...paramsOf(target), ...constant.map(([n, v]) => [n, v])]);
  const site = URL.canParse(link) ? new URL(link).origin : "";
  return `${site}${path}${suffix.path}${query.size === 0 ? "" : `?${query.toString()}`}`;
}

/**
 * The address of a link that brings visitors back, for a new request: one of its parameters holds the page's own
 * address, such as `/login?next=/jar/oak`.
 *
 * @param others the same link in other pages; at least one has to agree
 * @returns null where the link holds no such parameter
 */
export function bindReturn(
  link: string,
  own: RequestFeatures,
  target: RequestFeatures,
  others: readonly OtherLink[],
): string | null {
  // Most links have no parameter, and need no writing of the address.
  if (others.length === 0 || !link.includes("?")) return null;
  for (const [writing, address] of writingsOf(own)) {
    const at = positionOf(link, address);
    if (at === -1) continue;
    const [start, end] = [link.slice(0, at), link.slice(at + address.length)];
    const told = (features: RequestFeatures): string | null => {
      const said = writingsOf(features).get(writing);
      return said === undefined ? null : start + said + end;
    };
    if (others.every(({ text, features }) => told(features) === text)) return told(target);
  }
  return null;
}

/** Where a whole value of a parameter of a link is that text; -1 for nowhere. */
function positionOf(link: string, value: string): number {
  const at = link.indexOf(`=${value}`, link.indexOf("?") + 1);
  const after = link[at + 1 + value.length];
  return at !== -1 && (after === undefined || /[&#]/u.test(after)) ? at + 1 : -1;
}

/** Signs that programs leave as they are in a value of a parameter. */
const KEPT_SIGNS = ["", "/", "/:", "/?", "/:?", "/:?=", "/:?=&+"];

/** The page's own address as the value of a parameter, by how it is written. */
function writingsOf(features: RequestFeatures): ReadonlyMap<string, string> {
  const path = features.get("target");
  if (path === undefined) return new Map();
  const query = new URLSearchParams(paramsOf(features)).toString();
  const writings = new Map<string, string>();
  for (const blank of ["+", "%20"])
    for (const kept of KEPT_SIGNS) {
      const address = path + (query === "" ? "" : `?${query.replaceAll("+", blank)}`);
      const value = encodeURIComponent(address).replaceAll(/%[2-7][\dA-F]/gu, (code) => {
        const sign = decodeURIComponent(code);
        return kept.includes(sign) ? sign : code;
      });
      writings.set(`${blank} ${kept}`, value);
    }
  return writings;
}

/** null: the link leads elsewhere, or to the page itself. */
function suffixOf(link: string, features: RequestFeatures): Suffix | null {
  const path = features.get("target");
  if (path === undefined || path === "/" || !URL.canParse(link, ANY_SITE + path)) return null;
  const url = new URL(link, ANY_SITE + path);
  if (url.hash !== "" || (url.pathname !== path && !url.pathname.startsWith(`${path}/`)))
    return null;
  const own = paramsOf(features);
  const params = [...url.searchParams];
  const has = ([name, value]: readonly [string, string]): boolean =>
    params.some(([n, v]) => n === name && v === value);
  if (!own.every(has)) return null;
  const names = new Set(own.map(([name]) => name));
  const rest = {
    path: url.pathname.slice(path.length),
    params: params.filter(([name]) => !names.has(name)),
  };
  return rest.path === "" && rest.params.length === 0 ? null : rest;
}

function paramsOf(features: RequestFeatures): [string, string][] {
  return [...features].flatMap(([name, value]): [string, string][] =>
    name.startsWith(PARAMETER) && !name.endsWith("#")
      ? [[name.slice(PARAMETER.length), value]]
      : [],
  );
}
