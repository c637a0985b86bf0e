/** Orders work so that a budget that ends early has still reached every site and template. */

import type { Task } from "../../core/task.ts";

/** The first item of each template, then the second, and so on. Within such a round, the sites take turns. */
export function spreadEvenly<Item>(
  items: readonly Item[],
  taskOf: (item: Item) => Pick<Task, "sites" | "templateId">,
): Item[] {
  const ofTemplate = new Map<string, number>();
  const ofSite = new Map<string, number>();
  const next = (seen: Map<string, number>, key: string): number => {
    const rank = seen.get(key) ?? 0;
    seen.set(key, rank + 1);
    return rank;
  };
  return items
    .map((item) => {
      const { sites, templateId } = taskOf(item);
      const site = sites.join("+");
      const round = next(ofTemplate, `${site} ${templateId}`);
      return { item, round, turn: next(ofSite, `${site} ${round}`) };
    })
    .toSorted((a, b) => a.round - b.round || a.turn - b.turn)
    .map(({ item }) => item);
}
