/**
 * A next page as changes to a known one: fewer tokens and fewer errors than the whole page (WMA, arXiv:2410.13232). A
 * model writes changes of numbered lines; they become edits, and recorded edits become changes to learn from.
 */

import { z } from "zod";
import { diffPages } from "../tree/page-diff.ts";
import type { PageEdit } from "../tree/page-edit.ts";
import type { PageTree, TreeElement } from "../tree/page-tree.ts";
import { isPrefix, type PageLine, writeNode } from "./page-lines.ts";

export const PageChangeSchema = z.discriminatedUnion("do", [
  z.object({ do: z.literal("text"), line: z.int().min(1), text: z.string() }),
  z.object({
    do: z.literal("set"),
    line: z.int().min(1),
    name: z.string().regex(/^[a-zA-Z][\w:.-]*$/),
    /** Null takes the attribute away. */
    value: z.string().nullable(),
  }),
  z.object({
    do: z.literal("insert"),
    line: z.int().min(1),
    where: z.enum(["before", "after", "inside"]),
    html: z.string(),
  }),
  z.object({ do: z.literal("remove"), line: z.int().min(1) }),
]);
export type PageChange = z.infer<typeof PageChangeSchema>;

export interface ReadChanges {
  edits: PageEdit[];
  /** Changes that name no line of the page. */
  lost: number;
}

/** Changes of lines as edits of the page. */
export function toEdits(lines: readonly PageLine[], changes: readonly PageChange[]): ReadChanges {
  const edits: PageEdit[] = [];
  let lost = 0;
  for (const change of changes) {
    const line = lines[change.line - 1];
    if (line === undefined) lost++;
    else edits.push(...editsOf(line, change));
  }
  return { edits, lost };
}

function editsOf({ node, path, outerPath }: PageLine, change: PageChange): PageEdit[] {
  if (change.do === "remove") return [{ kind: "remove", path: [...outerPath] }];
  if (change.do === "text") return textEdits(node, path, change.text);
  if (change.do === "set")
    return node.kind === "text"
      ? []
      : [{ kind: "attribute", path: [...path], name: change.name, value: change.value }];
  if (change.where === "inside") {
    if (node.kind === "text") return [];
    return [{ kind: "insert", path: [...path, node.children.length], html: change.html }];
  }
  const place = [...outerPath];
  if (change.where === "after") place.push((place.pop() ?? 0) + 1);
  return [{ kind: "insert", path: place, html: change.html }];
}

/** The new text takes the place of all that the element holds. */
function textEdits(node: PageLine["node"], path: readonly number[], text: string): PageEdit[] {
  if (node.kind === "text") return [{ kind: "text", path: [...path], text }];
  const [only] = node.children;
  if (node.children.length === 1 && only?.kind === "text")
    return [{ kind: "text", path: [...path, 0], text }];
  return [
    ...node.children.map((_, at): PageEdit => ({ kind: "remove", path: [...path, at] })),
    { kind: "insert", path: [...path, node.children.length], html: escapeHtml(text) },
  ];
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/**
 * The changes that turn a page into another one.
 *
 * @returns null where a change happens in a part that no line shows, so that only the whole page says it
 */
export function changesBetween(
  before: PageTree,
  lines: readonly PageLine[],
  after: PageTree,
): PageChange[] | null {
  const changes: PageChange[] = [];
  for (const edit of diffPages(before, after)) {
    if (isSilent(before, edit.path)) continue;
    const change = changeOf(before, lines, edit);
    if (change === null) return null;
    changes.push(change);
  }
  return changes;
}

function isSilent(tree: PageTree, path: readonly number[]): boolean {
  return path.some((_, at) => {
    const node = tree.at(path.slice(0, at + 1));
    return node?.kind === "element" && /^(?:script|style|link|meta)$/u.test(node.tag);
  });
}

function changeOf(tree: PageTree, lines: readonly PageLine[], edit: PageEdit): PageChange | null {
  if (edit.kind === "insert") return insertOf(tree, lines, edit);
  const node = tree.at(edit.path);
  if (node === null) return null;
  const own = edit.kind === "text" ? textLine(lines, edit.path) : exactLine(lines, edit.path);
  if (own === null) return null;
  if (edit.kind === "text") return { do: "text", line: own.number, text: edit.text };
  if (edit.kind === "remove") return { do: "remove", line: own.number };
  return { do: "set", line: own.number, name: edit.name, value: edit.value };
}

/** A text has a line, or its element shows it on its own. */
function textLine(lines: readonly PageLine[], path: readonly number[]): PageLine | null {
  return exactLine(lines, path) ?? exactLine(lines, path.slice(0, -1));
}

/** The line of exactly this node, or of a node that fills it. */
function exactLine(lines: readonly PageLine[], path: readonly number[]): PageLine | null {
  return lines.find((line) => isPrefix(line.outerPath, path) && isPrefix(path, line.path)) ?? null;
}

function insertOf(
  tree: PageTree,
  lines: readonly PageLine[],
  { path, html }: Extract<PageEdit, { kind: "insert" }>,
): PageChange | null {
  const parentPath = path.slice(0, -1);
  const at = path.at(-1) ?? 0;
  const next = exactLine(lines, path);
  if (next !== null) return { do: "insert", line: next.number, where: "before", html };
  const previous = at === 0 ? null : exactLine(lines, [...parentPath, at - 1]);
  if (previous !== null) return { do: "insert", line: previous.number, where: "after", html };
  const parent = exactLine(lines, parentPath);
  const node = tree.at(parentPath) as TreeElement | null;
  if (parent === null || node === null || parent.node !== node) return null;
  return { do: "insert", line: parent.number, where: "inside", html };
}

/** A change in words that need no line numbers: for an example from another page. */
export function describeChange(lines: readonly PageLine[], change: PageChange): string {
  const line = lines[change.line - 1];
  const subject = line === undefined ? "" : writeNode(line.node);
  if (change.do === "remove") return `remove ${subject}`;
  if (change.do === "text") return `text of ${subject} becomes ${JSON.stringify(change.text)}`;
  if (change.do === "set")
    return change.value === null
      ? `${subject} loses ${change.name}`
      : `${change.name} of ${subject} becomes ${JSON.stringify(change.value)}`;
  return `insert ${change.where} ${subject}: ${change.html}`;
}
