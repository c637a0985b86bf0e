/** New tasks of a template: with other values of its slots, and with things that do not exist. */

import type { Random } from "../../core/random.ts";
import { NOT_ACHIEVABLE, rightAnswer } from "../../core/right-answer.ts";
import { plansByAnalogy, type TemplateSolution } from "./analogy.ts";
import { fillGoal } from "./goal-pattern.ts";
import type { Plan } from "./plan.ts";
import type { SiteLexicon } from "./site-lexicon.ts";
import { type Slot, valuesFor } from "./slots.ts";
import { derivedTask, instantiate, type TaskTemplate } from "./task-template.ts";
import type { ProposedTask } from "./variation.ts";

/** Draws for each wanted proposal: many combinations do not exist. */
const DRAWS = 10;

/** Tasks about other things. Things whose names share words with others come first: they are easily mistaken. */
export function proposeOtherEntities(
  template: TaskTemplate,
  count: number,
  solutions: readonly TemplateSolution[],
  lexicon: SiteLexicon,
  random: Random,
): ProposedTask[] {
  const proposals = new Map<string, ProposedTask>();
  const taken = new Set(template.siblings.map(({ task }) => task.goal));
  for (let draw = 0; draw < count * DRAWS && proposals.size < count; draw++) {
    const values = drawValues(template.slots, lexicon, random);
    if (values === null || taken.has(fillGoal(template.goal, values))) continue;
    const task = instantiate(template, values, "other-entity", lexicon);
    if (task === null) continue;
    taken.add(task.goal);
    proposals.set(task.id, {
      kind: "other-entity",
      task,
      seedIds: template.siblings.map((sibling) => sibling.task.id),
      plans: plansByAnalogy(solutions, values, rightAnswer(task) ?? "", lexicon),
    });
  }
  return [...proposals.values()];
}

/** Tasks about things that no page names, where the template asks for `N/A` then. */
export function proposeInfeasible(
  template: TaskTemplate,
  count: number,
  solutions: readonly TemplateSolution[],
  lexicon: SiteLexicon,
  random: Random,
): ProposedTask[] {
  const [convention] = template.infeasible;
  const [slot] = template.slots;
  if (convention === undefined || slot === undefined || template.slots.length !== 1) return [];
  const proposals = new Map<string, ProposedTask>();
  for (let draw = 0; draw < count * DRAWS && proposals.size < count; draw++) {
    const name = inventName(slot.values, random);
    if (name === null || lexicon.has(name)) continue;
    const goal = fillGoal(template.goal, [name]);
    const task = derivedTask(convention.task, "infeasible", { goal });
    proposals.set(task.id, {
      kind: "infeasible",
      task,
      seedIds: template.infeasible.map((sibling) => sibling.task.id),
      plans: fruitlessPlans(solutions, name, lexicon),
    });
  }
  return [...proposals.values()];
}

/** Values of the hosts first, since those of their guests depend on them. */
function drawValues(slots: readonly Slot[], lexicon: SiteLexicon, random: Random): string[] | null {
  const chosen: (string | undefined)[] = slots.map(() => undefined);
  const order = [...slots.keys()].toSorted((a, b) => hostDepth(slots, a) - hostDepth(slots, b));
  for (const index of order) {
    const values = valuesFor(slots[index] as Slot, chosen, lexicon);
    if (values.length === 0) return null;
    chosen[index] = drawNearMiss(values, random);
  }
  return chosen as string[];
}

function hostDepth(slots: readonly Slot[], index: number): number {
  let depth = 0;
  for (let at = slots[index]?.host ?? null; at !== null && depth <= slots.length; depth++)
    at = slots[at]?.host ?? null;
  return depth;
}

/** A value with weight 1 + the number of others that share its last word. */
function drawNearMiss(values: readonly string[], random: Random): string {
  const lastWord = (value: string): string => value.split(/\s+/).at(-1) ?? "";
  const alike = new Map<string, number>();
  for (const value of values) alike.set(lastWord(value), (alike.get(lastWord(value)) ?? 0) + 1);
  const weights = values.map((value) => alike.get(lastWord(value)) ?? 1);
  let rest = random.next() * weights.reduce((sum, weight) => sum + weight, 0);
  const at = weights.findIndex((weight) => (rest -= weight) < 0);
  return values[at] ?? (values.at(-1) as string);
}

/** A name with the rarest word of another one; a number with other last digits. Null where no name comes of it. */
function inventName(values: readonly string[], random: Random): string | null {
  const [one, other] = [random.pick(values), random.pick(values)];
  if (/^\d{3,}$/.test(one)) return one.slice(0, -2) + String(random.int(100)).padStart(2, "0");
  const [old, replacement] = [rareWord(one, values), rareWord(other, values)];
  return old === null || replacement === null || one === old ? null : one.replace(old, replacement);
}

/** The first word that no other value has. */
function rareWord(value: string, values: readonly string[]): string | null {
  const words = value.match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.find((word) => values.filter((other) => other.includes(word)).length === 1) ?? null;
}

/** Plans that searched for a thing, up to where they opened it. */
function fruitlessPlans(
  solutions: readonly TemplateSolution[],
  name: string,
  lexicon: SiteLexicon,
): Plan[] {
  const searches = solutions.flatMap(({ values: [value = ""], plan }) => {
    const found = plan.findIndex(({ element }) => element?.name === value);
    const search = found < 0 ? plan : plan.slice(0, found);
    const isSearch = search.some(
      ({ action }) => action.kind === "type" && action.text.includes(value),
    );
    return isSearch ? [{ values: [value], plan: search }] : [];
  });
  return plansByAnalogy(searches, [name], NOT_ACHIEVABLE, lexicon);
}
