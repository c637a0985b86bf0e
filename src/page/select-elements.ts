/** Elements of a page by a CSS selector. */

import { load } from "cheerio";
import type { Element } from "domhandler";
import type { PageDocument } from "./page-document.ts";

/** In document order. Empty for a selector that cannot be read. */
export function selectAll(document: PageDocument, selector: string): Element[] {
  try {
    return load(document.root)(selector).toArray() as unknown as Element[];
  } catch {
    return [];
  }
}
