/** One tab of the text browser: its history of pages, each with its last form state. */

import type { PageRequest } from "../core/experience.ts";
import { UNTOUCHED, type FormState } from "../page/form-state.ts";
import { parsePage, type PageDocument } from "../page/page-document.ts";

/** A document that was loaded, and what was done on it. A jump inside it adds an entry with the same page. */
export interface LoadedPage {
  /** The request that loaded it. Null for a blank tab. */
  readonly request: PageRequest | null;
  /** The page that the request named as the one it came from. Absent: none. */
  readonly referrer?: string;
  document: PageDocument;
  state: FormState;
  /** Whether Back shows it without a request. */
  isStored: boolean;
}

export interface HistoryEntry {
  readonly page: LoadedPage;
  /** As in the address bar, with fragment. */
  readonly url: string;
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
    const pages = new Map(this.#entries.map(({ page }) => [page, { ...page }]));
    copy.#entries = this.#entries.map(({ page, url }) => ({ page: pages.get(page) ?? page, url }));
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

  /** A page was loaded again: all its entries have the new one. */
  #renew(before: LoadedPage, page: LoadedPage): void {
    this.#entries = this.#entries.map((entry) =>
      entry.page === before ? { ...entry, page } : entry,
    );
  }

  place(entry: HistoryEntry, how: Placing): void {
    if (how === "push") this.push(entry);
    else {
      if (how !== "replace") {
        this.travel(how);
        this.#renew(this.current.page, entry.page);
      }
      this.replace(entry);
    }
  }
}

/** The page of a new tab. It has no controls, so nothing ever writes to it. */
const BLANK: HistoryEntry = {
  page: {
    request: null,
    document: parsePage("", BLANK_URL),
    state: UNTOUCHED,
    isStored: true,
  },
  url: BLANK_URL,
};
