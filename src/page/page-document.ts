/** A page as immutable data, parsed once: what everything else in this room reads. */

import type { Document, Element, ChildNode } from "domhandler";
import type { PageNode } from "../core/observation.ts";

export interface PageLink {
  element: Element;
  /** Absolute, with fragment. */
  url: string;
  /** Accessible name. */
  name: string;
}

export interface PageDocument {
  /** Absolute, where the document came from; without fragment. */
  readonly url: string;
  readonly html: string;
  readonly title: string;
  /** What relative URLs are resolved against (`<base href>`, else `url`). */
  readonly baseUrl: string;
  readonly root: Document;
  /** All elements in document order, template contents included; the position is `PageEvent.element`. */
  readonly elements: readonly Element[];
  /** Position of an element in `elements`; -1 for one of another document. */
  indexOf(element: Element): number;
  /** The nodes of the page as it came, nothing typed and nothing focused. */
  readonly nodes: readonly PageNode[];
  /** The element or text node a ref names; null for a ref of another document. */
  nodeOf(ref: string): ChildNode | null;
  /** The element a ref names; a text's parent; null for a ref of another document. */
  elementOf(ref: string): Element | null;
  refOf(node: ChildNode): string;
  readonly links: readonly PageLink[];
  readonly forms: readonly Element[];
}

export declare function parsePage(html: string, url: string): PageDocument;
