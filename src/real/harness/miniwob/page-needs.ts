/** What is special about single pages of MiniWoB++, found by playing each of them. */

type PageNeed = "drag" | "point" | "sight";

/** In words, after "needs". */
export const NEED_WORDS: Readonly<Record<PageNeed, string>> = {
  drag: "an action that drags the mouse",
  point: "a click or hover at a point, since the target is not in the accessibility tree",
  sight: "a picture of the page, since the accessibility tree does not hold the answer",
};

const PAGES: Readonly<Record<PageNeed, string>> = {
  drag: `daily-calendar drag-box drag-circle drag-cube drag-items drag-items-grid drag-shapes drag-shapes-2
    drag-single-shape drag-sort-numbers draw-circle draw-line highlight-text highlight-text-2 resize-textarea`,
  point: `bisect-angle chase-circle circle-center click-color click-shades email-inbox email-inbox-delete
    email-inbox-forward email-inbox-forward-nl email-inbox-forward-nl-turk email-inbox-important email-inbox-nl-turk
    email-inbox-noscroll email-inbox-reply email-inbox-star-reply find-greatest find-midpoint form-sequence-3 hot-cold
    hover-shape moving-items right-angle social-media social-media-all social-media-some tic-tac-toe`,
  sight: `click-shape count-shape count-sides grid-coordinate identify-shape number-checkboxes simon-says
    use-colorwheel-2 visual-addition`,
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
