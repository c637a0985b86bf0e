/**
 * Roles whose elements are named by what they contain: the table of ARIA 1.2 (5.2.8.6, "Roles Supporting Name from
 * Content"), with what Chromium adds to it (`term`, `math`, summaries of details, cells of layout tables).
 * A `row` takes its content for a name inside of a grid only.
 */
export const NAMED_BY_CONTENT: ReadonlySet<string> = new Set(
  (
    "button cell checkbox columnheader DisclosureTriangle gridcell heading LayoutTableCell link math menuitem " +
    "menuitemcheckbox menuitemradio option radio row rowheader switch tab term tooltip treeitem"
  ).split(" "),
);
