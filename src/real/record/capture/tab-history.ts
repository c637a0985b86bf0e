/** Finds out whether a person or the page itself moved a tab, and where to in its history. */

import type { InputReport } from "./in-page/input-report.ts";
import type { Plan } from "./draft.ts";

type ReportOf<Type extends InputReport["type"]> = Extract<InputReport, { type: Type }>;

export class TabHistory {
  /** Keys of the entries, oldest first. */
  #keys: string[] = [];
  #at = -1;
  /** A page that starts to leave by itself says so. The address bar and the Back button do not. */
  #leaves: ReportOf<"leaves"> | null = null;

  /** A tab that a person opened: whatever comes first comes from the person. */
  startBlank(): void {
    this.#keys = [""];
    this.#at = 0;
  }

  /** It does not leave after all: the browser keeps the file. */
  stay(): void {
    this.#leaves = null;
  }

  leave(report: ReportOf<"leaves">): void {
    this.#leaves = report;
  }

  /** @returns what the person did to get to this entry, or null if the page went there */
  arrive({ key, how, url }: ReportOf<"entry">): Plan | null {
    const leaves = this.#leaves;
    this.#leaves = null;
    const from = this.#at;
    const known = this.#keys.indexOf(key);
    const isFirst = this.#keys.length === 0;
    if (known !== -1) this.#at = known;
    else if (how === "replace" && !isFirst) this.#keys[this.#at] = key;
    else {
      this.#keys = [...this.#keys.slice(0, this.#at + 1), key];
      this.#at = this.#keys.length - 1;
    }
    const isTravel = how === "traverse" || how === "back_forward";
    const isByHand = leaves === null || (isTravel && leaves.how === "traverse" && leaves.byHand);
    if (isFirst || !isByHand) return null;
    if (isTravel)
      return this.#at === from ? null : { kind: this.#at < from ? "goBack" : "goForward" };
    // Without an announcement, only a load of another document comes from the address bar.
    return /^(?:navigate|reload)$/.test(how) && /^https?:/i.test(url)
      ? { kind: "goto", url }
      : null;
  }
}
