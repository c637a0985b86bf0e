/**
 * Ways to find an element again, on any later visit and in any tool: a recorder writes them, replay and exports try
 * them in order. `element-reference.ts` finds elements of observations. These ways need a live page.
 */

import { z } from "zod";

/** Which of the elements that a way finds it is. */
const found = {
  /** Whether it was the only one when it was recorded. */
  unique: z.boolean(),
  /** Its number among all of them, in document order, from 0. */
  index: z.int().min(0),
};

const RankedReferenceSchema = z.discriminatedUnion("by", [
  /** ARIA role and accessible name. */
  z.strictObject({ by: z.literal("role"), role: z.string(), name: z.string(), ...found }),
  /** Text of the control's label, `aria-label` or placeholder. */
  z.strictObject({ by: z.literal("label"), text: z.string(), ...found }),
  z.strictObject({
    by: z.literal("testId"),
    /** The attribute that holds it, such as `data-testid`. */
    attribute: z.string(),
    value: z.string(),
    ...found,
  }),
  /** All text in the element, white space collapsed, among elements of the same tag. */
  z.strictObject({ by: z.literal("text"), tag: z.string(), text: z.string(), ...found }),
  /** A selector as Playwright reads it: ` >> ` separates the trees of open shadow roots. */
  z.strictObject({ by: z.literal("css"), selector: z.string(), ...found }),
  /** Numbers of child elements from the document element down. `shadow` enters an open shadow root. */
  z.strictObject({
    by: z.literal("position"),
    path: z.array(z.union([z.int().min(0), z.literal("shadow")])),
    ...found,
  }),
]);
export type RankedReference = z.infer<typeof RankedReferenceSchema>;

/** A frame around an element. */
const FrameReferenceSchema = z.strictObject({
  /** CSS selector of the frame's element in the document around it. */
  selector: z.string(),
  name: z.string(),
  /** The frame's address when it was recorded. Secrets are masked. */
  url: z.string(),
});

/** An element of a recorded step. */
export const RecordedElementSchema = z.strictObject({
  /** From the outermost frame inwards. Empty in the page itself. */
  frames: z.array(FrameReferenceSchema),
  /** Best first. */
  references: z.array(RankedReferenceSchema),
});
export type RecordedElement = z.infer<typeof RecordedElementSchema>;
