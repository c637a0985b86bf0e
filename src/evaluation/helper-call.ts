/**
 * WebArena's `func:name(arguments)`, parsed into name and arguments and looked up in a fixed list. It never runs as
 * code. Of the five helpers, one is a function of the final URL, one reads a page, and three ask a shop's own
 * interface.
 */

import { load } from "cheerio";
import type { PageSnapshot } from "../core/site-request.ts";
import type { ScoringProfile } from "./profile.ts";
import { renderedText } from "./rendered-text.ts";

export interface HelperCall {
  name: string;
  arguments: string[];
}

/** The helpers that need more than a page: name to function. They throw where the site does not answer. */
export type SiteHelpers = Readonly<Record<string, (...values: string[]) => Promise<string>>>;

/** null for a text that is not a helper call. */
export function parseHelperCall(text: string): HelperCall | null {
  const match = /^func:([A-Za-z_]\w*)\(([^()]*)\)$/.exec(text.trim());
  if (match === null) return text.trim().startsWith("func:") ? { name: "", arguments: [] } : null;
  const [, name = "", list = ""] = match;
  const parts = list.trim() === "" ? [] : list.split(",");
  return { name, arguments: parts.map((part) => part.trim().replace(/^(['"])(.*)\1$/, "$2")) };
}

/** The helpers that need no site interface. */
export const BUILT_IN_HELPERS: ReadonlySet<string> = new Set([
  "reddit_get_post_url",
  "gitlab_get_project_memeber_role",
]);

/** The URL that a built-in helper gives; null for any other. */
export function resolveUrlHelper(
  call: HelperCall,
  finalUrl: string,
  profile: ScoringProfile = "strict",
): string | null {
  if (call.name !== "reddit_get_post_url") return null;
  const [argument = ""] = call.arguments;
  return postUrl(argument === "__last_url__" ? finalUrl : argument, profile);
}

/** Cuts `/f/<forum>/<id>/…` after the id and leaves any other URL as it is. `webarena` takes any text for an id. */
function postUrl(url: string, profile: ScoringProfile): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  const [, prefix, forum, id] = pathname.split("/");
  const isId = profile === "strict" ? /^\d+$/.test(id ?? "") : id !== undefined;
  return prefix === "f" && forum !== undefined && isId ? `${origin}/f/${forum}/${id}/` : url;
}

/** The text that a built-in helper reads from a page; null for any other. */
export function readPageHelper(call: HelperCall, page: PageSnapshot): string | null {
  if (call.name !== "gitlab_get_project_memeber_role") return null;
  const [, account = ""] = call.arguments;
  const $ = load(page.html);
  const accounts = $("td[data-label='Account'] span.gl-avatar-labeled-sublabel").toArray();
  const row = accounts.findIndex((label) => renderedText(label) === `@${account}`);
  const role = $("td.col-max-role span").get(row === -1 ? accounts.length : row);
  return role === undefined || row === -1 ? "" : renderedText(role);
}
