/** The identity of an element by which the same place is found on another page of its kind. */

import type { TreeElement, TreeNode } from "./page-tree.ts";

/** A page has one of each: their tag is their place, and their classes say what the page is about. */
const SINGLE_TAGS = new Set(["html", "body"]);
const HEADING = /^h[1-6]$/u;
/** Longer texts are in no id or class. */
const MAX_LENGTH = 80;
/** What visitors use has a name of its own, although it often repeats its label. */
const USED_TAGS = new Set("a button label option summary".split(" "));

const wordsOf = (text: string): string =>
  text
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu)
    ?.join(" ") ?? "";

const textsIn = (node: TreeNode): string[] =>
  node.kind === "text" ? [node.text] : node.children.flatMap(textsIn);

/** The words of an element whose id or class may repeat them: a heading with an anchor, a state in words. */
function wordsOfContent(element: TreeElement): string {
  if (HEADING.test(element.tag)) return wordsOf(textsIn(element).join(" "));
  const [only] = element.children;
  if (only?.kind !== "text" || element.children.length > 1 || only.text.length > MAX_LENGTH)
    return "";
  return USED_TAGS.has(element.tag) ? "" : wordsOf(only.text);
}

/** Whether a name ends in the words of the content: `status-open` of "Open", `oak_tree` of "Oak tree". */
function isSaidBy(name: string, content: string): boolean {
  return ` ${wordsOf(name)}`.endsWith(` ${content}`);
}

/**
 * The identity of an element apart from its number among its siblings: tag, and name, id and first class where they
 * hold no digits and name a place. What repeats the element's words names its content, which differs between pages of
 * a kind. The control identifies its label and the element around both: fields come and go between pages.
 */
export function signatureOf(element: TreeElement): string {
  element.signature ??= readSignature(element);
  return element.signature;
}

function readSignature(element: TreeElement): string {
  if (SINGLE_TAGS.has(element.tag)) return element.tag;
  const { id, class: classes, name } = element.attributes;
  const content = id === undefined && classes === undefined ? "" : wordsOfContent(element);
  const wordsOnly = (text: string | undefined): string =>
    text === undefined || /[\d\s]/u.test(text) || (content !== "" && isSaidBy(text, content))
      ? ""
      : text;
  const first = wordsOnly(classes?.trim().split(/\s+/u)[0]);
  const labels = element.children.filter(
    (child) => child.kind === "element" && child.tag === "label",
  );
  const label = element.tag === "label" ? element : labels.length === 1 ? labels[0] : undefined;
  const labelled = label?.kind === "element" ? wordsOnly(label.attributes["for"]) : "";
  const named = element.tag === "input" || element.tag === "select" || element.tag === "textarea";
  return (
    element.tag +
    (wordsOnly(id) === "" ? "" : `#${id}`) +
    (first === "" ? "" : `.${first}`) +
    (named && name !== undefined ? `@${name}` : "") +
    (labelled === "" ? "" : `~${labelled}`)
  ).replaceAll(/[>[\]]/gu, "_");
}
