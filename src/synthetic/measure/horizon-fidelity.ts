/**
 * Fidelity by horizon: the dream starts at a recorded state and plays h recorded actions on its own pages. Only the
 * page after the last one is judged, so errors add up or heal as they do in training.
 */

import { z } from "zod";
import type { Walk } from "./dream-walks.ts";
import { ShareSchema, shareOf } from "./share.ts";

const HORIZONS = [1, 2, 4, 8];

export const HorizonFidelitySchema = z.strictObject({
  horizon: z.int().describe("dreamed actions in a row"),
  walks: z.int().describe("recorded states with as many recorded actions after them"),
  rightUrl: ShareSchema.describe("the page at the end has the right URL"),
  looksRight: ShareSchema.describe("the page at the end has the right URL and nodes"),
  changeF1: z
    .number()
    .nullable()
    .describe("mean F1 of the nodes that changed between start and end; null without walks"),
  missingElement: ShareSchema.describe("walks that met an action whose element the dream lacks"),
});
export type HorizonFidelity = z.infer<typeof HorizonFidelitySchema>;

export function measureHorizons(walks: readonly Walk[]): HorizonFidelity[] {
  return HORIZONS.map((horizon) => {
    const own = walks.flatMap(({ steps }) => {
      const end = steps[horizon - 1];
      const isMissing = steps.slice(0, horizon).some((step) => step.isMissing);
      return end === undefined ? [] : [{ ...end, isMissing }];
    });
    const share = (holds: (step: (typeof own)[number]) => boolean) =>
      shareOf(own.filter(holds).length, own.length);
    const overlap = own.reduce((sum, { changeF1 }) => sum + changeF1, 0);
    return {
      horizon,
      walks: own.length,
      rightUrl: share(({ url }) => url),
      looksRight: share(({ form }) => form),
      changeF1: own.length === 0 ? null : overlap / own.length,
      missingElement: share(({ isMissing }) => isMissing),
    };
  });
}
