/** What an agent can do: WebArena's actions, and `select`. */

import { z } from "zod";

const ref = z.string().regex(/^\d+$/).describe("ref of an element of the current observation");

export const ActionSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("click"), ref }),
  z.strictObject({
    kind: z.literal("type"),
    ref,
    /** Replaces the field's content. WebArena's own `type` inserts at the click point instead. */
    text: z.string(),
    /** Press Enter afterwards. */
    submit: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("hover"), ref }),
  z.strictObject({
    kind: z.literal("press"),
    /** Playwright's key names joined by `+`: `Enter`, `Control+a`. */
    keys: z.string(),
  }),
  z.strictObject({
    kind: z.literal("select"),
    ref,
    /** Visible label of the option, white space collapsed. In a multiple-choice list, the other choices stay. */
    option: z.string(),
  }),
  z.strictObject({ kind: z.literal("scroll"), direction: z.enum(["up", "down"]) }),
  z.strictObject({ kind: z.literal("goto"), url: z.string() }),
  z.strictObject({ kind: z.literal("goBack") }),
  z.strictObject({ kind: z.literal("goForward") }),
  z.strictObject({ kind: z.literal("newTab") }),
  z.strictObject({ kind: z.literal("switchTab"), index: z.int().min(0) }),
  z.strictObject({ kind: z.literal("closeTab") }),
  z.strictObject({
    kind: z.literal("stop"),
    /** The agent's answer: empty if the task asks for none, `N/A` if the task cannot be done. */
    answer: z.string(),
  }),
]);
export type Action = z.infer<typeof ActionSchema>;
export type ActionKind = Action["kind"];
