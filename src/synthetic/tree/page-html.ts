/** Trees as HTML, and pieces of HTML as trees. */

import { SHOWN_ATTRIBUTE } from "../../page/shown-marks.ts";
import { parseTree, type TreeNode } from "./page-tree.ts";

const VOID_TAGS = new Set(
  "area base br col embed hr img input link meta source track wbr".split(" "),
);
const RAW_TEXT_TAGS = new Set(["script", "style"]);

function escapeText(text: string): string {
  if (!/[&<>]/u.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function escapeValue(text: string): string {
  if (!/[&"]/u.test(text)) return text;
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
}

export function toHtml(node: TreeNode): string {
  if (node.kind === "text") return escapeText(node.text);
  if (node.tag === "#document") return `<!doctype html>${node.children.map(toHtml).join("")}`;
  let html = `<${node.tag}`;
  for (const name of Object.keys(node.attributes))
    html += ` ${name}="${escapeValue(node.attributes[name] as string)}"`;
  if (node.shown !== undefined) html += ` ${SHOWN_ATTRIBUTE}="${escapeValue(node.shown)}"`;
  html += ">";
  if (VOID_TAGS.has(node.tag)) return html;
  const isRaw = RAW_TEXT_TAGS.has(node.tag);
  for (const child of node.children)
    html += !isRaw ? toHtml(child) : child.kind === "text" ? child.text : "";
  return `${html}</${node.tag}>`;
}

/** Parses a piece of HTML, of one node or several. */
export function parsePieces(html: string, parentTag: string): readonly TreeNode[] {
  return piecesOf(pageOf(html, parentTag), parentTag);
}

/** Table parts lose their tags outside a table: they are parsed where they belong. */
const WRAPS: Readonly<Record<string, readonly [html: string, tag: string]>> = {
  tbody: ["<table><tbody>", "tbody"],
  thead: ["<table><thead>", "thead"],
  tr: ["<table><tbody><tr>", "tr"],
  table: ["<table>", "table"],
  select: ["<select>", "select"],
  head: ["<html><head>", "head"],
};
const wrapOf = (parentTag: string): readonly [string, string] =>
  WRAPS[parentTag] ?? ["<body><div>", "div"];

/** A page that consists of a piece of HTML. */
export function pageOf(html: string, parentTag: string): string {
  return `<!doctype html>${wrapOf(parentTag)[0]}${html}`;
}

/** The nodes of the piece that such a page consists of. */
export function piecesOf(page: string, parentTag: string): readonly TreeNode[] {
  const tag = wrapOf(parentTag)[1];
  return parseTree(page).elements.find((element) => element.tag === tag)?.children ?? [];
}
