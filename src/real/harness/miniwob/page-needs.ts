/** What is special about single pages of MiniWoB++, found by playing each of them. */

type PageNeed = "drag" | "point" | "sight";

/** In words, after "needs". */
export const NEED_WORDS: Readonly<Record<PageNeed, string>> = {
  drag: "a drag between points at which the accessibility tree has no element",
  point: "a click or hover at a point, since the target is not in the accessibility tree",
  sight: "a picture of the page, since the accessibility tree does not tell its parts apart",
};

const PAGES: Readonly<Record<PageNeed, string>> = {
  drag: `daily-calendar drag-cube drag-items-grid drag-shapes drag-shapes-2 draw-circle draw-line highlight-text
    highlight-text-2 resize-textarea`,
  point: `bisect-angle chase-circle circle-center find-midpoint form-sequence-3 hot-cold hover-shape moving-items
    right-angle tic-tac-toe`,
  sight: `click-color click-shades click-shape count-shape count-sides email-inbox email-inbox-delete
    email-inbox-important email-inbox-nl-turk email-inbox-noscroll email-inbox-star-reply grid-coordinate
    identify-shape number-checkboxes simon-says social-media social-media-all social-media-some use-colorwheel-2
    visual-addition`,
};

/**
 * What pages need beyond this toolkit's actions and observations, by name. Such pages are left out of a run unless the
 * user names them.
 */
export const PAGE_NEEDS: Readonly<Record<string, PageNeed>> = Object.fromEntries(
  Object.entries(PAGES).flatMap(([need, names]) =>
    names.split(/\s+/).map((name) => [name, need as PageNeed]),
  ),
);

/** Pages that keep what an agent did in one episode for the next one: messages, typed texts, chosen colours. */
export const KEEPS_STATE: ReadonlySet<string> = new Set(
  `book-flight book-flight-nodelay scroll-text scroll-text-2 search-engine use-autocomplete use-autocomplete-nodelay
  use-colorwheel use-colorwheel-2`.split(/\s+/),
);
