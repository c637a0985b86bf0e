/** What an agent sees: a page's accessibility tree as data. Every text form is a pure renderer of it (`page/`). */

import { z } from "zod";

/** States of an element. A state that does not apply to the element is absent. */
const NodeStatesSchema = z.strictObject({
  checked: z.union([z.boolean(), z.literal("mixed")]).exactOptional(),
  disabled: z.literal(true).exactOptional(),
  expanded: z.boolean().exactOptional(),
  focused: z.literal(true).exactOptional(),
  /** Of a heading, 1–6. */
  level: z.int().exactOptional(),
  pressed: z.union([z.boolean(), z.literal("mixed")]).exactOptional(),
  required: z.literal(true).exactOptional(),
  selected: z.boolean().exactOptional(),
});
export type NodeStates = z.infer<typeof NodeStatesSchema>;

/** One node of the accessibility tree. Nodes come in document order (pre-order); `depth` gives the tree. */
const PageNodeSchema = z.strictObject({
  /** Digits. Names this element in actions; stable as long as the document lives, unknown to any other document. */
  ref: z.string().regex(/^\d+$/),
  /** ARIA role as Chromium names it: `link`, `button`, `textbox`, `heading`, `StaticText`, `RootWebArea`, … */
  role: z.string(),
  /** Accessible name, white space collapsed and trimmed; for `StaticText` the text itself. May be empty. */
  name: z.string(),
  /** Current value of a form control (`textbox`, `searchbox`, `combobox`, `spinbutton`, `slider`). A password's is masked. */
  value: z.string().exactOptional(),
  states: NodeStatesSchema,
  /** Absolute URL of a link. */
  url: z.string().exactOptional(),
  /** 0 for the root. */
  depth: z.int().min(0),
});
export type PageNode = z.infer<typeof PageNodeSchema>;

const TabSchema = z.strictObject({
  title: z.string(),
  url: z.string(),
  active: z.boolean(),
});
export type Tab = z.infer<typeof TabSchema>;

export const ObservationSchema = z.strictObject({
  /** Of the active tab. */
  url: z.string(),
  title: z.string(),
  nodes: z.array(PageNodeSchema),
  tabs: z.array(TabSchema),
  /** Why the last action could not be done, in words for the agent; null when it could. */
  lastActionError: z.string().nullable(),
});
export type Observation = z.infer<typeof ObservationSchema>;
