/** The open tabs of a text browser. There is always at least one. */

import { TabHistory, type HistoryEntry, type LoadedPage } from "./tab-history.ts";

export class Tabs {
  #list: TabHistory[] = [new TabHistory()];
  #active = 0;

  /** An independent copy. */
  fork(): Tabs {
    const copy = new Tabs();
    copy.#list = this.#list.map((tab) => tab.fork());
    copy.#active = this.#active;
    return copy;
  }

  get list(): readonly TabHistory[] {
    return this.#list;
  }

  get activeIndex(): number {
    return this.#active;
  }

  get active(): TabHistory {
    return this.#list[this.#active] as TabHistory;
  }

  /** The current entry of the active tab. */
  get entry(): HistoryEntry {
    return this.active.current;
  }

  /** The page in the active tab. */
  get page(): LoadedPage {
    return this.entry.page;
  }

  /** Closes all tabs. The next one that opens replaces the blank tab that is left. */
  clear(): void {
    this.#list = [];
    this.#active = 0;
  }

  open(name = ""): void {
    this.#list.push(new TabHistory(name));
    this.#active = this.#list.length - 1;
  }

  /** False without such a tab. */
  switchTo(index: number): boolean {
    if (this.#list[index] === undefined) return false;
    this.#active = index;
    return true;
  }

  close(): void {
    const left = this.#list.filter((_, index) => index !== this.#active);
    this.#list = left.length === 0 ? [new TabHistory()] : left;
    this.#active = Math.max(0, this.#active - 1);
  }

  /** Activates the tab that a `target` names, and opens it if there is none. Without loaded frames, those of a tab are the whole tab. */
  activate(target: string): void {
    const name = target.toLowerCase();
    if (name === "" || name === "_self" || name === "_top" || name === "_parent") return;
    const named = name === "_blank" ? -1 : this.#list.findIndex((tab) => tab.name === target);
    if (named === -1) this.open(name === "_blank" ? "" : target);
    else this.#active = named;
  }
}
