/**
 * Roles that take their name from their content: the table of ARIA 1.2 (5.2.8.6, "Roles Supporting Name from
 * Content"), plus Chromium's additions (`term`, `math`, summaries of details, cells of layout tables).
 * A `row` takes its name from its content inside a grid only.
 */
export const NAMED_BY_CONTENT: ReadonlySet<string> = new Set(
  (
    "button cell checkbox columnheader DisclosureTriangle gridcell heading LayoutTableCell link math menuitem " +
    "menuitemcheckbox menuitemradio option radio row rowheader switch tab term tooltip treeitem"
  ).split(" "),
);
