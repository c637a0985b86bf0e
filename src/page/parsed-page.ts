/** The one implementation of `PageDocument`: computes nodes, names and links of a parsed page. */

import { load, type CheerioAPI } from "cheerio";
import { isDocument, type AnyNode, type ChildNode, type Document, type Element } from "domhandler";
import type { PageNode } from "../core/observation.ts";
import { hashText } from "../core/random.ts";
import { nameOf } from "./accessible-name.ts";
import { accessibleTree, controlTree, type TreeContext } from "./accessible-tree.ts";
import { isPartOfName } from "./label-use.ts";
import {
  attribute,
  closest,
  collapseSpace,
  descendants,
  hasAttribute,
  textContent,
} from "./dom.ts";
import { ElementIndex } from "./element-index.ts";
import { mayTakeFocus } from "./frame-address.ts";
import { coveringDialog, isDisabled, isTouched, UNTOUCHED, type FormState } from "./form-state.ts";
import { isSelectedByFocus, showsFocus } from "./node-states.ts";
import { limitDepth } from "./limit-depth.ts";
import { parseHtml } from "./parse-html.ts";
import { normalizeNodes, updateNode } from "./normalize-nodes.ts";
import type { RawNode } from "./raw-node.ts";
import { declaredEncoding, resolveUrl } from "./page-encoding.ts";
import { isFocusable } from "./focusable.ts";
import { StateMemo } from "./state-memo.ts";
import { isInert, isVisible } from "./visibility.ts";

import type { PageDocument, PageLink } from "./page-document.ts";

