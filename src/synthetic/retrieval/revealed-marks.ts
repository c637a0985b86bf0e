/**
 * What a browser showed of elements that an event revealed: the items of a menu that opened have icons by style. The
 * page before says nothing about them, since they were hidden. See `page/shown-marks.ts`.
 */

import { SHOWN_ATTRIBUTE } from "../../page/shown-marks.ts";
import type { PageEdit } from "../tree/page-edit.ts";
import type { PageTree, TreeElement } from "../tree/page-tree.ts";

/** An element of the page before, and what the browser showed of it afterwards. */
export interface RevealedMark {
  element: TreeElement;
  shown: string;
}

export function marksBetween(before: PageTree, after: PageTree): RevealedMark[] {
  return after.elements.flatMap((revealed): RevealedMark[] => {
    const { shown } = revealed;
    if (shown === undefined) return [];
    const element = before.find(after.keyOf(revealed));
    return element?.kind === "element" && element.shown !== shown ? [{ element, shown }] : [];
  });
}

/** The edit that puts a mark on the counterpart of its element. It counts only while the counterpart looks the same. */
export function markEdits(
  { element, shown }: RevealedMark,
  page: PageTree,
  place: TreeElement,
): PageEdit[] {
  if (place.shown !== undefined && place.shown !== element.shown) return [];
  return [{ kind: "attribute", path: page.pathOf(place), name: SHOWN_ATTRIBUTE, value: shown }];
}
