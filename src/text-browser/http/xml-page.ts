/** XML as HTML: pages in XHTML as the same page in HTML, and anything else as the tree that Chromium's viewer shows. */

import { load, type CheerioAPI } from "cheerio";
import { isComment, isTag, isText, type AnyNode, type Element } from "domhandler";

const XHTML = "http://www.w3.org/1999/xhtml";

export function xmlPage(text: string): string {
  const xml = load(text, { xml: { decodeEntities: true, xmlMode: true } });
  const root = xml.root().children().get(0);
  if (root === undefined) return "<html><body></body></html>";
  const isPage = root.name === "html" || root.attribs["xmlns"] === XHTML || root.name === "svg";
  return isPage ? asHtml(xml, root) : viewer(root);
}

function asHtml(xml: CheerioAPI, root: Element): string {
  const text = load(xml.xml(root), { xml: { xmlMode: true } }).html({ xml: false, xmlMode: false });
  if (root.name !== "svg") return `<!doctype html>${text}`;
  const title = root.children.find(
    (child): child is Element => isTag(child) && child.name === "title",
  );
  const name = title === undefined ? "" : xml(title).text();
  const page = load(`<!doctype html><title></title><body>${text}`);
  page("head > title").text(name);
  return page.html();
}

const INTRODUCTION =
  "This XML file does not appear to have any style information associated with it. The document tree is shown below.";

function viewer(root: Element): string {
  const page = load(`<html><body><div>${INTRODUCTION}</div></body></html>`);
  const pieces: string[] = [];
  appendTree(root, pieces);
  for (const piece of pieces) {
    const span = page("<span></span>").text(piece);
    page("body").append(page("<div></div>").append(span));
  }
  return page.html();
}

/** The pieces of text in which the viewer writes a tree. */
function appendTree(node: AnyNode, pieces: string[]): void {
  if (isText(node)) {
    if (node.data.trim() !== "") pieces.push(node.data.trim());
  } else if (isComment(node)) pieces.push(`<!--${node.data}-->`);
  else if (isTag(node)) {
    pieces.push(`<${node.name}`);
    for (const [name, value] of Object.entries(node.attribs)) pieces.push(name, '="', value, '"');
    if (node.children.length === 0) {
      pieces.push("/>");
      return;
    }
    pieces.push(">");
    for (const child of node.children) appendTree(child, pieces);
    pieces.push(`</${node.name}`, ">");
  }
}
