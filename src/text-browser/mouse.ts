/** Clicks with other buttons, held keys or twice, and `check`, by rule. */

import type { Element } from "domhandler";
import type { Action } from "../core/action.ts";
import { actionErrors } from "../page/action-errors.ts";
import { attribute } from "../page/dom.ts";
import { isChecked, type FormState } from "../page/form-state.ts";
import { inputType, isCheckable } from "../page/input-types.ts";
import type { PageDocument } from "../page/page-document.ts";
import { activationOf, type Activation } from "./activation.ts";

type ActionOf<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;

/** What a mouse needs of its browser. */
export interface Mouse {
  page(): { document: PageDocument; state: FormState };
  /** A plain click. @returns why it failed, or null */
  click(element: Element, ref: string): Promise<string | null>;
  /** Opens a link in another tab, which stays behind. */
  followBehind(link: Extract<Activation, { kind: "follow" }>): Promise<void>;
}

/** @returns why the click failed, or null */
export async function clickWith(
  mouse: Mouse,
  element: Element,
  { ref, button, modifiers = "", double }: ActionOf<"click">,
): Promise<string | null> {
  // The browser's own menu is on no page.
  if (button === "right") return null;
  const { document, state } = mouse.page();
  const activation = activationOf(element, document, state);
  const opensBehind = button === "middle" || /Control|Meta/u.test(modifiers);
  if (opensBehind && activation.kind === "follow") {
    await mouse.followBehind(activation);
    return null;
  }
  if (button === "middle") return null;
  const problem = await mouse.click(element, ref);
  const isOver = problem !== null || double === undefined || mouse.page().document !== document;
  return isOver ? problem : mouse.click(element, ref);
}

/** @returns why it failed, or null */
export async function check(
  mouse: Mouse,
  element: Element,
  { ref, checked }: ActionOf<"check">,
): Promise<string | null> {
  const state = checkedState(element, mouse.page().state);
  if (state === null) return actionErrors.notCheckable(ref);
  if (state.checked === checked) return null;
  return state.isRadio ? actionErrors.notUncheckable(ref) : mouse.click(element, ref);
}

interface CheckedState {
  checked: boolean;
  /** A click cannot clear it. */
  isRadio: boolean;
}

const CHECKABLE_ROLES = new Set("checkbox radio switch menuitemcheckbox menuitemradio".split(" "));

/** @returns null if the element has no such state */
function checkedState(element: Element, state: FormState): CheckedState | null {
  if (isCheckable(element))
    return { checked: isChecked(element, state), isRadio: inputType(element) === "radio" };
  const role = attribute(element, "role") ?? "";
  if (!CHECKABLE_ROLES.has(role)) return null;
  return {
    checked: attribute(element, "aria-checked") === "true",
    isRadio: role.endsWith("radio"),
  };
}
