/** Actions and requests in words that are clear without the page. */

import type { Action } from "../../core/action.ts";
import type { PageNode } from "../../core/observation.ts";
import type { Effect } from "../../core/trajectory.ts";
import type { SiteRequest } from "../../core/site-request.ts";

/** `type "lamp" into searchbox "Search"`. */
export function actionWords(action: Action, nodes: readonly PageNode[]): string {
  const { kind, ...values } = action;
  const words: string[] = [kind];
  for (const [name, value] of Object.entries(values)) {
    if (name === "ref" || name === "to") words.push(nodeWords(String(value), nodes));
    else if (value === true) words.push(name);
    else if (name === "files") words.push((value as { name: string }[]).map((f) => f.name).join());
    else if (value !== false) words.push(JSON.stringify(value));
  }
  return words.join(" ");
}

function nodeWords(ref: string, nodes: readonly PageNode[]): string {
  const node = nodes.find((other) => other.ref === ref);
  return node === undefined ? `[${ref}]` : `${node.role} ${JSON.stringify(node.name)}`;
}

export function effectWords(effect: Effect): string {
  switch (effect.kind) {
    case "popup":
      return `opened ${effect.url}`;
    case "download":
      return `downloaded ${effect.name} from ${effect.url}`;
    case "dialog":
      return `dialog (${effect.type}): ${effect.message}`;
  }
}

export interface RequestWords {
  line: string;
  /** `name=value`, one for each field. */
  fields: string[];
}

export function requestWords(request: SiteRequest): RequestWords {
  const { kind, method, url, status, redirect, fields } = request;
  const answer = status === null ? "no answer" : String(status);
  const target = redirect === null ? "" : ` → ${redirect}`;
  const script = kind === "fetch" ? " (script)" : "";
  return {
    line: `${method} ${url} ${answer}${target}${script}`,
    fields: (fields ?? []).map(([name, value]) => `${name}=${value}`),
  };
}