export class ParsedPage implements PageDocument {
  readonly url: string;
  readonly html: string;
  readonly title: string;
  readonly baseUrl: string;
  readonly baseTarget: string;
  readonly encoding: string;
  readonly root: Document;
  readonly elements: readonly Element[];
  readonly frames: ReadonlyMap<Element, Document>;
  readonly autofocus: Element | null;
  readonly #cheerio: CheerioAPI;
  readonly #firstRef: number;
  readonly #index: ElementIndex;
  #nodes: PageNode[] | undefined;
  #places: Map<string, number> | undefined;
  readonly #nodesByState = new StateMemo<PageNode[]>((element) =>
    this.#index.positions.get(element),
  );
  readonly htmlByState = new StateMemo<string>((element) => this.#index.positions.get(element));
  /** The nodes with the focus at this place. */
  readonly #focused = new Map<number, PageNode[]>();
  #links: PageLink[] | undefined;

  constructor(html: string, url: string, encoding?: string) {
    this.html = html;
    this.url = url;
    this.#cheerio = load(parseHtml(html));
    this.root = this.#cheerio.root()[0] as unknown as Document;
    limitDepth(this.root);
    // Documents do not know each other's refs: each numbers its nodes in its own range.
    this.#firstRef = (((hashText(html) ^ hashText(url)) >>> 0) % 9000) * 10_000 + 10_001;
    this.#index = new ElementIndex(this.root);
    this.elements = this.#index.elements;
    this.frames = this.#index.frames;
    this.title = "";
    this.baseUrl = url;
    let base: string | undefined;
    let target: string | undefined;
    let title: Element | undefined;
    const metas: Element[] = [];
    for (const element of descendants(this.root)) {
      if (element.name === "meta") metas.push(element);
      else if (element.name === "base") {
        base ??= attribute(element, "href");
        target ??= attribute(element, "target");
      } else if (element.name === "title" && title === undefined && !isInSvg(element))
        title = element;
    }
    if (title !== undefined) this.title = collapseSpace(textContent(title));
    this.encoding = encoding ?? declaredEncoding(this.elements[0], metas);
    this.baseTarget = target ?? "";
    if (base !== undefined) this.baseUrl = resolveUrl(base, url, this.encoding) ?? url;
    this.autofocus = this.#findAutofocus();
  }

  /** The page's own elements come first. */
  #findAutofocus(): Element | null {
    const own = this.elements.find((e) => this.#asksForFocus(e));
    if (own !== undefined) return own;
    for (const [frame, document] of this.frames) {
      if (
        !isVisible(frame, UNTOUCHED) ||
        isInert(frame, UNTOUCHED) ||
        !mayTakeFocus(frame, this.url)
      )
        continue;
      for (const element of descendants(document)) if (this.#asksForFocus(element)) return element;
    }
    return null;
  }

  #asksForFocus(element: Element): boolean {
    return hasAttribute(element, "autofocus") && this.#takesFocus(element);
  }

  #takesFocus(element: Element): boolean {
    return (
      this.#index.isLive(element) &&
      isFocusable(element) &&
      !isDisabled(element) &&
      isVisible(element, UNTOUCHED) &&
      !isInert(element, UNTOUCHED)
    );
  }

  get modals(): readonly Element[] {
    return this.#index.modals;
  }

  get nodes(): PageNode[] {
    this.#nodes ??= this.#compute(UNTOUCHED);
    return this.#nodes;
  }

  nodesIn(state: FormState): PageNode[] {
    if (this.#isAsLoaded(state)) return this.#withFocus(state.focused);
    return this.#nodesByState.get(state, () => this.#patched(state) ?? this.#compute(state));
  }

  /** Whether the nodes are those of the page as it loaded, apart from the focus. */
  #isAsLoaded(state: FormState): boolean {
    return !isTouched(state) && state.revealed === undefined && this.#isShown(state.focused);
  }

  /** The nodes, with only the touched controls read again. Null if other nodes may have changed too. */
  #patched(state: FormState): PageNode[] | null {
    if (state.open.size > 0 || state.revealed !== undefined || !this.#isShown(state.focused))
      return null;
    const controls = [...state.values.keys(), ...state.checked.keys(), ...state.selected.keys()];
    const context = this.#context(state);
    if (controls.some((control) => isPartOfName(control, context, this.#index.namingIds)))
      return null;
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

  /** Whether the focus changes no other state. A plain wrapper becomes a node through it, and an item the selected one. */
  #isShown(focused: Element | null): boolean {
    if (focused === null) return true;
    const place = this.#placeOf.get(this.refOf(focused));
    return place !== undefined && !isSelectedByFocus(focused, this.nodes[place]?.role ?? "");
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
    if (this.#isAsLoaded(state)) return this.#placeOf.has(ref);
    return this.nodesIn(state).some((node) => node.ref === ref);
  }

  #compute(state: FormState): PageNode[] {
    const nodes = normalizeNodes(accessibleTree(this.root, this.#context(state)));
    if (this.#index.marks.isEmpty) return nodes;
    const covering = (at: FormState): Element | null => coveringDialog(this.root, this.modals, at);
    const firstAdded = this.#firstRef + this.#index.order.length;
    const refs = {
      elementOf: (ref: string) => this.elementOf(ref),
      refOf: (element: Element) => this.refOf(element),
      firstAdded,
      isOtherwiseCovered: covering(state) !== covering(UNTOUCHED),
    };
    return this.#index.marks.show(nodes, refs, state);
  }

  #context(state: FormState): TreeContext {
    return {
      state,
      title: this.title,
      modals: this.modals,
      byId: (id, near) => this.byId(id, near),
      labelsOf: (control) => this.labelsOf(control),
      refOf: (node) => (isDocument(node) ? String(this.#firstRef - 1) : this.refOf(node)),
      resolve: (reference) => this.resolve(reference) ?? reference,
      controlOf: (label) => this.controlOf(label),
      childrenOf: (element) => this.#index.owned.childrenOf(element),
      ownedWithin: (element) => this.#index.owned.within(element),
      impliedLabelOf: (button) => this.#index.impliedLabels.get(button) ?? null,
      impliedSummaryOf: (details) => this.impliedSummaryOf(details),
      frameOf: (frame) => this.#index.frames.get(frame) ?? null,
    };
  }

  impliedSummaryOf(details: Element): Element | null {
    return this.#index.impliedSummaries.get(details) ?? null;
  }

  indexOf(element: Element): number {
    return this.#index.indexOf(element);
  }

  nodeOf(ref: string): ChildNode | null {
    const place = Number(ref) - this.#firstRef;
    const { order, marks } = this.#index;
    return order[place] ?? marks.elementOfAdded(place - order.length);
  }

  elementOf(ref: string): Element | null {
    if (Number(ref) === this.#firstRef - 1)
      return this.elements.find((element) => element.name === "body") ?? null;
    return closest(this.nodeOf(ref), () => true);
  }

  refOf(node: ChildNode): string {
    return String(this.#firstRef + (this.#index.positions.get(node) ?? -1));
  }

  byId(id: string, near: AnyNode = this.root): Element | null {
    return this.#index.byId(id, near);
  }

  labelsOf(control: Element): readonly Element[] {
    return this.#index.labelsOf(control);
  }

  controlOf(label: Element): Element | null {
    return this.#index.controlOf(label);
  }

  resolve(reference: string): string | null {
    return resolveUrl(reference, this.baseUrl, this.encoding);
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
      if (!this.#index.isLive(element)) continue;
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

function isInSvg(element: Element): boolean {
  return closest(element.parent, (e) => e.name === "svg") !== null;
}
