/** One tab of the text browser: its history of pages, each with the form state it was left in. */

import type { PageRequest } from "../core/experience.ts";
import { UNTOUCHED, type FormState } from "../page/form-state.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";

export interface HistoryEntry {
  /** What loaded it; null for a blank tab. */
  readonly request: PageRequest | null;
  /** As the address bar shows it, fragment included. */
  url: string;
  document: PageDocument;
  state: FormState;
  /** Whether Back shows it again without a request. */
  isStored: boolean;
}

/** A new entry, one in the current one's place, or one so many steps away that is loaded again. */
export type Placing = "push" | "replace" | -1 | 1;

const BLANK_URL = "about:blank";

export class TabHistory {
  #entries: HistoryEntry[] = [];
  #at = 0;
  /** `target` name that opened it; empty for none. */
  readonly name: string;

  constructor(name = "") {
    this.name = name;
  }

  get current(): HistoryEntry {
    return this.#entries[this.#at] ?? BLANK;
  }

  get isBlank(): boolean {
    return this.#entries.length === 0;
  }

  /** The entry so many steps away; null beyond the ends. */
  peek(by: number): HistoryEntry | null {
    return this.#entries[this.#at + by] ?? null;
  }

  /** Goes there, with what the entry holds now. */
  travel(by: number): void {
    this.#at += by;
  }

  /** A new page: what lay ahead is forgotten. */
  push(entry: HistoryEntry): void {
    this.#entries = [...this.#entries.slice(0, this.#at + 1), entry];
    this.#at = this.#entries.length - 1;
  }

  replace(entry: HistoryEntry): void {
    if (this.isBlank) this.push(entry);
    else this.#entries[this.#at] = entry;
  }

  place(entry: HistoryEntry, how: Placing): void {
    if (how === "push") this.push(entry);
    else {
      if (how !== "replace") this.travel(how);
      this.replace(entry);
    }
  }

  setState(state: FormState): void {
    this.current.state = state;
  }
}

/** What a new tab shows. Never written to: it has no controls. */
const BLANK: HistoryEntry = {
  request: null,
  url: BLANK_URL,
  document: parsePage("", BLANK_URL),
  state: UNTOUCHED,
  isStored: true,
};
