/** A page as immutable data, parsed once. All files of this room read it. */

import { load, type CheerioAPI } from "cheerio";
import {
  isDocument,
  isTag,
  isText,
  type AnyNode,
  type ChildNode,
  type Document,
  type Element,
} from "domhandler";
import type { PageNode } from "../core/observation.ts";
import { hashText } from "../core/random.ts";
import { nameOf } from "./accessible-name.ts";
import {
  accessibleTree,
  controlTree,
  isPartOfName,
  showsFocus,
  type TreeContext,
} from "./accessible-tree.ts";
import { attribute, closest, collapseSpace, hasAttribute, textContent, tokens } from "./dom.ts";
import { isLabelable } from "./accessible-name.ts";
import { isTouched, UNTOUCHED, type FormState } from "./form-state.ts";
import { normalizeNodes, updateNode, type RawNode } from "./normalize-nodes.ts";
import { SHOWN_ATTRIBUTE, ShownMarks } from "./shown-marks.ts";
import { StateMemo } from "./state-memo.ts";

interface PageLink {
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
  /** The first element with this id, or null. */
  byId(id: string): Element | null;
  /** The `<label>`s of a control, in document order. */
  labelsOf(control: Element): readonly Element[];
  /** The control that a label belongs to. Null without one. */
  controlOf(label: Element): Element | null;
  /** Absolute URL of a reference. Null if it is not a URL. */
  resolve(reference: string): string | null;
  readonly links: readonly PageLink[];
  readonly forms: readonly Element[];
  /** The documents of frames whose HTML is known, by frame, outer frames first. */
  readonly frames: ReadonlyMap<Element, Document>;
  /** The HTML of the parsed tree as it is now. Snapshots write the form state into the tree during the call. */
  serialize(): string;
  /** The page's HTML in form states: see `takeSnapshot`. */
  readonly htmlByState: StateMemo<string>;
}

/** How many parsed pages the cache holds: those of a tree search. A page of 150 nodes takes about 0.3 MB. */
const KEPT_PAGES = 1024;
/** Pure: a document depends on its HTML and URL only, and the key contains both. */
const kept = new Map<string, Map<string, ParsedPage>>();

