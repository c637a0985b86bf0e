/** What values a template's slots had if an episode did what its checks ask for. */

import { pushTo } from "../../core/group-by.ts";
import { type Expression, renderExpression } from "./expression.ts";
import { escapePattern } from "./goal-pattern.ts";
import type { SiteLexicon } from "./site-lexicon.ts";
import type { Slot } from "./slots.ts";
import type { TextForm } from "./text-forms.ts";

/** Values of slots by index, as far as they are known. */
export type Assignment = ReadonlyMap<number, string>;

export class Unifier {
  readonly #slots: readonly Slot[];
  readonly #lexicon: SiteLexicon;
  /** Values by what they look like, for each slot and form. */
  readonly #inverse = new Map<string, Map<string, string[]>>();

  constructor(slots: readonly Slot[], lexicon: SiteLexicon) {
    this.#slots = slots;
    this.#lexicon = lexicon;
  }

  /** All assignments under which the expression renders this text. */
  unify(expression: Expression, text: string): Assignment[] {
    const source = expression.map((part) =>
      typeof part === "string" ? escapePattern(part) : "(.+?)",
    );
    const captured = new RegExp(`^${source.join("")}$`, "su").exec(text)?.slice(1);
    if (captured === undefined) return [];
    const parts = expression.filter((part) => typeof part !== "string");
    let found: Assignment[] = [new Map()];
    for (const [index, { slot, form }] of parts.entries()) {
      const values = this.#valuesOf(slot, form, captured[index] as string);
      found = found.flatMap((assignment) =>
        values.flatMap((value) => merge(assignment, new Map([[slot, value]])) ?? []),
      );
    }
    return found.filter((assignment) => {
      const values = this.#slots.map((_, slot) => assignment.get(slot) ?? "");
      return renderExpression(expression, values, this.#lexicon) === text;
    });
  }

  #valuesOf(slot: number, form: TextForm, text: string): readonly string[] {
    if (form.name === "same") return [text];
    const key = `${slot} ${form.name}`;
    let inverse = this.#inverse.get(key);
    if (inverse === undefined) {
      inverse = new Map();
      for (const value of this.#slots[slot]?.values ?? []) {
        const rendered = form.render(value, this.#lexicon);
        if (rendered !== null) pushTo(inverse, rendered, value);
      }
      this.#inverse.set(key, inverse);
    }
    return inverse.get(text) ?? [];
  }
}

/** Both assignments together. @returns null where they contradict each other */
export function merge(a: Assignment, b: Assignment): Assignment | null {
  const both = new Map(a);
  for (const [slot, value] of b) {
    const other = both.get(slot);
    if (other !== undefined && other !== value) return null;
    both.set(slot, value);
  }
  return both;
}
