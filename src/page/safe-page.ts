/**
 * A recorded page as HTML that does nothing and loads nothing. It keeps elements and the attributes that show their
 * content and state. No script, link, form, frame address or remote file is left. The viewer also puts the page into a
 * sandbox without scripts, under a policy that blocks every request.
 */

import { load, type CheerioAPI } from "cheerio";
import { isComment, isTag, type AnyNode, type Element } from "domhandler";
import { findElement, referTo } from "../core/element-reference.ts";
import type { PageNode } from "../core/observation.ts";
import type { PageSnapshot } from "../core/site-request.ts";
import { parsePage } from "./page-document.ts";

/** The attribute of the element that an action acts on. */
const TARGET_ATTRIBUTE = "data-dreamgym-target";

const DROPPED = new Set(
  "script noscript style base meta link object embed applet portal frame frameset param".split(" "),
);
/** Attributes that show content or state. Every other one goes, among them addresses, handlers and styles. */
const KEPT = new Set(
  (
    "alt aria-label aria-labelledby checked cols colspan datetime dir disabled for headers height hidden high id " +
    "label lang low max maxlength min multiple name open optimum placeholder readonly required reversed role rows " +
    "rowspan scope selected shadowrootmode size span start step title type value width wrap"
  ).split(" "),
);
const STATES =
  /^aria-(?:checked|current|disabled|expanded|invalid|level|pressed|selected|value\w+)$/u;

/** What a page without its own styles looks like, and how the element of the action stands out. */
const PAGE_STYLE = `
html{font:14px/1.45 system-ui,sans-serif;color:#1f2328;background:#fff;overflow-wrap:anywhere}
body{margin:12px}[hidden]{display:none!important}
a{color:#0550ae;text-decoration:underline}img{max-width:100%;border:1px dashed #b6bec8;min-width:1em;min-height:1em}
table{border-collapse:collapse}td,th{border:1px solid #d0d7de;padding:2px 6px;text-align:left}
input,select,textarea,button{font:inherit}svg{max-width:1.5em;max-height:1.5em}
[${TARGET_ATTRIBUTE}]{outline:3px solid #cf222e!important;outline-offset:2px;box-shadow:0 0 0 6px #cf222e33}`;

const HEAD =
  `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'none'; ` +
  `img-src data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'"><style>${PAGE_STYLE}</style>`;

/**
 * @param target a node of the browser's observation of this page; it is marked if the page has it
 * @param nodes the nodes of that observation
 */
export function makeSafePage(
  page: PageSnapshot,
  target: string | null,
  nodes: readonly PageNode[],
): string {
  const marked = target === null ? page.html : withTarget(page, target, nodes);
  const $ = load(marked);
  clean($, $.root().toArray());
  $("head").prepend(HEAD);
  return $.html();
}

/** The page with a mark on the element that the node of the observation stands for. */
function withTarget(page: PageSnapshot, ref: string, nodes: readonly PageNode[]): string {
  const document = parsePage(page.html, page.url);
  const reference = referTo({ nodes }, ref);
  const found = reference === null ? null : findElement(reference, document);
  const element = found === null ? null : document.elementOf(found.ref);
  if (element === null) return page.html;
  try {
    element.attribs[TARGET_ATTRIBUTE] = "";
    return document.serialize();
  } finally {
    // The document is shared and must look immutable to everyone else.
    delete element.attribs[TARGET_ATTRIBUTE];
  }
}

function clean($: CheerioAPI, nodes: readonly AnyNode[]): void {
  for (const node of nodes) {
    if (isComment(node)) {
      $(node).remove();
      continue;
    }
    if (isTag(node)) {
      if (DROPPED.has(node.name.toLowerCase())) {
        $(node).remove();
        continue;
      }
      cleanAttributes(node);
    }
    if ("children" in node) clean($, [...node.children]);
  }
}

function cleanAttributes(element: Element): void {
  const { attribs } = element;
  const kept = Object.entries(attribs).filter(([name]) => isKept(name));
  const picture = attribs["src"]?.trim() ?? "";
  // Only pictures that are in the page itself. A drawing may hold scripts and addresses, so it stays out.
  if (element.name === "img" && /^data:image\/(?:png|jpeg|gif|webp);base64,/iu.test(picture))
    kept.push(["src", picture]);
  const inner = attribs["srcdoc"];
  if (element.name === "iframe") {
    kept.push(["sandbox", ""]);
    if (inner !== undefined)
      kept.push(["srcdoc", makeSafePage({ url: "about:srcdoc", html: inner }, null, [])]);
  }
  // Without an address, a link looks like text.
  if (element.name === "a" && attribs["href"] !== undefined)
    kept.push(["style", "color:#0550ae;text-decoration:underline"]);
  element.attribs = Object.fromEntries(kept);
}

function isKept(name: string): boolean {
  return KEPT.has(name) || STATES.test(name) || name === TARGET_ATTRIBUTE;
}
