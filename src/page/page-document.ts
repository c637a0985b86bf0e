/** A page as immutable data, parsed once. All files of this room read it. */

import type { AnyNode, ChildNode, Document, Element } from "domhandler";
import type { PageNode } from "../core/observation.ts";
import type { FormState } from "./form-state.ts";
import { ParsedPage } from "./parsed-page.ts";
import type { StateMemo } from "./state-memo.ts";

export interface PageLink {
  element: Element;
  /** Absolute, with fragment. */
  url: string;
  /** Accessible name, white space collapsed. */
  name: string;
}

export interface PageDocument {
  /** Absolute URL of the document, without fragment. */
  readonly url: string;
  readonly html: string;
  readonly title: string;
  /** The base for relative URLs (`<base href>`, otherwise `url`). */
  readonly baseUrl: string;
  /** Where links and forms without a `target` of their own open (`<base target>`). Empty without one. */
  readonly baseTarget: string;
  /** Standard name of the encoding that its links and forms write in. */
  readonly encoding: string;
  readonly root: Document;
  /** All elements in document order, including template contents. The position is `PageEvent.element`. */
  readonly elements: readonly Element[];
  /** Position of an element in `elements`. -1 if the element is in another document or inside a frame. */
  indexOf(element: Element): number;
  /** The nodes of the page as it loaded: nothing typed, nothing focused. */
  readonly nodes: readonly PageNode[];
  /** The nodes of the page with the current state of its controls. */
  nodesIn(state: FormState): PageNode[];
  /** The element or text node of a ref. Null for a ref of another document. */
  nodeOf(ref: string): ChildNode | null;
  /** The element of a ref, or a text's parent. Null for a ref of another document. */
  elementOf(ref: string): Element | null;
  refOf(node: ChildNode): string;
  /** Whether the page shows a node with this ref in this state. */
  shows(ref: string, state: FormState): boolean;
  /** The focus of the page when it just loaded: its first `autofocus` element. */
  readonly autofocus: Element | null;
  /** The first element with this id in the tree of a node (the document, if none is given), or null. */
  byId(id: string, near?: AnyNode): Element | null;
  /** The `<label>`s of a control, in document order. */
  labelsOf(control: Element): readonly Element[];
  /** The summary that a browser adds to a `<details>` without one. Null with one. */
  impliedSummaryOf(details: Element): Element | null;
  /** The control that a label belongs to. Null without one. */
  controlOf(label: Element): Element | null;
  /** Absolute URL of a reference. Null if it is not a URL. */
  resolve(reference: string): string | null;
  readonly links: readonly PageLink[];
  /** The documents of frames whose HTML is known, by frame, outer frames first. */
  readonly frames: ReadonlyMap<Element, Document>;
  /** Dialogs that covered the page, or a frame of it, when it was recorded, in their order. */
  readonly modals: readonly Element[];
  /** The HTML of the parsed tree as it is now. Snapshots write the form state into the tree during the call. */
  serialize(): string;
  /** The page's HTML in form states: see `takeSnapshot`. */
  readonly htmlByState: StateMemo<string>;
}

/** How many parsed pages the cache holds: those of a tree search. A page of 150 nodes takes about 0.3 MB. */
const KEPT_PAGES = 1024;
/** Pure: a document depends on its HTML, URL and encoding only, and the keys contain them. */
const kept = new Map<string, Map<string, ParsedPage>>();

/**
 * Parses a page, or returns the cached document for the same page.
 *
 * @param encoding that the page came in, by its standard name. Absent: the one that the page declares
 */
export function parsePage(html: string, url: string, encoding?: string): PageDocument {
  const byUrl = kept.get(html);
  const key = encoding === undefined ? url : `${url} ${encoding}`;
  const known = byUrl?.get(key);
  if (byUrl !== undefined && known !== undefined) {
    kept.delete(html);
    kept.set(html, byUrl);
    return known;
  }
  const page = new ParsedPage(html, url, encoding);
  if (byUrl === undefined) kept.set(html, new Map([[key, page]]));
  else byUrl.set(key, page);
  if (kept.size > KEPT_PAGES) {
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  return page;
}
