/// <reference lib="dom" />
/** Finds out whether pointers mark elements that are not controls. Runs in an isolated world. The page gets it as text. */

import type { ElementReaders } from "./element-readers.ts";

/**
 * Whether an element outside of plain controls has a pointer that the element around it has not. True as well where
 * this cannot be seen: a custom element may have a closed shadow tree. Other elements with one are rare.
 */
export function hasOwnPointers(createReaders: () => ElementReaders): boolean {
  const read = createReaders();
  const CONTROLS =
    ":is(a[href], button, input, select, details > summary:first-of-type):not([role])";
  const WHOLE = new Set(["html", "body"]);
  const isIn = (parent: Node, hasPointer: boolean): boolean =>
    read.elementsIn(parent).some((element) => {
      const root = read.openRootOf(element);
      const tag = read.tagOf(element);
      if (root === null && tag.includes("-")) return true;
      const points = getComputedStyle(element).cursor === "pointer";
      if (points && !hasPointer && !WHOLE.has(tag) && !read.matches(element, CONTROLS)) return true;
      return (root !== null && isIn(root, false)) || isIn(element, points);
    });
  return isIn(document, false);
}
