/**
 * `outerText` of an element, approximated from HTML alone. Hidden text is left out, white space collapses, blocks and
 * `<br>` break lines, and tabs separate cells. Blocks are the elements that HTML displays as blocks by default.
 */

import type { ChildNode, Element } from "domhandler";
import { isTag, isText } from "domhandler";

const NEVER_RENDERED = new Set(
  "head,script,style,template,noscript,title,meta,link,input,textarea,iframe,object,audio,video,canvas,datalist".split(
    ",",
  ),
);
const BLOCKS = new Set(
  "address,article,aside,blockquote,body,center,dd,details,dialog,div,dl,dt,fieldset,figcaption,figure,footer,form,h1,h2,h3,h4,h5,h6,header,hgroup,hr,html,legend,li,main,menu,nav,ol,optgroup,option,pre,search,section,summary,table,caption,tbody,thead,tfoot,tr,ul".split(
    ",",
  ),
);

/** A text, or the least number of line breaks at this place. */
type Piece = string | { lineEnds: 1 | 2 };

/** Browsers give the `textContent` of an element that is not shown itself. */
export function renderedText(element: Element): string {
  if (!isShown(element)) return textContent(element);
  const pieces: Piece[] = [];
  for (const child of element.children) collect(child, pieces, isPreformatted(element));
  return join(pieces);
}

export function textContent(node: ChildNode): string {
  if (isText(node)) return node.data;
  if (!("children" in node) || (isTag(node) && node.name === "template")) return "";
  return node.children.map((child) => textContent(child)).join("");
}

function collect(node: ChildNode, pieces: Piece[], preformatted: boolean): void {
  if (isText(node)) {
    pieces.push(preformatted ? node.data : node.data.replaceAll(/[ \t\n\r\f]+/g, " "));
    return;
  }
  if (!isTag(node) || isHidden(node)) return;
  if (node.name === "br") {
    pieces.push("\n");
    return;
  }
  const lineEnds = node.name === "p" ? 2 : BLOCKS.has(node.name) ? 1 : null;
  if (lineEnds !== null) pieces.push({ lineEnds });
  for (const child of node.children) {
    collect(child, pieces, preformatted || node.name === "pre");
  }
  if ((node.name === "td" || node.name === "th") && hasCellAfter(node)) pieces.push("\t");
  if (lineEnds !== null) pieces.push({ lineEnds });
}

/** Joins pieces. Spaces collapse across elements and vanish at line ends; required line breaks merge. */
function join(pieces: readonly Piece[]): string {
  let text = "";
  let pending = 0;
  for (const piece of pieces) {
    if (typeof piece !== "string") {
      if (text !== "") pending = Math.max(pending, piece.lineEnds);
      continue;
    }
    const isLineStart = text === "" || pending > 0 || /[\s]$/.test(text);
    const addition = isLineStart && !piece.includes("\n") ? piece.replace(/^ +/, "") : piece;
    if (addition === "") continue;
    if (pending > 0) text = text.replace(/ +$/, "") + "\n".repeat(pending);
    if (addition.startsWith("\n")) text = text.replace(/ +$/, "");
    pending = 0;
    text += addition;
  }
  return text.trim();
}

function hasCellAfter(cell: Element): boolean {
  for (let next = cell.next; next !== null; next = next.next) {
    if (isTag(next) && (next.name === "td" || next.name === "th") && !isHidden(next)) return true;
  }
  return false;
}

function isPreformatted(element: Element): boolean {
  return ancestorsAndSelf(element).some((candidate) => candidate.name === "pre");
}

function isShown(element: Element): boolean {
  return !ancestorsAndSelf(element).some(isHidden);
}

function isHidden(element: Element): boolean {
  const { attribs, name, parent } = element;
  if ("hidden" in attribs || NEVER_RENDERED.has(name)) return true;
  if (name === "dialog" && !("open" in attribs)) return true;
  if (/(?:^|;)\s*display\s*:\s*none/i.test(attribs["style"] ?? "")) return true;
  if (parent === null || !isTag(parent) || parent.name !== "details") return false;
  return name !== "summary" && !("open" in parent.attribs);
}

function ancestorsAndSelf(element: Element): Element[] {
  const chain: Element[] = [];
  for (let node: ChildNode | null = element; node !== null && isTag(node);) {
    chain.push(node);
    node = node.parent as ChildNode | null;
  }
  return chain;
}
