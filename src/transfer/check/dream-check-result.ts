/** The result of `dreamgym dream check` for programs. */

import { z } from "zod";
import { LedgerEntrySchema } from "../../store/ledger.ts";
import { GateResultSchema } from "./dream-gate.ts";
import { DreamMeasuresSchema } from "./dream-measures.ts";

export const DreamCheckSchema = DreamMeasuresSchema.extend({
  learned: z.int().describe("episodes that the dream was learned from"),
  answers: z.int().describe("answers of the site in them"),
  heldOut: z.int().describe("episodes that it was asked about"),
  world: z
    .string()
    .nullable()
    .describe("what the real side was: chromium or text; null without real steps"),
  cost: LedgerEntrySchema.nullable().describe("of the real steps; null without any"),
  gate: GateResultSchema,
});
export type DreamCheck = z.infer<typeof DreamCheckSchema>;
