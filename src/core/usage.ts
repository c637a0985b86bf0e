/** What a policy's decisions cost, as the policy itself counts it. */

import { z } from "zod";

export const UsageSchema = z.object({
  inputTokens: z.number().min(0).default(0),
  outputTokens: z.number().min(0).default(0),
  /** US dollars. */
  usd: z.number().min(0).default(0),
});
/** Of one decision. A missing field counts as 0. */
export type Usage = z.input<typeof UsageSchema>;
export type TotalUsage = z.output<typeof UsageSchema>;

export const NO_USAGE: TotalUsage = { inputTokens: 0, outputTokens: 0, usd: 0 };

export function addUsage(total: TotalUsage, more: Usage): TotalUsage {
  const { inputTokens, outputTokens, usd } = UsageSchema.parse(more);
  return {
    inputTokens: total.inputTokens + inputTokens,
    outputTokens: total.outputTokens + outputTokens,
    usd: total.usd + usd,
  };
}
