/** One tab of the text browser: its history of pages, each with its last form state. */

import type { PageRequest } from "../core/experience.ts";
import { UNTOUCHED, type FormState } from "../page/form-state.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";

export interface HistoryEntry {
  /** The request that loaded it. Null for a blank tab. */
  readonly request: PageRequest | null;
  /** As in the address bar, with fragment. */
  url: string;
  document: PageDocument;
  state: FormState;
  /** Whether Back shows it without a request. */
  isStored: boolean;
}

/** A new entry, a replacement for the current one, or a reload of the entry that many steps away. */
export type Placing = "push" | "replace" | -1 | 1;

const BLANK_URL = "about:blank";

export class TabHistory {
  #entries: HistoryEntry[] = [];
  #at = 0;
  /** `target` name that opened it. Empty without one. */
  readonly name: string;

  constructor(name = "") {
    this.name = name;
  }

  /** An independent copy. Documents and form states are shared: nobody changes them. */
  fork(): TabHistory {
    const copy = new TabHistory(this.name);
    copy.#entries = this.#entries.map((entry) => ({ ...entry }));
    copy.#at = this.#at;
    return copy;
  }

  get current(): HistoryEntry {
    return this.#entries[this.#at] ?? BLANK;
  }

  get isBlank(): boolean {
    return this.#entries.length === 0;
  }

  /** The entry that many steps away. Null beyond the ends. */
  peek(by: number): HistoryEntry | null {
    return this.#entries[this.#at + by] ?? null;
  }

  /** Moves there and updates the entry. */
  travel(by: number): void {
    this.#at += by;
  }

  /** Adds a new page and drops the entries ahead. */
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

/** The page of a new tab. It has no controls, so nothing ever writes to it. */
const BLANK: HistoryEntry = {
  request: null,
  url: BLANK_URL,
  document: parsePage("", BLANK_URL),
  state: UNTOUCHED,
  isStored: true,
};
