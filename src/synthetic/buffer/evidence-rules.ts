/** What may serve as evidence in a replay buffer, and how much of it. */

import { z } from "zod";

export const EvidenceRulesSchema = z.strictObject({
  minCertainty: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe("a dreamed entry that rests on a less certain answer is not evidence"),
  maxDreamedShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.25)
    .describe("share of the entries that may be dreamed"),
  maxEntries: z.int().min(1).default(1_000_000).describe("entries kept"),
});
export type EvidenceRules = z.output<typeof EvidenceRulesSchema>;
