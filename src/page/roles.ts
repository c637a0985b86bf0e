/** The role of an element in Chromium's terms: its ARIA role, otherwise the role that HTML-AAM gives its tag. */

import { isTag, type Element } from "domhandler";
import { attribute, closest, descendants, hasAttribute, tokens } from "./dom.ts";
import { isPresentational, isSummaryOfDetails, keepsRole } from "./focusable.ts";
import { inputType } from "./input-types.ts";
import { isDropDown } from "./form-state.ts";
import { ARIA_ROLES, headerRole, inTable, isDataTable } from "./table-roles.ts";

/** `null`: the element is not a node (its children replace it). */
export type Role = string | null;

const BY_TAG: Record<string, string> = {
  abbr: "Abbr",
  address: "group",
  article: "article",
  audio: "Audio",
  blockquote: "blockquote",
  button: "button",
  canvas: "Canvas",
  caption: "caption",
  code: "code",
  dd: "definition",
  del: "deletion",
  details: "group",
  dfn: "term",
  dialog: "dialog",
  dl: "DescriptionList",
  dt: "term",
  em: "emphasis",
  embed: "PluginObject",
  fieldset: "group",
  figcaption: "Figcaption",
  figure: "figure",
  form: "form",
  frame: "Iframe",
  h1: "heading",
  h2: "heading",
  h3: "heading",
  h4: "heading",
  h5: "heading",
  h6: "heading",
  hgroup: "group",
  hr: "separator",
  iframe: "Iframe",
  ins: "insertion",
  label: "LabelText",
  legend: "Legend",
  li: "listitem",
  main: "main",
  mark: "mark",
  math: "math",
  menu: "list",
  meter: "meter",
  nav: "navigation",
  object: "PluginObject",
  ol: "list",
  optgroup: "group",
  option: "option",
  output: "status",
  p: "paragraph",
  pre: "generic",
  progress: "progressbar",
  rt: "RubyAnnotation",
  ruby: "Ruby",
  s: "deletion",
  search: "search",
  strike: "deletion",
  strong: "strong",
  sub: "subscript",
  summary: "generic",
  sup: "superscript",
  textarea: "textbox",
  time: "time",
  ul: "list",
  video: "Video",
};

const INPUT_ROLES: Record<string, string> = {
  button: "button",
  checkbox: "checkbox",
  color: "ColorWell",
  date: "Date",
  "datetime-local": "DateTime",
  file: "button",
  image: "button",
  month: "DateTime",
  number: "spinbutton",
  radio: "radio",
  range: "slider",
  reset: "button",
  search: "searchbox",
  submit: "button",
  time: "InputTime",
  week: "DateTime",
};

const SECTIONING = new Set(["article", "aside", "main", "nav", "section"]);
const SECTIONING_ROLES = new Set(["article", "complementary", "main", "navigation", "region"]);

/** Caches roles: they depend on the HTML only, which does not change. */
const roles = new WeakMap<Element, Role>();

export function roleOf(element: Element): Role {
  let role = roles.get(element);
  if (role === undefined) {
    role = claimedRole(element);
    if (role === undefined) {
      role = nativeRole(element);
      if (PLAIN.has(role) && isEditingHost(element)) role = "textbox";
    }
    roles.set(element, role);
  }
  return role;
}

/** An editable plain element is a text field, as in the real browser's tree. */
const PLAIN = new Set<Role>([null, "generic", "paragraph"]);

/** Whether the element itself has the attribute: its content is then its value. */
function isEditingHost(element: Element): boolean {
  const claimed = attribute(element, "contenteditable");
  return claimed !== undefined && claimed.toLowerCase() !== "false";
}

