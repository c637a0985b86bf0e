/** Which node of an observation an element is: an agent clicks the link, a hand hits the picture in it. */

import type { PageNode } from "../../../core/observation.ts";
import type { MappedElement } from "./element-map.ts";

/** Roles on which agents act. */
const ACTED_ON = new Set(
  "button checkbox combobox gridcell link listbox menuitem menuitemcheckbox menuitemradio option radio searchbox slider spinbutton switch tab textbox treeitem".split(
    " ",
  ),
);
const MOST_INNER = 200;

/** @returns null if the observation shows neither the element nor anything around or in it */
export function findTarget(
  element: MappedElement,
  nodes: ReadonlyMap<string, PageNode>,
): PageNode | null {
  let nearest: PageNode | null = null;
  for (let at: MappedElement | null = element; at !== null; at = at.parent) {
    const node = nodes.get(at.ref);
    if (node === undefined) continue;
    if (ACTED_ON.has(node.role)) return node;
    nearest ??= node.depth > 0 ? node : null;
    if (at === element) break;
  }
  const own = nodes.get(element.ref);
  if (own !== undefined && own.depth > 0) return own;
  return firstInside(element, nodes) ?? nearest;
}

function firstInside(
  element: MappedElement,
  nodes: ReadonlyMap<string, PageNode>,
): PageNode | null {
  const queue = [element];
  for (let seen = 0; seen < MOST_INNER; seen++) {
    const at = queue.shift();
    if (at === undefined) return null;
    for (const ref of at.inner) {
      const node = nodes.get(ref);
      if (node !== undefined) return node;
    }
    queue.push(...at.children, ...(at.shadow === null ? [] : [at.shadow]));
  }
  return null;
}
