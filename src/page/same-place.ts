/** The element at the same place of another version of a page. */

import { isTag, type AnyNode, type Document, type Element } from "domhandler";

/** A page, as far as places need it. */
interface Place {
  root: Document;
  frames: ReadonlyMap<Element, Document>;
}

/** Also through frames and templates. Null if the other page has no element there. */
export function elementAtSamePlace(element: Element, from: Place, to: Place): Element | null {
  const steps: number[] = [];
  const frameOf = new Map([...from.frames].map(([frame, document]) => [document, frame]));
  for (let node: AnyNode = element; node !== from.root;) {
    const parent: AnyNode | null = node.parent;
    if (parent === null) {
      const frame = frameOf.get(node as Document);
      if (frame === undefined) return null;
      steps.push(FRAME);
      node = frame;
    } else {
      if (!("children" in parent)) return null;
      const at: AnyNode = node;
      steps.push(parent.children.findIndex((child) => child === at));
      node = parent;
    }
  }
  let at: AnyNode | undefined = to.root;
  for (const step of steps.toReversed())
    if (at === undefined) return null;
    else if (step === FRAME) at = to.frames.get(at as Element);
    else at = "children" in at ? at.children[step] : undefined;
  return at !== undefined && isTag(at) ? at : null;
}

/** From a frame's element to its document. */
const FRAME = -1;