function claimedRole(element: Element): Role | undefined {
  const text = attribute(element, "role");
  if (text === undefined) return undefined;
  for (const token of tokens(text.toLowerCase())) {
    if (!ARIA_ROLES.has(token)) continue;
    if (token === "none" || token === "presentation") return keepsRole(element) ? undefined : null;
    if (token === "region" && !hasAuthorName(element)) return "generic";
    if (token === "form" && !hasAuthorName(element)) return "generic";
    if (token === "directory") return "list";
    const owners = OWNERS[token];
    if (owners !== undefined && closest(element.parent, (e) => isOwner(e, owners)) === null)
      continue;
    return token;
  }
  return undefined;
}

/** Roles that an element has only inside of one of these. */
const OWNERS: Record<string, readonly string[]> = {
  listitem: ["list", "directory"],
  option: ["listbox", "group"],
  treeitem: ["tree", "group"],
};

function isOwner(element: Element, roles: readonly string[]): boolean {
  const role = roleOf(element);
  return role !== null && roles.includes(role);
}

function nativeRole(element: Element): Role {
  switch (element.name) {
    case "a":
    case "area":
      return hasAttribute(element, "href") || hasAttribute(element, "xlink:href") ? "link" : null;
    case "input":
      return hasAttribute(element, "list") && inputType(element) === "text"
        ? "combobox"
        : (INPUT_ROLES[inputType(element)] ?? "textbox");
    case "select":
      return isDropDown(element) ? "combobox" : "listbox";
    case "img":
      return attribute(element, "alt") === "" && !hasAuthorName(element) ? null : "image";
    case "svg":
      return svgRole(element);
    case "header":
      return isInSection(element) ? "sectionheader" : "banner";
    case "footer":
      return isInSection(element) ? "sectionfooter" : "contentinfo";
    case "section":
      return hasAuthorName(element) || hasTitle(element) ? "region" : "generic";
    case "aside":
      return isInSection(element, "main") && !hasAuthorName(element) ? "generic" : "complementary";
    case "li":
      return isPresentational(element.parent) ? null : ariaListItem(element);
    case "summary":
      return isSummaryOfDetails(element) ? "DisclosureTriangle" : "generic";
    case "table":
      return isDataTable(element) ? "table" : "LayoutTable";
    case "thead":
    case "tbody":
    case "tfoot":
      return null;
    case "tr":
      return inTable(element, "row", "LayoutTableRow");
    case "td":
      return inTable(element, "cell", "LayoutTableCell");
    case "th":
      return inTable(element, headerRole(element), "LayoutTableCell");
    default:
      return BY_TAG[element.name] ?? plainRole(element);
  }
}

function ariaListItem(item: Element): Role {
  const parent = item.parent;
  const around = parent !== null && isTag(parent) ? attribute(parent, "role") : undefined;
  return around !== undefined && !["list", "directory"].includes(around) ? null : "listitem";
}

function plainRole(element: Element): Role {
  if (hasAttribute(element, "popover")) return "group";
  return isNamedWrapper(element) ? "generic" : null;
}

/** A `div` or `span` is a node only if it has a name or the keyboard can reach it. */
function isNamedWrapper(element: Element): boolean {
  return hasAuthorName(element) || (hasAttribute(element, "tabindex") && hasTitle(element));
}

function hasTitle(element: Element): boolean {
  return (attribute(element, "title") ?? "").trim() !== "";
}

function hasAuthorName(element: Element): boolean {
  const { attribs } = element;
  return (
    (attribs["aria-label"] ?? "").trim() !== "" || (attribs["aria-labelledby"] ?? "").trim() !== ""
  );
}

function svgRole(svg: Element): Role {
  if (hasAuthorName(svg)) return "image";
  const titled = svg.children.some((child) => isTag(child) && child.name === "title");
  if (titled) return "image";
  for (const element of descendants(svg))
    if (element.name === "text" || element.name === "a") return "generic";
  return null;
}

/** @param except a tag that does not count as a section here */
function isInSection(element: Element, except = ""): boolean {
  return (
    closest(
      element.parent,
      (e) =>
        (SECTIONING.has(e.name) && e.name !== except) ||
        SECTIONING_ROLES.has(attribute(e, "role") ?? ""),
    ) !== null
  );
}
