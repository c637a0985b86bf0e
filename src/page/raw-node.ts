/** The accessibility tree that both worlds give to `normalizeNodes`. */

import type { Clickability } from "./click-targets.ts";

/** A node of an accessibility tree before normalisation. */
export interface RawNode {
  /** Digits. Becomes the ref. `0`: not a node of the document. */
  id: string;
  role: string;
  name: string;
  /** The tooltip of a plain wrapper. For an empty wrapper that its style draws as a picture, it is the only text. */
  title?: string;
  value?: string;
  /** The `NodeStates` that apply. Normalisation removes false where core knows only true, and levels of other roles. */
  states: RawStates;
  /** Absolute URL of a link. */
  url?: string;
  /** Not exposed itself, but its children may be. */
  ignored: boolean;
  /** Whether scripts hear of a click on it. Absent: not as far as its page says. */
  click?: Clickability;
  children: readonly RawNode[];
}

export interface RawStates {
  checked?: boolean | "mixed";
  clickable?: boolean;
  disabled?: boolean;
  expanded?: boolean;
  focused?: boolean;
  level?: number;
  pressed?: boolean | "mixed";
  readonly?: boolean;
  required?: boolean;
  selected?: boolean;
}
