/** The parts of a page that others take the place of. Whatever else changes on the page must leave them alone. */

import { isPathIn, type PageEdit } from "../../tree/page-edit.ts";
import type { PageTree, TreeNode } from "../../tree/page-tree.ts";

export class ReplacedParts {
  readonly paths: readonly number[][];
  readonly #tree: PageTree;
  readonly #parts: ReadonlySet<TreeNode>;

  constructor(tree: PageTree, parts: readonly TreeNode[]) {
    this.#tree = tree;
    this.#parts = new Set(parts);
    this.paths = [...this.#parts].map((part) => tree.pathOf(part));
  }

  /** Whether a node is in one of them. */
  contains(node: TreeNode): boolean {
    return [...this.#tree.ancestors(node)].some((element) => this.#parts.has(element));
  }

  /** The edits that change nothing in them and do not remove what is around them. */
  spare(edits: readonly PageEdit[]): PageEdit[] {
    return edits.filter(
      ({ kind, path }) =>
        !this.paths.some((part) => isPathIn(path, part)) &&
        !(kind === "remove" && this.paths.some((part) => isPathIn(part, path))),
    );
  }
}
