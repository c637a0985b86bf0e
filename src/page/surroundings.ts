/** What elements take from those around them in the tree. */

import type { Element } from "domhandler";
import { attribute } from "./dom.ts";
import { isDisabled, selectedOptions, type FormState } from "./form-state.ts";
import { ownVisibility } from "./visibility.ts";

/** What a node inherits from its surroundings. */
export interface Surroundings {
  visible: boolean;
  ariaDisabled: boolean;
  /** The chosen options of the surrounding select. */
  chosen: ReadonlySet<Element> | null;
}

export const PLAIN: Surroundings = { visible: true, ariaDisabled: false, chosen: null };
export function surroundingsIn(
  element: Element,
  around: Surroundings,
  state: FormState,
): Surroundings {
  const visible = ownVisibility(element) ?? around.visible;
  const claimed = attribute(element, "aria-disabled");
  const ariaDisabled =
    claimed === "true" ||
    (around.ariaDisabled && claimed !== "false") ||
    (element.name === "select" && isDisabled(element));
  const chosen =
    element.name === "select" ? new Set(selectedOptions(element, state)) : around.chosen;
  return visible === around.visible &&
    ariaDisabled === around.ariaDisabled &&
    chosen === around.chosen
    ? around
    : { visible, ariaDisabled, chosen };
}
