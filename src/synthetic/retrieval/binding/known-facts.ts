/** Facts that pages state about other pages: the texts of the list entries and links that lead to a URL. */

import { itemAround, itemStrings, linksByUrl } from "../../tree/page-items.ts";
import { parseTree, stringsBelow, textOf } from "../../tree/page-tree.ts";
import type { PageSnapshot } from "../../../core/site-request.ts";

/** Mentions kept for a URL: the first one of each build of list entry. */
type Mentions = Map<string, string>;

export class KnownFacts {
  readonly #byUrl = new Map<string, Mentions>();
  readonly #read = new Set<string>();
  readonly #parent: KnownFacts | null;

  /** @param parent more facts that hold, such as those of the buffer in addition to a session's own */
  constructor(parent: KnownFacts | null = null) {
    this.#parent = parent;
  }

  /** Reads a page's links and list entries. The first page that says something about a URL counts. */
  learn(page: PageSnapshot): void {
    const pageKey = `${page.url} ${page.html.length} ${page.html.slice(-200)}`;
    if (this.#read.has(pageKey)) return;
    this.#read.add(pageKey);
    const tree = parseTree(page.html);
    for (const [url, links] of linksByUrl(tree, page.url)) {
      let mentions = this.#byUrl.get(url);
      if (mentions === undefined) this.#byUrl.set(url, (mentions = new Map()));
      for (const link of links) {
        const text = textOf(link);
        const item = itemAround(tree, link);
        if (item === null) {
          if (text !== "") setOnce(mentions, `fact:${tree.looseKeyOf(link)}`, text);
          continue;
        }
        const strings = itemStrings(item);
        const own = stringsBelow(link)[0];
        const place = strings.find(({ node, attribute }) => node === link && attribute === "href");
        if (own === undefined || place === undefined) continue;
        const kind = `fact:${tree.looseKeyOf(item)}:${place.key}`;
        if (mentions.has(kind)) continue;
        mentions.set(kind, text);
        for (const { key, value } of strings) setOnce(mentions, `${kind}:${key}`, value);
      }
    }
  }

  about(url: string): ReadonlyMap<string, string> {
    const own = this.#byUrl.get(url);
    const inherited = this.#parent?.about(url);
    if (own === undefined) return inherited ?? new Map();
    return inherited === undefined ? own : new Map([...inherited, ...own]);
  }
}

function setOnce(map: Map<string, string>, key: string, value: string): void {
  if (!map.has(key)) map.set(key, value);
}
