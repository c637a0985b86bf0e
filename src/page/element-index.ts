/** Where the elements and texts of a page stand: their numbers, ids, labels and frames. */

import {
  Element,
  isTag,
  isText,
  Text,
  type AnyNode,
  type ChildNode,
  type Document,
} from "domhandler";
import { isLabelable } from "./naming-rules.ts";
import { attribute, descendants, hasAttribute, shadowHost, tokens, treeRoot } from "./dom.ts";
import { inputType } from "./input-types.ts";
import { MODAL_ATTRIBUTE } from "./form-state.ts";
import { OwnedElements } from "./owned-elements.ts";
import { parseHtml } from "./parse-html.ts";
import { SHOWN_ATTRIBUTE, ShownMarks } from "./shown-marks.ts";

const DRAWN_BUTTONS = new Set(["submit", "reset", "button"]);

/** Whether the button shows a text that its HTML gives as an attribute. A picture shows its own. */
function isDrawnButton(input: Element): boolean {
  const type = inputType(input);
  return DRAWN_BUTTONS.has(type) || (type === "image" && !hasAttribute(input, "src"));
}

/** What holds for all nodes of one tree. */
interface Place {
  tree: AnyNode;
  /** Whether `elements` has them: not those in frames. */
  counts: boolean;
  isLive: boolean;
}

export class ElementIndex {
  /** All elements in document order, those in templates included and those in frames not. */
  readonly elements: Element[] = [];
  /** Elements and texts in document order, those in frames included. */
  readonly order: ChildNode[] = [];
  readonly positions = new Map<AnyNode, number>();
  /** The documents of frames whose HTML is known. */
  readonly frames = new Map<Element, Document>();
  /** The summaries that a browser adds to `<details>` without one. */
  readonly impliedSummaries = new Map<Element, Element>();
  /** The texts that a browser draws in buttons that are `<input>`s. */
  readonly impliedLabels = new Map<Element, Text>();
  /** Elements with `aria-owns`, in document order. */
  readonly #owning: Element[] = [];
  #owned: OwnedElements | undefined;
  /** The ids that any `aria-labelledby` refers to. */
  readonly namingIds = new Set<string>();
  readonly marks = new ShownMarks();
  readonly #indexes = new Map<Element, number>();
  /** Ids of each tree: see `treeRoot`. */
  readonly #ids = new Map<AnyNode, Map<string, Element>>();
  readonly #labels = new Map<Element, Element[]>();
  readonly #inert = new Set<Element>();
  /** Dialogs that covered the page when it was recorded, in their order. */
  readonly modals: Element[] = [];

  constructor(root: Document) {
    this.#number(root, { tree: root, counts: true, isLive: true });
    const layerOf = (dialog: Element): number => Number(attribute(dialog, MODAL_ATTRIBUTE));
    this.modals.sort((one, other) => layerOf(one) - layerOf(other));
    for (const element of this.order) {
      if (!isTag(element) || element.name !== "label") continue;
      const control = this.controlOf(element);
      if (control === null) continue;
      const labels = this.#labels.get(control);
      if (labels === undefined) this.#labels.set(control, [element]);
      else labels.push(element);
    }
  }

  #number(node: AnyNode, place: Place): void {
    if (!("children" in node)) return;
    for (const child of node.children) {
      if (isText(child) || isTag(child)) {
        this.positions.set(child, this.order.length);
        this.order.push(child);
      }
      if (isTag(child)) {
        this.#register(child, place);
        this.#number(child, place);
        const frame = this.frames.get(child);
        if (frame !== undefined) this.#number(frame, { ...place, tree: frame, counts: false });
      } else if ("children" in child) {
        // The content of a template.
        const isLive = place.isLive && shadowHost(child) !== null;
        this.#number(child, { ...place, tree: child, isLive });
      }
    }
  }

  #register(element: Element, { tree, counts, isLive }: Place): void {
    if (counts) {
      this.#indexes.set(element, this.elements.length);
      this.elements.push(element);
    }
    const shown = attribute(element, SHOWN_ATTRIBUTE);
    if (shown !== undefined) this.marks.add(element, shown);
    if (!isLive) this.#inert.add(element);
    else if (hasAttribute(element, MODAL_ATTRIBUTE)) this.modals.push(element);
    if (attribute(element, "aria-owns") !== undefined && isLive) this.#owning.push(element);
    if (element.name === "input" && isDrawnButton(element)) this.#addLabel(element);
    if (element.name === "details" && !element.children.some(isSummary)) this.#addSummary(element);
    const id = attribute(element, "id") ?? "";
    if (id !== "") this.#noteId(id, element, tree);
    for (const naming of tokens(attribute(element, "aria-labelledby"))) this.namingIds.add(naming);
    const inner = element.name === "iframe" ? attribute(element, "srcdoc") : undefined;
    if (inner !== undefined) this.frames.set(element, parseHtml(inner));
  }

  #addSummary(details: Element): void {
    const summary = new Element("summary", {});
    summary.parent = details;
    this.impliedSummaries.set(details, summary);
    this.positions.set(summary, this.order.length);
    this.order.push(summary);
  }

  #addLabel(button: Element): void {
    const type = inputType(button);
    const usual = type === "submit" ? "Submit" : type === "reset" ? "Reset" : "";
    const alternative = type === "image" ? attribute(button, "alt") : undefined;
    const label = new Text(alternative ?? attribute(button, "value") ?? usual);
    label.parent = button;
    this.impliedLabels.set(button, label);
    this.positions.set(label, this.order.length);
    this.order.push(label);
  }

  /** What `aria-owns` moves. */
  get owned(): OwnedElements {
    this.#owned ??= new OwnedElements(this.#owning, (id, near) => this.byId(id, near));
    return this.#owned;
  }

  #noteId(id: string, element: Element, tree: AnyNode): void {
    let ids = this.#ids.get(tree);
    if (ids === undefined) this.#ids.set(tree, (ids = new Map()));
    if (!ids.has(id)) ids.set(id, element);
  }

  /** Position in `elements`. -1 for any other element. */
  indexOf(element: Element): number {
    return this.#indexes.get(element) ?? -1;
  }

  /** The first element with this id in the tree that a node is in. Null without one. */
  byId(id: string, near: AnyNode): Element | null {
    return this.#ids.get(treeRoot(near))?.get(id) ?? null;
  }

  /** The `<label>`s of a control, in document order. */
  labelsOf(control: Element): readonly Element[] {
    return this.#labels.get(control) ?? [];
  }

  /** The control that a label belongs to. Null without one. */
  controlOf(label: Element): Element | null {
    const id = attribute(label, "for");
    if (id === undefined) return firstLabelable(label);
    const control = this.byId(id, label);
    return control !== null && isLabelable(control) ? control : null;
  }

  /** Whether an element is part of the page. Templates that are not shadow roots hold elements that are not. */
  isLive(element: Element): boolean {
    return !this.#inert.has(element);
  }
}

function isSummary(node: ChildNode): boolean {
  return isTag(node) && node.name === "summary";
}

function firstLabelable(label: Element): Element | null {
  for (const element of descendants(label)) if (isLabelable(element)) return element;
  return null;
}
