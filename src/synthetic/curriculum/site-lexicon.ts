/** What the replay buffer knows of a site's names: where each stands, where it leads, and which pages are its own. */

import { pushTo } from "../../core/group-by.ts";
import type { PageNode } from "../../core/observation.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { attribute } from "../../page/dom.ts";
import { parsePage } from "../../page/page-document.ts";
import { splitUrl } from "../../page/url-parts.ts";
import type { ReplayBuffer } from "../buffer/replay-buffer.ts";

/** A page that no request had changed before, or an entry of one: its address without query, and its nodes. */
export interface KnownPage {
  address: string;
  nodes: readonly PageNode[];
}

/** Containers of one thing in a list of many. */
const ENTRIES = new Set(["listitem", "row", "article"]);
/** Roles whose names are texts, wordings or titles, but not names of things. */
const NO_NAMES = new Set([
  "StaticText",
  "generic",
  "button",
  "RootWebArea",
  "textbox",
  "searchbox",
]);
const CHOICES = new Set(["option", "radio", "checkbox"]);
/** Longer texts are not names. */
const LONGEST = 120;

export class SiteLexicon {
  readonly #addresses = new Map<string, Set<string>>();
  readonly #codes = new Map<string, Set<string>>();
  readonly #places = new Map<string, Set<string>>();
  readonly #textsAt = new Map<string, Set<string>>();
  readonly #pagesByAddress = new Map<string, KnownPage[]>();
  readonly #addressesByEnd = new Map<string, Set<string>>();
  readonly #entries = new Map<string, KnownPage[]>();

  constructor(buffer: ReplayBuffer) {
    const seen = new Set<string>();
    for (const record of buffer.records) {
      if (record.kind !== "load" || record.mutationsBefore > 0) continue;
      const { request, after, status } = record;
      if (request.method !== "GET" || status >= 400 || seen.has(after.html)) continue;
      seen.add(after.html);
      this.#read(after);
    }
  }

  /** The address, without query, of the links with this name. @returns null for none, and for several */
  addressOf(name: string): string | null {
    return onlyOf(this.#addresses.get(name.toLowerCase()));
  }

  /** What a form sends for the choice with this label. @returns null for none, and for several */
  codeOf(label: string): string | null {
    return onlyOf(this.#codes.get(label.toLowerCase()));
  }

  /** Kinds of places where a text stands, as keys. */
  placesOf(text: string): ReadonlySet<string> {
    return this.#places.get(text.toLowerCase()) ?? new Set();
  }

  textsAt(place: string): ReadonlySet<string> {
    return this.#textsAt.get(place) ?? new Set();
  }

  has(text: string): boolean {
    return this.#places.has(text.toLowerCase());
  }

  /** Pages whose address links of this name have, or whose address ends with it. */
  pagesOf(name: string): KnownPage[] {
    const key = name.toLowerCase();
    const addresses = new Set([
      ...(this.#addresses.get(key) ?? []),
      ...(this.#addressesByEnd.get(key) ?? []),
    ]);
    return [...addresses].flatMap((address) => this.#pagesByAddress.get(address) ?? []);
  }

  /** Entries of lists that hold something of this name. */
  entriesOf(name: string): readonly KnownPage[] {
    return this.#entries.get(name.toLowerCase()) ?? [];
  }

  #read({ url, html }: PageSnapshot): void {
    const document = parsePage(html, url);
    const address = withoutQuery(url);
    const page = { address, nodes: document.nodes };
    addTo(this.#addressesByEnd, (splitUrl(url).segments.at(-1) ?? "").toLowerCase(), address);
    pushTo(this.#pagesByAddress, address, page);
    for (const [index, node] of document.nodes.entries()) {
      const { name } = node;
      if (name === "" || name.length > LONGEST) continue;
      const key = name.toLowerCase();
      if (node.url !== undefined && URL.canParse(node.url))
        addTo(this.#addresses, key, withoutQuery(node.url));
      const element = CHOICES.has(node.role) ? document.elementOf(node.ref) : null;
      const code = element === null ? undefined : attribute(element, "value");
      if (code !== undefined && code !== "") addTo(this.#codes, key, code);
      const entry = entryOf(page, index);
      if (entry !== null) pushTo(this.#entries, key, entry);
      const place = placeOf(page, index);
      if (place === null) continue;
      addTo(this.#places, key, place);
      addTo(this.#textsAt, place, name);
    }
  }
}

/** The kind of place of a name: where its link leads, else its role and surroundings. Null for texts without one. */
function placeOf({ address, nodes }: KnownPage, index: number): string | null {
  const { role, url } = nodes[index] as PageNode;
  if (NO_NAMES.has(role)) return null;
  if (url !== undefined && URL.canParse(url)) return `link ${shapeOf(url)}`;
  const parent = nodes[ancestorOf(nodes, index, ({ role: of }) => of !== "generic")];
  const list = role === "option" ? ` ${parent?.name}` : "";
  return `${role} in ${parent?.role}${list} of ${splitUrl(address).origin}`;
}

/** The nodes of the nearest entry of a list around a node. Null without one. */
function entryOf({ address, nodes }: KnownPage, index: number): KnownPage | null {
  const start = ancestorOf(nodes, index, ({ role }) => ENTRIES.has(role));
  const entry = nodes[start];
  if (entry === undefined) return null;
  let end = start + 1;
  while (end < nodes.length && (nodes[end] as PageNode).depth > entry.depth) end++;
  return { address, nodes: nodes.slice(start, end) };
}

/** The nearest ancestor that fits, as an index; -1 for none. */
function ancestorOf(
  nodes: readonly PageNode[],
  index: number,
  fits: (node: PageNode) => boolean,
): number {
  let { depth } = nodes[index] as PageNode;
  for (let at = index - 1; at >= 0 && depth > 0; at--) {
    const node = nodes[at] as PageNode;
    if (node.depth >= depth) continue;
    ({ depth } = node);
    if (fits(node)) return at;
  }
  return -1;
}

/** Origin, number of segments and first segment: addresses of one kind mostly agree in these. */
function shapeOf(url: string): string {
  const { origin, segments } = splitUrl(url);
  return `${origin} ${segments.length} ${segments[0] ?? ""}`;
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/)[0] as string;
}

function onlyOf(values: ReadonlySet<string> | undefined): string | null {
  const [only] = values ?? [];
  return values?.size === 1 && only !== undefined ? only : null;
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}
