/** Caches what a page computes from a form state. Equal states of two episodes share one result. */

import type { Element } from "domhandler";
import type { FormState } from "./form-state.ts";

/** Number of states kept for one page. The least recently used one is dropped first. */
const KEPT_STATES = 32;

/** `compute` must depend on the page and the state alone, and nobody may change its results. */
export class StateMemo<Result> {
  /** States are immutable. */
  readonly #byState = new WeakMap<FormState, Result>();
  readonly #byContent = new Map<string, Result>();
  readonly #nameOf: (element: Element) => number | undefined;

  /** @param nameOf number of an element of the page; undefined for any other */
  constructor(nameOf: (element: Element) => number | undefined) {
    this.#nameOf = nameOf;
  }

  get(state: FormState, compute: () => Result): Result {
    let result = this.#byState.get(state);
    if (result !== undefined) return result;
    const content = this.#contentOf(state);
    if (content === null) result = compute();
    else {
      result = this.#byContent.get(content) ?? compute();
      this.#byContent.delete(content);
      this.#byContent.set(content, result);
      if (this.#byContent.size > KEPT_STATES)
        this.#byContent.delete(this.#byContent.keys().next().value as string);
    }
    this.#byState.set(state, result);
    return result;
  }

  /** Equal for states with the same entries in the same order. Null if an element is not of this page. */
  #contentOf({
    values,
    checked,
    selected,
    open,
    focused,
    modal = new Set(),
    revealed = new Set(),
  }: FormState): string | null {
    let isOwn = true;
    const name = (element: Element): number => {
      const number = this.#nameOf(element);
      if (number === undefined) isOwn = false;
      return number ?? -1;
    };
    const content = JSON.stringify([
      Array.from(values, ([element, value]) => [name(element), value]),
      Array.from(checked, ([element, isChecked]) => [name(element), isChecked]),
      Array.from(selected, ([element, chosen]) => [name(element), ...Array.from(chosen, name)]),
      Array.from(open, ([element, isOpen]) => [name(element), isOpen]),
      focused === null ? null : name(focused),
      Array.from(modal, name),
      Array.from(revealed, name),
    ]);
    return isOwn ? content : null;
  }
}
