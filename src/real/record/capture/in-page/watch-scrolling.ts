/// <reference lib="dom" />
/** Reports how far a person scrolled, and what: one report where a scroller begins to move, one where it rests. */

import type { ElementReaders } from "../../../browser/in-page/element-readers.ts";
import type { ElementSketch } from "./sketch-element.ts";
import type { SendReport } from "./watch-window.ts";

export interface ScrollWatch {
  /** A person turned the wheel over an element, or pulled a scroll bar. */
  readonly turn: (target: Element) => void;
  readonly onScroll: (event: Event) => void;
}

/** Self-contained: the page gets it as text. */
export function watchScrolling(
  send: SendReport,
  describe: (element: Element) => ElementSketch,
  { parentOf }: ElementReaders,
): ScrollWatch {
  const CALM_MS = 100;
  const later = window.setTimeout.bind(window);
  const cancel = window.clearTimeout.bind(window);
  const isTop = window === window.top;
  let turned: { from: number; scroller: Element | null } | null = null;
  let still = 0;
  /** Null: the page itself. */
  const scrollerOf = (target: Element): Element | null => {
    for (let at: Element | null = target; at !== null && at !== document.body; at = parentOf(at))
      if (at.scrollHeight > at.clientHeight && /auto|scroll/.test(getComputedStyle(at).overflowY))
        return at === document.documentElement ? null : at;
    return null;
  };
  const offsetOf = (scroller: Element | null): number => scroller?.scrollTop ?? scrollY;
  /** Where each scroller last came to rest. A browser scrolls before it reports the wheel. */
  const offsets = new WeakMap<object, number>();
  const endTurn = (target: EventTarget | null): void => {
    const scroller =
      target instanceof Element && target !== document.documentElement ? target : null;
    const before = turned;
    turned = null;
    if (before !== null)
      send({ type: "scroll", by: Math.round(offsetOf(before.scroller) - before.from) });
    for (const one of [scroller, ...(before === null ? [] : [before.scroller])])
      offsets.set(one ?? document, offsetOf(one));
  };
  return {
    turn: (target) => {
      if (turned !== null) return;
      const scroller = scrollerOf(target);
      turned = { from: offsets.get(scroller ?? document) ?? 0, scroller };
      const isInner = !isTop || scroller !== null;
      send({ type: "wheel", element: describe(scroller ?? target), isInner });
      // Where nothing scrolls, nothing else ends it.
      cancel(still);
      still = later(() => endTurn(scroller), 3 * CALM_MS);
    },
    onScroll: ({ target }) => {
      cancel(still);
      still = later(() => endTurn(target), CALM_MS);
    },
  };
}
