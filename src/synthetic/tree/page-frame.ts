/** The frame around a site's pages: places that read the same on every page of the untouched site. */

import type { PageEdit } from "./page-edit.ts";
import { applyEdits } from "./page-edit.ts";
import { parseTree } from "./page-tree.ts";

/** Pages that are read, per site. */
const PAGES = 40;
/** A text on fewer pages than this may be the same by chance. */
const MIN_PAGES = 4;

export class PageFrame {
  /** Per origin: the one text of a place, with the number of its pages; null for one that varies. */
  readonly #places = new Map<string, Map<string, { text: string | null; pages: number }>>();

  constructor(pages: readonly { url: string; html: string }[]) {
    const read = new Map<string, number>();
    for (const { url, html } of pages) {
      const { origin } = new URL(url);
      const count = read.get(origin) ?? 0;
      if (count >= PAGES) continue;
      read.set(origin, count + 1);
      let places = this.#places.get(origin);
      if (places === undefined) this.#places.set(origin, (places = new Map()));
      for (const { key, attribute, value } of parseTree(html).strings()) {
        if (attribute !== null) continue;
        const place = places.get(key);
        if (place === undefined) places.set(key, { text: value, pages: 1 });
        else {
          place.pages++;
          if (place.text !== value) place.text = null;
        }
      }
    }
  }

  /** The page with the frame's own texts in place of those that a state change had put there. */
  restore(html: string, url: string): string {
    const places = this.#places.get(new URL(url).origin);
    if (places === undefined) return html;
    const tree = parseTree(html);
    const edits: PageEdit[] = [];
    for (const { key, node, attribute, value } of tree.strings()) {
      const place = attribute === null ? places.get(key) : undefined;
      if (place === undefined || place.text === null || place.pages < MIN_PAGES) continue;
      if (place.text !== value)
        edits.push({ kind: "text", path: tree.pathOf(node), text: place.text });
    }
    return applyEdits(html, edits);
  }
}
