/** The text of a name, put together from pieces with the spacing of Chromium. */

import type { Element } from "domhandler";
import { closest } from "./dom.ts";

export class NameText {
  text = "";
  #before: { block: Element | null; isApart: boolean } | null = null;

  /**
   * @param block the block that the piece is in: pieces in different blocks stand apart
   * @param isApart whether a blank separates it from its neighbours in the same block too
   */
  add(piece: string, block: Element | null, isApart: boolean): void {
    if (piece === "") return;
    const before = this.#before;
    const touches = this.text !== "" && !/\s$/u.test(this.text) && !/^\s/u.test(piece);
    if (before !== null && touches && (before.block !== block || before.isApart || isApart))
      this.text += " ";
    this.text += piece;
    this.#before = { block, isApart };
  }

  /** Adds what `body` adds, for a quotation between the marks that a browser draws around it. */
  quote(element: Element, block: Element | null, body: () => void): void {
    if (element.name !== "q") {
      body();
      return;
    }
    const isInner = closest(element.parent, (e) => e.name === "q") !== null;
    this.add(isInner ? "‘" : "“", block, false);
    body();
    this.add(isInner ? "’" : "”", block, false);
  }
}
