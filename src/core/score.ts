/** The outcome of an episode. A broken evaluator gives `unscored`, never 0. */

import { z } from "zod";

const CheckResultSchema = z.strictObject({
  kind: z.string(),
  /** null: this check could not be computed. */
  passed: z.boolean().nullable(),
  /** What was expected and what was found. */
  detail: z.string(),
});
export type CheckResult = z.infer<typeof CheckResultSchema>;

export const ScoreSchema = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("scored"),
    /** 1 when every check passed, else 0 (WebArena). */
    value: z.union([z.literal(0), z.literal(1)]),
    checks: z.array(CheckResultSchema),
  }),
  z.strictObject({
    status: z.literal("unscored"),
    reason: z.string(),
    checks: z.array(CheckResultSchema),
  }),
]);
export type Score = z.infer<typeof ScoreSchema>;
