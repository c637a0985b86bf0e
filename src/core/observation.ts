/** What an agent sees: a page's accessibility tree as data. Text forms are pure renderings of it (`page/`). */

import { z } from "zod";

/** States of an element. A state that does not apply is absent. */
export const NodeStatesSchema = z.strictObject({
  checked: z.union([z.boolean(), z.literal("mixed")]).exactOptional(),
  /** Scripts made it clickable, although its role does not say so. */
  clickable: z.literal(true).exactOptional(),
  disabled: z.literal(true).exactOptional(),
  expanded: z.boolean().exactOptional(),
  focused: z.literal(true).exactOptional(),
  /** Of a heading, 1–6. */
  level: z.int().exactOptional(),
  pressed: z.union([z.boolean(), z.literal("mixed")]).exactOptional(),
  /** Of a combo box: it only opens a list, and takes no text. */
  readonly: z.literal(true).exactOptional(),
  required: z.literal(true).exactOptional(),
  selected: z.boolean().exactOptional(),
});
export type NodeStates = z.infer<typeof NodeStatesSchema>;

/** One node of the accessibility tree. Nodes come in document order (pre-order); `depth` gives the tree. */
const PageNodeSchema = z.strictObject({
  /** Digits. Names this element in actions. Stable while the document lives, and unknown to every other document. */
  ref: z.string().regex(/^\d+$/),
  /** ARIA role in Chromium's terms: `link`, `button`, `textbox`, `heading`, `StaticText`, `RootWebArea`, … */
  role: z.string(),
  /** Accessible name, white space collapsed and trimmed. For `StaticText`, the text itself. May be empty. */
  name: z.string(),
  /** Value of a form control (`textbox`, `searchbox`, `combobox`, `spinbutton`, `slider`). Passwords are masked. */
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
  /** The page in a text form that the environment was asked for. Absent: render `nodes` instead. */
  text: z.string().exactOptional(),
  /** Why the last action failed, in words for the agent. Null if it succeeded. */
  lastActionError: z.string().nullable(),
});
export type Observation = z.infer<typeof ObservationSchema>;
