/** What a language model replies about the next page. */

import { z } from "zod";
import { PageChangeSchema } from "./page-changes.ts";

/** Characters. Where the server enforces the schema, no small model repeats itself up to the end of its reply. */
const LONGEST_REASONING = 1000;

export const PageReplySchema = z.object({
  reasoning: z
    .string()
    .max(LONGEST_REASONING)
    .describe("why the site answers like this, in a sentence or two"),
  url: z.string().nullable().describe("address of the next page; null: the known page's own"),
  changes: z.array(PageChangeSchema).describe("changes to the known page, by line number"),
  html: z.string().nullable().describe("the whole page's HTML; null: the known page with changes"),
  certainty: z.number().min(0).max(1).describe("probability that the site does the same"),
});
export type PageReply = z.infer<typeof PageReplySchema>;

export const OutcomeReplySchema = z.object({
  reasoning: z
    .string()
    .max(LONGEST_REASONING)
    .describe("what the session did and whether that is the goal"),
  reward: z.union([z.literal(0), z.literal(1)]).describe("1: the goal is reached, 0: it is not"),
});
