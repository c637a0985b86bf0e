/**
 * Entries of a list that other views of it show too, wherever they stand there. A list in another order, in groups or
 * cut by another number still has them, although no place of it says the same.
 */

import { isItem, itemStrings } from "../../tree/page-items.ts";
import type { PageTree, TreeElement } from "../../tree/page-tree.ts";

/** More than this part of the other views has to show an entry. A view that is not recorded counts as one without. */
const MOST = 0.5;

/** @returns whether most of the other views show an entry that is about the same thing */
export function sharedEntries(others: readonly PageTree[]): (entry: TreeElement) => boolean {
  const pages = [...new Set(others)].map((tree) => tree.derived(subjectsOf));
  return (entry) => {
    const subject = subjectOf(entry);
    const count = pages.filter((subjects) => subjects.has(subject)).length;
    return count > MOST * (pages.length + 1);
  };
}

const subjectsOf = (tree: PageTree): ReadonlySet<string> =>
  new Set(tree.elements.flatMap((one) => (isItem(tree, one) ? subjectOf(one) : [])));

/** What an entry is about: where its first link leads, or else all its texts. */
function subjectOf(entry: TreeElement): string {
  const strings = itemStrings(entry);
  const link = strings.find(({ attribute }) => attribute === "href");
  return link?.value ?? strings.map(({ value }) => value).join("\n");
}
