/** What `aria-owns` does to the tree: elements that become the last children of another one. */

import { isTag, type ChildNode, type Element } from "domhandler";
import { attribute, closest, flatChildren, tokens } from "./dom.ts";
import { UNTOUCHED } from "./form-state.ts";
import { inputType } from "./input-types.ts";
import { claimsHidden, isFoldedAway } from "./visibility.ts";

/** They have no children of their own document, so they own none. */
const CHILDLESS = new Set("area br col hr iframe img meta textarea".split(" "));
/** Fields that a browser builds from parts, and its buttons: they own more. */
const BUILT = new Set(
  "button color date datetime-local file image month reset submit time week".split(" "),
);

function isChildless(element: Element): boolean {
  return element.name === "input" ? !BUILT.has(inputType(element)) : CHILDLESS.has(element.name);
}

/** Whether it has no place in the tree, where what it owns could stand. */
function isOutOfTree(owner: Element): boolean {
  let inner: Element | null = null;
  const around = closest(owner, (element) => {
    const isFolded = inner !== null && isFoldedAway(inner, element, UNTOUCHED);
    inner = element;
    return isFolded || claimsHidden(element);
  });
  return around !== null;
}

export class OwnedElements {
  readonly #byOwner = new Map<Element, Element[]>();
  readonly #owners = new Map<Element, Element>();

  /** @param owning elements with `aria-owns`, in document order: as in Chromium, the last owner of an element keeps it */
  constructor(owning: readonly Element[], byId: (id: string, near: Element) => Element | null) {
    for (const owner of owning) {
      if (isChildless(owner) || isOutOfTree(owner)) continue;
      for (const id of tokens(attribute(owner, "aria-owns"))) {
        const element = byId(id, owner);
        if (element === null || this.#isAround(element, owner)) continue;
        this.#leave(element);
        this.#owners.set(element, owner);
        const owned = this.#byOwner.get(owner);
        if (owned === undefined) this.#byOwner.set(owner, [element]);
        else owned.push(element);
      }
    }
  }

  #leave(element: Element): void {
    const owner = this.#owners.get(element);
    if (owner === undefined) return;
    const left = this.#byOwner.get(owner)?.filter((other) => other !== element) ?? [];
    this.#byOwner.set(owner, left);
  }

  /** Whether an element is the other one, or stands around it after all moves so far. */
  #isAround(element: Element, other: Element): boolean {
    for (let node: Element | null = other; node !== null;) {
      if (node === element) return true;
      const { parent }: Element = node;
      node = this.#owners.get(node) ?? (parent !== null && isTag(parent) ? parent : null);
    }
    return false;
  }

  /** What an element and those inside it own, with its owner. */
  within(element: Element): (readonly [owner: Element, owned: Element])[] {
    return [...this.#byOwner].flatMap(([owner, owned]) =>
      closest(owner, (e) => e === element) === null ? [] : owned.map((e) => [owner, e] as const),
    );
  }

  /** The children of an element in the tree: without those that others own, and with its own at the end. */
  childrenOf(element: Element): readonly ChildNode[] {
    const children = flatChildren(element);
    if (this.#owners.size === 0) return children;
    const left = children.filter((child) => !isTag(child) || !this.#owners.has(child));
    return [...left, ...(this.#byOwner.get(element) ?? [])];
  }
}
