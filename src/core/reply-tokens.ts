/** The tokens of a language model's reply, where its server returns them. */

import { z } from "zod";

export const ReplyTokensSchema = z.strictObject({
  /** Empty where the server returns log-probabilities alone. */
  ids: z.array(z.int().min(0)).readonly(),
  /** log p of each token, in nats. Empty where the server returns ids alone. */
  logProbs: z.array(z.number()).readonly(),
  /** Of the prompt that the reply answers. */
  promptIds: z.array(z.int().min(0)).readonly().exactOptional(),
});
export type ReplyTokens = z.infer<typeof ReplyTokensSchema>;
