/** All figures of a dream check, as data. `docs/algorithms/dream-check.md` explains each one. */

import { z } from "zod";
import { ActionContractSchema } from "../../synthetic/measure/action-contract.ts";
import { CalibrationSchema } from "../../synthetic/measure/calibration.ts";
import { ChangeFidelitySchema } from "../../synthetic/measure/change-fidelity.ts";
import { HorizonFidelitySchema } from "../../synthetic/measure/horizon-fidelity.ts";
import { PlanReportSchema } from "./plan-table.ts";
import { WeakSpotSchema } from "./weak-spots.ts";

export const DreamMeasuresSchema = z.strictObject({
  plans: z.array(PlanReportSchema).describe("one confusion table a source of plans"),
  changes: z.array(ChangeFidelitySchema).describe("by size of change; the last row is over all"),
  changesBySite: z.array(ChangeFidelitySchema.extend({ site: z.string() })),
  skippedStates: z.int().describe("recorded states that no dream could be started from"),
  horizons: z.array(HorizonFidelitySchema).describe("after 1, 2, 4 and 8 dreamed actions"),
  calibration: z.strictObject({
    all: CalibrationSchema,
    sites: z.array(CalibrationSchema.extend({ site: z.string() })),
  }),
  contract: z
    .array(
      z.strictObject({
        source: z
          .string()
          .describe("recorded: actions of held-out episodes; mistakes: done live in both worlds"),
        all: ActionContractSchema,
        sites: z.array(ActionContractSchema.extend({ site: z.string() })),
      }),
    )
    .describe("the action contract"),
  weakSpots: z.strictObject({
    pages: z.array(WeakSpotSchema),
    templates: z.array(WeakSpotSchema),
  }),
});
export type DreamMeasures = z.infer<typeof DreamMeasuresSchema>;
