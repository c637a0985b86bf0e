/**
 * WebArena's `func:name(arguments)`, parsed into name and arguments and looked up in a fixed list. It never runs as
 * code. One of WebArena's five helpers is a function of the final URL and is supported. The other four need Magento's
 * or GitLab's own interface, which pages do not show: checks that use them are unscored.
 */

export interface HelperCall {
  name: string;
  arguments: string[];
}

/** null for a text that is not a helper call. */
export function parseHelperCall(text: string): HelperCall | null {
  const match = /^func:([A-Za-z_]\w*)\(([^()]*)\)$/.exec(text.trim());
  if (match === null) return text.trim().startsWith("func:") ? { name: "", arguments: [] } : null;
  const [, name = "", list = ""] = match;
  const parts = list.trim() === "" ? [] : list.split(",");
  return { name, arguments: parts.map((part) => part.trim().replace(/^(['"])(.*)\1$/, "$2")) };
}

/** The URL that a helper gives, or null for an unsupported helper. */
export function resolveUrlHelper(call: HelperCall, finalUrl: string): string | null {
  if (call.name !== "reddit_get_post_url") return null;
  const [argument = ""] = call.arguments;
  return postUrl(argument === "__last_url__" ? finalUrl : argument);
}

/** Cuts `/f/<forum>/<id>/…` after the id and leaves any other URL as it is. */
function postUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const { origin, pathname } = new URL(url);
  const [, prefix, forum, id] = pathname.split("/");
  return prefix === "f" && forum !== undefined && /^\d+$/.test(id ?? "")
    ? `${origin}/f/${forum}/${id}/`
    : url;
}
