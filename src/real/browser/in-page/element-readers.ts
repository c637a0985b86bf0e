/// <reference lib="dom" />
/**
 * Reads nodes with the browser's own properties. A field of a form hides the form's property of the same name:
 * `form.children` is then an input. The page gets it as text.
 */

export interface ElementReaders {
  typeOf: (node: Node) => number;
  tagOf: (element: Element) => string;
  namespaceOf: (element: Element) => string | null;
  attributesOf: (element: Element) => NamedNodeMap;
  attributeOf: (element: Element, name: string) => string | null;
  childrenOf: (node: Node) => Iterable<Node>;
  /** Those of its children that are elements. */
  elementsIn: (node: Node) => Element[];
  countElements: (element: Element) => number;
  /** The element around a node in its own tree. */
  parentOf: (node: Node) => Element | null;
  rootOf: (node: Node) => Node;
  /** The element that shows a node: its slot, its parent, or the host of its shadow root. */
  aboveOf: (element: Element) => Element | null;
  openRootOf: (element: Element) => ShadowRoot | null;
  matches: (element: Element, selector: string) => boolean;
  isInside: (element: Element, selector: string) => boolean;
  holds: (element: Element, selector: string) => boolean;
  /** The controls of a tree that belong to a form which is not around them, with that form. */
  strayControls: (root: ParentNode) => [control: Element, form: Element][];
  baseOf: (node: Node) => string;
  textOf: (node: Node) => string;
}

/** Self-contained. */
export function createElementReaders(): ElementReaders {
  const getter = <Owner extends object, Name extends keyof Owner & string>(
    owner: Owner,
    name: Name,
  ): ((node: Node) => Owner[Name]) => {
    // oxlint-disable-next-line unbound-method -- called with its node
    const read = Object.getOwnPropertyDescriptor(owner, name)?.get;
    return (node) => read?.call(node) as Owner[Name];
  };
  const { prototype: ofElement } = Element;
  const slotOf = getter(ofElement, "assignedSlot");
  const parentOf = getter(Node.prototype, "parentElement");
  const rootOf = (node: Node): Node => Node.prototype.getRootNode.call(node);
  const typeOf = getter(Node.prototype, "nodeType");
  const contentOf = getter(Node.prototype, "textContent");
  const childrenOf = getter(Node.prototype, "childNodes");
  return {
    typeOf,
    tagOf: getter(ofElement, "localName"),
    namespaceOf: getter(ofElement, "namespaceURI"),
    attributesOf: getter(ofElement, "attributes"),
    attributeOf: (element, name) => ofElement.getAttribute.call(element, name),
    childrenOf,
    elementsIn: (node) =>
      [...childrenOf(node)].filter(
        (child): child is Element & ChildNode => typeOf(child) === Node.ELEMENT_NODE,
      ),
    countElements: getter(ofElement, "childElementCount"),
    parentOf,
    rootOf,
    aboveOf: (element) =>
      slotOf(element) ?? parentOf(element) ?? (rootOf(element) as Partial<ShadowRoot>).host ?? null,
    openRootOf: getter(ofElement, "shadowRoot"),
    matches: (element, selector) => ofElement.matches.call(element, selector),
    isInside: (element, selector) => ofElement.closest.call(element, selector) !== null,
    holds: (element, selector) => ofElement.querySelector.call(element, selector) !== null,
    strayControls: (root) => {
      const controls = root.querySelectorAll<HTMLInputElement>(
        ":is(button, fieldset, input, object, output, select, textarea):not([form])",
      );
      return [...controls].flatMap((control): [Element, Element][] => {
        const { form } = control;
        return form === null || control.closest("form") === form ? [] : [[control, form]];
      });
    },
    baseOf: getter(Node.prototype, "baseURI"),
    textOf: (node) => contentOf(node) ?? "",
  };
}
