/** What labels and other elements make of a control that is named or contained in them. */

import { isTag, type Element } from "domhandler";
import { attribute, closest, hasAttribute } from "./dom.ts";
import { isCheckable } from "./input-types.ts";
import { isNamedByContent } from "./naming-rules.ts";
import { roleOf } from "./roles.ts";

interface Labels {
  /** The control that a label belongs to. Null without one. */
  controlOf: (label: Element) => Element | null;
}

/**
 * Whether the state of a control is part of the name of an element around it.
 *
 * @param namingIds ids that any `aria-labelledby` on the page refers to
 */
export function isPartOfName(
  control: Element,
  { controlOf }: Labels,
  namingIds: ReadonlySet<string>,
): boolean {
  if (namingIds.has(attribute(control, "id") ?? "")) return true;
  return (
    closest(control.parent, (e) => {
      if (e.name === "label") return controlOf(e) !== control;
      if (e.name === "legend" || e.name === "caption") return true;
      if (namingIds.has(attribute(e, "id") ?? "")) return true;
      const role = roleOf(e);
      return role !== null && isNamedByContent(e, role);
    }) !== null
  );
}

/**
 * Chromium's `IsRedundantLabel`: a label of plain text that repeats the name of its box or radio button.
 */
export function isRedundantLabel(label: Element, { controlOf }: Labels): boolean {
  const control = controlOf(label);
  if (control === null || !isCheckable(control)) return false;
  const otherwiseNamed = ["aria-label", "aria-labelledby", "title"].some(
    (name) => hasAttribute(control, name) || hasAttribute(label, name),
  );
  if (otherwiseNamed || hasAttribute(label, "tabindex")) return false;
  return label.children.every((child) => !isTag(child) || child === control);
}
