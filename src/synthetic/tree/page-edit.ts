/** Edits of a page, and a page after edits. */

import { pushTo } from "../../core/group-by.ts";
import { SHOWN_ATTRIBUTE } from "../../page/shown-marks.ts";
import { parsePieces, toHtml } from "./page-html.ts";
import { parseTree, withContent, type TreeNode } from "./page-tree.ts";

/** One edit of a page. Paths are child indexes (elements and texts) from the document's root. */
export type PageEdit =
  | { kind: "text"; path: number[]; text: string }
  | { kind: "attribute"; path: number[]; name: string; value: string | null }
  | { kind: "insert"; path: number[]; html: string }
  | { kind: "remove"; path: number[] };

/** Whether a path leads to the node at another path, or into it. */
export function isPathIn(path: readonly number[], node: readonly number[]): boolean {
  return node.every((index, i) => path[i] === index);
}

/** The page after edits, as HTML. Edits with a path that does not exist are left out. */
export function applyEdits(html: string, edits: readonly PageEdit[]): string {
  if (edits.length === 0) return html;
  const byPath = new Map<string, PageEdit[]>();
  const touched = new Set<string>();
  for (const edit of edits) {
    pushTo(byPath, edit.path.join("."), edit);
    for (let length = 0; length <= edit.path.length; length++)
      touched.add(edit.path.slice(0, length).join("."));
  }
  const rebuild = (node: TreeNode, path: number[]): TreeNode | null => {
    const key = path.join(".");
    if (!touched.has(key)) return node;
    const here = byPath.get(key) ?? [];
    if (here.some((edit) => edit.kind === "remove")) return null;
    if (node.kind === "text") {
      const text = here.find((edit) => edit.kind === "text");
      return text === undefined ? node : { kind: "text", text: text.text };
    }
    const attributes: Record<string, string> = { ...node.attributes };
    for (const edit of here) {
      if (edit.kind !== "attribute") continue;
      if (edit.value === null) delete attributes[edit.name];
      else attributes[edit.name] = edit.value;
    }
    const children: TreeNode[] = [];
    for (let i = 0; i <= node.children.length; i++) {
      for (const edit of byPath.get([...path, i].join(".")) ?? []) {
        if (edit.kind !== "insert") continue;
        children.push(...parsePieces(edit.html, node.tag));
      }
      const child = node.children[i];
      const rebuilt = child === undefined ? null : rebuild(child, [...path, i]);
      if (rebuilt !== null) children.push(rebuilt);
    }
    const { [SHOWN_ATTRIBUTE]: shown = node.shown, ...own } = attributes;
    return withContent(shown === undefined ? node : { ...node, shown }, own, children);
  };
  return toHtml(rebuild(parseTree(html).root, []) ?? parseTree(html).root);
}
