/** The text of a predicted page where nothing recorded says which text belongs there. It claims nothing. */
export const OPEN_PLACE = "…";
