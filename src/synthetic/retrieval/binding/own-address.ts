/**
 * Controls of a page: links to the page's own address plus a suffix, such as `/jar/oak?do=edit` on `/jar/oak`. They
 * belong to the page, not to a list on it, and they follow its address.
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
