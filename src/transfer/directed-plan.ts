/** Which unknown pages to visit in real browsers: the plan of a directed recording. */

import { z } from "zod";
import { ActionSchema } from "../core/action.ts";
import type { CoverageReport, Want } from "../synthetic/measure/coverage.ts";

const ElementSchema = z
  .strictObject({
    role: z.string(),
    name: z.string(),
    url: z.string().optional(),
    number: z.int(),
    place: z.int(),
    nodes: z.int(),
  })
  // JSON leaves out a key without a value.
  .transform((element) => ({ ...element, url: element.url }));

export const DirectedVisitSchema = z.strictObject({
  id: z.string(),
  taskId: z.string(),
  /** What the visit is to show: kind and address, as in the coverage report. */
  kind: z.string(),
  url: z.string(),
  path: z.array(z.strictObject({ action: ActionSchema, element: ElementSchema.nullable() })),
});
export type DirectedVisit = z.infer<typeof DirectedVisitSchema>;

/** A visit aims at a page that no earlier one aimed at. */
const aimOf = ({ kind, url }: Pick<Want, "kind" | "url">): string => `${kind}\n${url}`;

/**
 * The visits that promise most within a budget. A further visit to the same kind of page promises less: the n-th one
 * is worth weight / n, divided by its steps.
 *
 * @param steps real steps that all visits together may take
 * @param earlier visits of earlier rounds, which are not repeated
 */
export function planDirectedVisits(
  { gaps }: CoverageReport,
  steps: number,
  earlier: readonly DirectedVisit[] = [],
): DirectedVisit[] {
  const aimed = new Set(earlier.map(aimOf));
  const queues = gaps.map(({ kind, weight, wants }) => ({
    weight,
    visited: earlier.filter((visit) => visit.kind === kind).length,
    wants: wants.filter((want) => want.path.length > 0 && !aimed.has(aimOf(want))),
  }));
  const visits: DirectedVisit[] = [];
  for (let left = steps; ;) {
    let best: { queue: (typeof queues)[number]; worth: number } | null = null;
    for (const queue of queues) {
      const [next] = queue.wants;
      if (next === undefined || next.path.length > left) continue;
      const worth = queue.weight / (queue.visited + 1) / next.path.length;
      if (best === null || worth > best.worth) best = { queue, worth };
    }
    const want = best?.queue.wants.shift();
    if (best === null || want === undefined) return visits;
    best.queue.visited++;
    left -= want.path.length;
    const { taskId, kind, url, path } = want;
    const place = String(earlier.length + visits.length).padStart(5, "0");
    visits.push({ id: `directed-${place}-${taskId}`, taskId, kind, url, path });
  }
}
