/** Plans for a task from a solution of another one of its template: the same actions with the other slot values. */

import type { Action } from "../../core/action.ts";
import type { ElementReference } from "../../core/element-reference.ts";
import { endWith, type Plan, type PlannedAction } from "./plan.ts";
import type { SiteLexicon } from "./site-lexicon.ts";
import { TEXT_FORMS } from "./text-forms.ts";

/** A way to solve a template's task of these values. */
export interface TemplateSolution {
  values: readonly string[];
  plan: Plan;
}

/** Plans of siblings that are tried for a new task, at most. */
const TRIED_PLANS = 3;
/**
 * Plans for a task of the template, transferred from solutions of others: first those that act on all values that
 * differ, then the shortest. A plan that left a value as the page had it cannot set another one.
 */
export function plansByAnalogy(
  solutions: readonly TemplateSolution[],
  values: readonly string[],
  answer: string,
  lexicon: SiteLexicon,
): Plan[] {
  const idle = ({ values: from, plan }: TemplateSolution): number =>
    from.filter((value, slot) => value !== values[slot] && !mentions(plan, value)).length;
  return solutions
    .map((solution) => ({ solution, idle: idle(solution) }))
    .toSorted((a, b) => a.idle - b.idle || a.solution.plan.length - b.solution.plan.length)
    .slice(0, TRIED_PLANS)
    .flatMap(({ solution }) =>
      transferPlans(solution.plan, solution.values, values, answer, lexicon),
    );
}

function mentions(plan: Plan, value: string): boolean {
  const wanted = value.toLowerCase();
  return plan.some(({ action, element }) =>
    [
      action.kind === "type" && action.text,
      action.kind === "select" && action.option,
      element?.name,
    ]
      .filter((text) => typeof text === "string")
      .some((text) => text.toLowerCase().includes(wanted)),
  );
}

/**
 * Ways to do the same with the new values: as the names say, and where that differs, by what stands around the
 * elements. An entry of a list may be named by something else than the value, such as a subject next to its sender.
 */
export function transferPlans(
  plan: Plan,
  from: readonly string[],
  to: readonly string[],
  answer: string,
  lexicon: SiteLexicon,
): Plan[] {
  const named = transferPlan(plan, from, to, answer, lexicon);
  const pairs = replacements(from, to, lexicon);
  const placed = named.map((planned, step): PlannedAction => {
    const before = plan[step];
    if (planned.element === null || planned.element.name !== before?.element?.name) return planned;
    const neighbour = before.around?.find(({ name }) => replaceAll(name, pairs) !== name);
    if (neighbour === undefined) return planned;
    return { ...planned, near: { ...neighbour, name: replaceAll(neighbour.name, pairs) } };
  });
  return placed.some(({ near }) => near !== undefined) ? [named, placed] : [named];
}

/** The plan with every form of the old values replaced by that of the new ones, and with the new answer. */
function transferPlan(
  plan: Plan,
  from: readonly string[],
  to: readonly string[],
  answer: string,
  lexicon: SiteLexicon,
): Plan {
  const pairs = replacements(from, to, lexicon);
  const change = (text: string): string => replaceAll(text, pairs);
  return endWith(
    plan.map(({ action, element }): PlannedAction => {
      const changed = element && changeElement(element, change);
      const slot = changed === element ? -1 : slotIn(element?.name ?? "", from);
      return {
        action: changeAction(action, change),
        element: changed,
        ...(slot >= 0 && { mentions: to[slot] ?? "" }),
      };
    }),
    answer,
  );
}

/** The slot whose value is part of the name; −1 for none. */
function slotIn(name: string, values: readonly string[]): number {
  const text = name.toLowerCase();
  return values.findIndex((value) => value !== "" && text.includes(value.toLowerCase()));
}

/** Old text to new text, longest first. A form that has no counterpart is left as it is. */
function replacements(
  from: readonly string[],
  to: readonly string[],
  lexicon: SiteLexicon,
): [string, string][] {
  const pairs = new Map<string, string>();
  for (const [slot, value] of from.entries())
    for (const form of TEXT_FORMS) {
      const [old, other] = [form.render(value, lexicon), form.render(to[slot] ?? "", lexicon)];
      if (old && other && old !== other && !pairs.has(old)) pairs.set(old, other);
    }
  return [...pairs].toSorted(([a], [b]) => b.length - a.length);
}

/** Replaces whole words from left to right, so that nothing is replaced twice. */
function replaceAll(text: string, pairs: readonly (readonly [string, string])[]): string {
  let changed = "";
  for (let at = 0; at < text.length;) {
    const isStart = !isWordPart(text[at - 1]) || !isWordPart(text[at]);
    const pair = isStart
      ? pairs.find(
          ([old]) =>
            text.startsWith(old, at) &&
            !(isWordPart(old.at(-1)) && isWordPart(text[at + old.length])),
        )
      : undefined;
    changed += pair?.[1] ?? text[at];
    at += pair?.[0].length ?? 1;
  }
  return changed;
}

function isWordPart(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

function changeAction(action: Action, change: (text: string) => string): Action {
  if (action.kind === "type") return { ...action, text: change(action.text) };
  if (action.kind === "select") return { ...action, option: change(action.option) };
  if (action.kind === "goto") return { ...action, url: change(action.url) };
  return action;
}

/** An element of another name is looked for by its name, wherever it stands. */
function changeElement(
  element: ElementReference,
  change: (text: string) => string,
): ElementReference {
  const { name, url } = element;
  const changed = { name: change(name), url: url === undefined ? undefined : change(url) };
  if (changed.name === name && changed.url === url) return element;
  return { ...element, ...changed, place: -1 };
}
