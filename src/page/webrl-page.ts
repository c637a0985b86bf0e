/**
 * A page in the simplified HTML of WebRL and VisualAgentBench's WebArena-Lite: `<a id="12"> Cart </a>`. It works in
 * every world, because it is written from an observation's nodes. The original reads the live document, so these differ:
 *  - an id is an element's ref, and not its number among the clickable elements of the window;
 *  - the whole page is shown, without `data-bbox`;
 *  - a name that is not a text of the page, such as a field's label, is its `title`;
 *  - wrappers that the accessibility tree leaves out are missing.
 */

import type { Observation, PageNode } from "../core/observation.ts";

/** Tags by role. Others are `div`. */
const TAGS: Readonly<Record<string, string>> = {
  RootWebArea: "html",
  link: "a",
  button: "button",
  textbox: "input",
  searchbox: "input",
  spinbutton: "input",
  slider: "input",
  checkbox: "input",
  radio: "input",
  switch: "input",
  Date: "input",
  DateTime: "input",
  InputTime: "input",
  ColorWell: "input",
  combobox: "select",
  listbox: "select",
  option: "option",
  list: "ul",
  listitem: "li",
  table: "table",
  grid: "table",
  row: "tr",
  cell: "td",
  gridcell: "td",
  columnheader: "th",
  rowheader: "th",
  paragraph: "p",
  strong: "strong",
  emphasis: "em",
  code: "code",
  img: "img",
  image: "img",
  navigation: "nav",
  main: "main",
  banner: "header",
  contentinfo: "footer",
  complementary: "aside",
  form: "form",
  article: "article",
  Iframe: "iframe",
  DescriptionList: "dl",
  term: "dt",
  definition: "dd",
  group: "fieldset",
  dialog: "dialog",
};

/** Their `type`. */
const INPUT_TYPES: Readonly<Record<string, string>> = {
  textbox: "text",
  searchbox: "search",
  spinbutton: "number",
  slider: "range",
  checkbox: "checkbox",
  switch: "checkbox",
  radio: "radio",
  Date: "date",
  DateTime: "datetime-local",
  InputTime: "time",
  ColorWell: "color",
};

/** They hold other elements and take no action of WebRL's grammar. */
const WITHOUT_ID = new Set(
  `RootWebArea list listitem table grid row paragraph strong emphasis code navigation main banner contentinfo complementary
  form article DescriptionList term definition group region search`.split(/\s+/u),
);

/** WebRL's own form: all in one line. */
export function renderWebRlPage(observation: Pick<Observation, "nodes">): string {
  return webRlLines(observation).join(" ");
}

/** The same text, cut where a long page may be cut: one line for each element without elements inside. */
export function webRlLines({ nodes }: Pick<Observation, "nodes">): string[] {
  const lines: string[] = [];
  let at = 0;
  while (at < nodes.length) at = write(at);
  return lines;

  /** @returns the index behind the element */
  function write(start: number): number {
    const node = nodes[start] as PageNode;
    let end = start + 1;
    while (end < nodes.length && (nodes[end] as PageNode).depth > node.depth) end++;
    if (node.role === "StaticText") {
      lines.push(escape(node.name));
      return end;
    }
    const inner = nodes.slice(start + 1, end);
    const texts = inner.filter(({ role }) => role === "StaticText").map(({ name }) => name);
    const tag = tagOf(node, inner);
    if (texts.length < inner.length) {
      lines.push(`<${tag}${attributesOf(node, texts.join(""))}>`);
      for (let next = start + 1; next < end;) next = write(next);
      lines.push(`</${tag}>`);
      return end;
    }
    // A name without texts inside is the content itself, but a field's or a picture's is not.
    const isNamedApart = ["input", "select", "img", "iframe"].includes(tag);
    const content = (texts.length === 0 && !isNamedApart ? node.name : texts.join(" ")).trim();
    const shown = node.value === undefined && content !== "" ? `${escape(content)} ` : "";
    lines.push(`<${tag}${attributesOf(node, content)}> ${shown}</${tag}>`);
    return end;
  }
}

function tagOf({ role, states: { level } }: PageNode, inner: readonly PageNode[]): string {
  if (role === "heading") return `h${level ?? 2}`;
  // Without a list of its own it takes text.
  if (role === "combobox" && !inner.some((node) => node.role === "option")) return "input";
  return Object.hasOwn(TAGS, role) ? (TAGS[role] as string) : "div";
}

/** @param shown the text inside the element */
function attributesOf(node: PageNode, shown: string): string {
  const { ref, role, name, value, states } = node;
  const all: Record<string, string | undefined> = {
    id: WITHOUT_ID.has(role) ? undefined : ref,
    // Most names only repeat what is inside.
    title: withoutBlanks(shown).includes(withoutBlanks(name)) ? undefined : name,
    type: INPUT_TYPES[role],
    "data-value": value,
    "data-status": statusOf(node),
    disabled: states.disabled ? "true" : undefined,
  };
  return Object.entries(all)
    .flatMap(([key, text]) => (text === undefined ? [] : [` ${key}="${escape(text)}"`]))
    .join("");
}

function statusOf({ role, states }: PageNode): string | undefined {
  const { checked, pressed, selected, expanded } = states;
  if (checked !== undefined)
    return checked === false ? "not-checked" : checked === true ? "checked" : "mixed";
  if (role === "option" || role === "tab") return selected ? "selected" : undefined;
  if (pressed === true) return "pressed";
  return expanded === undefined ? undefined : expanded ? "expanded" : "collapsed";
}

const withoutBlanks = (text: string): string => text.replaceAll(/\s+/gu, "");

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
