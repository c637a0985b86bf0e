/**
 * Choices of an unseen page. Where the choices of a select box are not known, it offers those of boxes with its name on
 * pages of the shape. Choosing is the visitor's part, and a box without choices could not be used at all.
 */

import { isPathIn, type PageEdit } from "./page-edit.ts";
import { toHtml } from "./page-html.ts";
import {
  elementsBelow,
  textOf,
  withContent,
  type PageTree,
  type TreeElement,
} from "./page-tree.ts";

/** Choices offered at most, the most usual ones. */
const MAX_CHOICES = 16;

/**
 * @param tree the page of the edits
 * @param pages pages of its shape
 */
export function offerChoices(
  tree: PageTree,
  edits: readonly PageEdit[],
  pages: Iterable<PageTree>,
): PageEdit[] {
  let result = [...edits];
  for (const select of tree.derived(namedSelects)) {
    const path = tree.pathOf(select);
    const isBelow = (edit: PageEdit): boolean =>
      edit.path.length > path.length && isPathIn(edit.path, path);
    const isGone = result.some((edit) => edit.kind === "remove" && isPathIn(path, edit.path));
    if (isGone || !result.some(isBelow)) continue;
    const choices = pooled(select.attributes["name"] as string, pages);
    if (choices.length === 0) continue;
    result = [
      ...result.filter((edit) => !isBelow(edit)),
      ...select.children.map((_, i): PageEdit => ({ kind: "remove", path: [...path, i] })),
      ...choices.map((html): PageEdit => ({ kind: "insert", path: [...path, 0], html })),
    ];
  }
  return result;
}

const namedSelects = ({ elements }: PageTree): TreeElement[] =>
  elements.filter(({ tag, attributes }) => tag === "select" && attributes["name"] !== undefined);

/** Options of all boxes of a name, none of them chosen, by the number of pages that have them. */
function pooled(name: string, pages: Iterable<PageTree>): string[] {
  const counts = new Map<string, number>();
  for (const page of pages)
    for (const select of page.derived(namedSelects)) {
      if (select.attributes["name"] !== name) continue;
      for (const option of elementsBelow(select)) {
        if (option.tag !== "option" || textOf(option) === "") continue;
        const { selected: _, ...attributes } = option.attributes;
        const html = toHtml(withContent(option, attributes, option.children));
        counts.set(html, (counts.get(html) ?? 0) + 1);
      }
    }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_CHOICES)
    .map(([html]) => html);
}
