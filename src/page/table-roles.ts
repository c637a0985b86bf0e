/** The roles of a table's parts, and Chromium's guess whether a table holds data. */

import { isTag, type Element } from "domhandler";
import { attribute, closest, descendants, hasAttribute } from "./dom.ts";
import { isPresentational } from "./focusable.ts";

/** All ARIA roles. Unknown tokens are skipped. */
export const ARIA_ROLES = new Set(
  (
    "alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox " +
    "complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid " +
    "gridcell group heading image img insertion link list listbox listitem log main mark marquee math menu menubar " +
    "menuitem menuitemcheckbox menuitemradio meter navigation none note option paragraph presentation progressbar " +
    "radio radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status " +
    "strong subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree " +
    "treegrid treeitem"
  ).split(" "),
);

/** The role of a table's part, which depends on the kind of table. */
export function inTable(part: Element, inData: string, inLayout: string): string | null {
  const table = closest(part.parent, (e) => e.name === "table");
  if (table === null || isPresentational(table)) return null;
  const role = attribute(table, "role");
  if (role !== undefined && ARIA_ROLES.has(role) && role !== "none" && role !== "presentation") {
    if (role === "grid" || role === "treegrid") return inData === "cell" ? "gridcell" : inData;
    return role === "table" ? inData : null;
  }
  return isDataTable(table) ? inData : inLayout;
}

/** Chromium's `DecideRoleFromSiblings`: a header next to a data cell heads its row. */
export function headerRole(header: Element): string {
  const scope = attribute(header, "scope")?.toLowerCase();
  if (scope === "row" || scope === "rowgroup") return "rowheader";
  if (scope === "col" || scope === "colgroup") return "columnheader";
  const siblings = (header.parent?.children ?? []).filter(isTag);
  const position = siblings.indexOf(header);
  const beside = [siblings[position - 1], siblings[position + 1]];
  if (beside.some((cell) => cell?.name === "th")) return "columnheader";
  return beside.some((cell) => cell?.name === "td") ? "rowheader" : "columnheader";
}

/** Cached like `roles`: it depends on the HTML only. */
const dataTables = new WeakMap<Element, boolean>();

/**
 * Chromium's guess whether a table holds data or lays out a page (`AXNodeObject::IsDataTable`), as far as HTML shows
 * it. It ignores cell borders and backgrounds, except the `border` attribute.
 */
export function isDataTable(table: Element): boolean {
  const known = dataTables.get(table);
  if (known !== undefined) return known;
  const answer = guessDataTable(table);
  dataTables.set(table, answer);
  return answer;
}

function guessDataTable(table: Element): boolean {
  if (["role", "summary", "rules"].some((name) => hasAttribute(table, name))) return true;
  let rows = 0;
  let cells = 0;
  let headers = false;
  for (const part of descendants(table)) {
    if (closest(part.parent, (e) => e.name === "table") !== table) continue;
    if (["caption", "thead", "tfoot", "colgroup", "col"].includes(part.name)) return true;
    if (part.name === "tr") rows++;
    if (part.name === "td" || part.name === "th") {
      cells++;
      headers ||=
        part.name === "th" ||
        ["headers", "abbr", "axis", "scope"].some((a) => hasAttribute(part, a));
    }
  }
  if (cells <= 1) return false;
  return headers || rows >= 20 || Number(attribute(table, "border") ?? 0) > 0;
}
