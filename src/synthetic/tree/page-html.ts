/** Trees as HTML, and pieces of HTML as trees. */

import { SHOWN_ATTRIBUTE } from "../../page/shown-marks.ts";
import { PageTree, type TreeNode } from "./page-tree.ts";

const VOID_TAGS = new Set(
  "area base br col embed hr img input link meta source track wbr".split(" "),
);
const RAW_TEXT_TAGS = new Set(["script", "style"]);
function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function attributeText(name: string, value: string): string {
  return ` ${name}="${value.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"`;
}

export function toHtml(node: TreeNode): string {
  if (node.kind === "text") return escapeText(node.text);
  if (node.tag === "#document") return `<!doctype html>${node.children.map(toHtml).join("")}`;
  const shown = node.shown === undefined ? "" : attributeText(SHOWN_ATTRIBUTE, node.shown);
  const attributes =
    Object.entries(node.attributes)
      .map(([name, value]) => attributeText(name, value))
      .join("") + shown;
  if (VOID_TAGS.has(node.tag)) return `<${node.tag}${attributes}>`;
  const content = RAW_TEXT_TAGS.has(node.tag)
    ? node.children.map((child) => (child.kind === "text" ? child.text : "")).join("")
    : node.children.map(toHtml).join("");
  return `<${node.tag}${attributes}>${content}</${node.tag}>`;
}

/** Parses a piece of HTML; `null` for an empty one. */
export function parsePiece(html: string, parentTag: string): TreeNode | null {
  // Table parts lose their tags outside a table: parse them where they belong.
  const wraps: Record<string, [string, string]> = {
    tbody: ["<table><tbody>", "tbody"],
    thead: ["<table><thead>", "thead"],
    tr: ["<table><tbody><tr>", "tr"],
    table: ["<table>", "table"],
    select: ["<select>", "select"],
    head: ["<html><head>", "head"],
  };
  const [open, tag] = wraps[parentTag] ?? ["<body><div>", "div"];
  const tree = new PageTree(`<!doctype html>${open}${html}`);
  const parent = tree.elements.find((element) => element.tag === tag);
  return parent?.children[0] ?? null;
}