/** Parses a page, or returns the cached document for the same HTML and URL. */
export function parsePage(html: string, url: string): PageDocument {
  const byUrl = kept.get(html);
  const known = byUrl?.get(url);
  if (byUrl !== undefined && known !== undefined) {
    kept.delete(html);
    kept.set(html, byUrl);
    return known;
  }
  const page = new ParsedPage(html, url);
  if (byUrl === undefined) kept.set(html, new Map([[url, page]]));
  else byUrl.set(url, page);
  if (kept.size > KEPT_PAGES) {
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  return page;
}

class ParsedPage implements PageDocument {
  readonly url: string;
  readonly html: string;
  readonly title: string;
  readonly baseUrl: string;
  readonly root: Document;
  readonly elements: Element[] = [];
  readonly forms: Element[] = [];
  autofocus: Element | null = null;
  readonly #cheerio: CheerioAPI;
  readonly #firstRef: number;
  readonly #order: ChildNode[] = [];
  readonly #positions = new Map<AnyNode, number>();
  readonly #indexes = new Map<Element, number>();
  readonly #ids = new Map<string, Element>();
  readonly #namingIds = new Set<string>();
  readonly #labels: Map<Element, Element[]> = new Map();
  readonly frames = new Map<Element, Document>();
  /** The refs of the nodes that they add follow those of the document. */
  readonly #marks = new ShownMarks();
  #nodes: PageNode[] | undefined;
  #places: Map<string, number> | undefined;
  readonly #nodesByState = new StateMemo<PageNode[]>((element) => this.#positions.get(element));
  readonly htmlByState = new StateMemo<string>((element) => this.#positions.get(element));
  /** The nodes with the focus at this place. */
  readonly #focused = new Map<number, PageNode[]>();
  #links: PageLink[] | undefined;

  constructor(html: string, url: string) {
    this.html = html;
    this.url = url;
    this.#cheerio = load(html);
    this.root = this.#cheerio.root()[0] as unknown as Document;
    // Documents do not know each other's refs: each numbers its nodes in its own range.
    this.#firstRef = (((hashText(html) ^ hashText(url)) >>> 0) % 9000) * 10_000 + 10_001;
    this.#number(this.root, true);
    this.#collectLabels();
    const title = this.elements.find((e) => e.name === "title" && !isInSvg(e));
    this.title = title === undefined ? "" : collapseSpace(textContent(title));
    const base = this.elements.find((e) => e.name === "base" && hasAttribute(e, "href"));
    this.baseUrl = (base && absoluteUrl(attribute(base, "href") ?? "", url)) ?? url;
  }

  #number(node: AnyNode, counts: boolean): void {
    if (!("children" in node)) return;
    for (const child of node.children) {
      if (isTag(child) || isText(child)) {
        this.#positions.set(child, this.#order.length);
        this.#order.push(child);
      }
      if (isTag(child)) this.#register(child, counts);
      this.#number(child, counts);
      const frame = isTag(child) ? this.frames.get(child) : undefined;
      if (frame !== undefined) this.#number(frame, false);
    }
  }

  #register(element: Element, counts: boolean): void {
    if (counts) {
      this.#indexes.set(element, this.elements.length);
      this.elements.push(element);
      if (this.autofocus === null && hasAttribute(element, "autofocus")) this.autofocus = element;
    }
    if (element.name === "form") this.forms.push(element);
    const shown = attribute(element, SHOWN_ATTRIBUTE);
    if (shown !== undefined) this.#marks.add(element, shown);
    const id = element.attribs["id"];
    if (id !== undefined && id !== "" && !this.#ids.has(id)) this.#ids.set(id, element);
    for (const naming of tokens(attribute(element, "aria-labelledby"))) this.#namingIds.add(naming);
    const inner = element.name === "iframe" ? attribute(element, "srcdoc") : undefined;
    if (inner !== undefined) this.frames.set(element, load(inner).root()[0] as unknown as Document);
  }

  #collectLabels(): void {
    for (const element of this.#order) {
      if (!isTag(element) || element.name !== "label") continue;
      const control = this.controlOf(element);
      if (control === null) continue;
      const labels = this.#labels.get(control);
      if (labels === undefined) this.#labels.set(control, [element]);
      else labels.push(element);
    }
  }

  get nodes(): PageNode[] {
    this.#nodes ??= this.#compute(UNTOUCHED);
    return this.#nodes;
  }

  nodesIn(state: FormState): PageNode[] {
    if (!isTouched(state) && this.#isShown(state.focused)) return this.#withFocus(state.focused);
    return this.#nodesByState.get(state, () => this.#patched(state) ?? this.#compute(state));
  }

  /** The nodes, with only the touched controls read again. Null if other nodes may have changed too. */
  #patched(state: FormState): PageNode[] | null {
    if (state.open.size > 0 || !this.#isShown(state.focused)) return null;
    const controls = [...state.values.keys(), ...state.checked.keys(), ...state.selected.keys()];
    const context = this.#context(state);
    if (controls.some((control) => isPartOfName(control, context, this.#namingIds))) return null;
    const nodes = [...this.nodes];
    const update = (raw: RawNode): void => {
      const place = this.#placeOf.get(raw.id);
      const node = place === undefined ? undefined : nodes[place];
      if (place !== undefined && node !== undefined) nodes[place] = updateNode(node, raw);
      for (const child of raw.children) update(child);
    };
    for (const control of controls) {
      const raw = controlTree(control, context);
      if (raw === null || !this.#placeOf.has(raw.id)) return null;
      update(raw);
    }
    return focusedIn(nodes, this.#focusPlace(state.focused));
  }

  /** Focus changes the states of one node only. Returns the same array each time, because readers cache by it. */
  #withFocus(focused: Element | null): PageNode[] {
    const place = this.#focusPlace(focused);
    if (place === undefined) return this.nodes;
    let nodes = this.#focused.get(place);
    if (nodes === undefined) {
      nodes = focusedIn(this.nodes, place);
      this.#focused.set(place, nodes);
    }
    return nodes;
  }

  /** Whether the focused element is a node without focus. A plain wrapper becomes a node through its focus. */
  #isShown(focused: Element | null): boolean {
    return focused === null || this.#placeOf.has(this.refOf(focused));
  }

  #focusPlace(focused: Element | null): number | undefined {
    return focused === null || !showsFocus(focused)
      ? undefined
      : this.#placeOf.get(this.refOf(focused));
  }

  /** Position of each ref in `nodes`. */
  get #placeOf(): Map<string, number> {
    this.#places ??= new Map(this.nodes.map((node, place) => [node.ref, place]));
    return this.#places;
  }

  shows(ref: string, state: FormState): boolean {
    if (!isTouched(state) && this.#isShown(state.focused)) return this.#placeOf.has(ref);
    return this.nodesIn(state).some((node) => node.ref === ref);
  }

  #compute(state: FormState): PageNode[] {
    const nodes = normalizeNodes(accessibleTree(this.root, this.#context(state)));
    if (this.#marks.isEmpty) return nodes;
    const firstAdded = this.#firstRef + this.#order.length;
    return this.#marks.show(nodes, (ref) => this.elementOf(ref), firstAdded);
  }

  #context(state: FormState): TreeContext {
    return {
      state,
      title: this.title,
      byId: (id) => this.byId(id),
      labelsOf: (control) => this.labelsOf(control),
      refOf: (node) => (isDocument(node) ? String(this.#firstRef - 1) : this.refOf(node)),
      resolve: (reference) => this.resolve(reference) ?? reference,
      controlOf: (label) => this.controlOf(label),
      frameOf: (frame) => this.frames.get(frame) ?? null,
    };
  }

  indexOf(element: Element): number {
    return this.#indexes.get(element) ?? -1;
  }

  nodeOf(ref: string): ChildNode | null {
    const place = Number(ref) - this.#firstRef;
    return this.#order[place] ?? this.#marks.added[place - this.#order.length] ?? null;
  }

  elementOf(ref: string): Element | null {
    if (Number(ref) === this.#firstRef - 1)
      return this.elements.find((element) => element.name === "body") ?? null;
    return closest(this.nodeOf(ref), () => true);
  }

  refOf(node: ChildNode): string {
    return String(this.#firstRef + (this.#positions.get(node) ?? -1));
  }

  byId(id: string): Element | null {
    return this.#ids.get(id) ?? null;
  }

  labelsOf(control: Element): readonly Element[] {
    return this.#labels.get(control) ?? [];
  }

  controlOf(label: Element): Element | null {
    const id = attribute(label, "for");
    if (id !== undefined) {
      const control = this.byId(id);
      return control !== null && isLabelable(control) ? control : null;
    }
    return firstLabelable(label);
  }

  resolve(reference: string): string | null {
    return absoluteUrl(reference, this.baseUrl);
  }

  get links(): readonly PageLink[] {
    this.#links ??= this.#collectLinks();
    return this.#links;
  }

  #collectLinks(): PageLink[] {
    const context = this.#context(UNTOUCHED);
    const links: PageLink[] = [];
    for (const element of this.elements) {
      if (element.name !== "a" && element.name !== "area") continue;
      const href = attribute(element, "href");
      const url = href === undefined ? null : this.resolve(href);
      if (url === null) continue;
      links.push({ element, url, name: collapseSpace(nameOf(element, "link", context)) });
    }
    return links;
  }

  serialize(): string {
    return this.#cheerio.html();
  }
}

function focusedIn(nodes: PageNode[], place: number | undefined): PageNode[] {
  const node = place === undefined ? undefined : nodes[place];
  if (place === undefined || node === undefined) return nodes;
  return nodes.with(place, { ...node, states: { ...node.states, focused: true } });
}

function firstLabelable(node: Element): Element | null {
  for (const child of node.children) {
    if (!isTag(child)) continue;
    if (isLabelable(child)) return child;
    const inner = firstLabelable(child);
    if (inner !== null) return inner;
  }
  return null;
}

function isInSvg(element: Element): boolean {
  return closest(element.parent, (e) => e.name === "svg") !== null;
}

function absoluteUrl(reference: string, base: string): string | null {
  try {
    return new URL(reference, base).href;
  } catch {
    return null;
  }
}
