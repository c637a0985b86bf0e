/** What a button does to a popover or dialog without a script: `popovertarget`, and `command` with `commandfor`. */

import type { Element } from "domhandler";
import { attribute, hasAttribute } from "./dom.ts";
import { formOwner } from "./form-state.ts";
import { isSubmitButton } from "./forms.ts";
import { inputType } from "./input-types.ts";

export interface Invocation {
  target: Element;
  command: "toggle-popover" | "show-popover" | "hide-popover" | "show-modal" | "close";
}

type ById = (id: string, near: Element) => Element | null;

/** Null for a button that invokes nothing. */
export function invocationOf(button: Element, byId: ById): Invocation | null {
  const isButton =
    button.name === "button" ||
    (button.name === "input" && ["button", "submit", "reset", "image"].includes(inputType(button)));
  if (!isButton) return null;
  return commandOf(button, byId) ?? popoverTargetOf(button, byId);
}

function commandOf(button: Element, byId: ById): Invocation | null {
  const id = button.name === "button" ? attribute(button, "commandfor") : undefined;
  const target = id === undefined ? null : byId(id, button);
  if (target === null) return null;
  const command = attribute(button, "command")?.toLowerCase();
  switch (command) {
    case "toggle-popover":
    case "show-popover":
    case "hide-popover":
      return hasAttribute(target, "popover") ? { target, command } : null;
    case "show-modal":
      return target.name === "dialog" ? { target, command } : null;
    case "close":
    case "request-close":
      return target.name === "dialog" ? { target, command: "close" } : null;
    default:
      return null;
  }
}

function popoverTargetOf(button: Element, byId: ById): Invocation | null {
  const id = attribute(button, "popovertarget");
  const target = id === undefined ? null : byId(id, button);
  if (target === null || !hasAttribute(target, "popover")) return null;
  // A button that sends a form does nothing else.
  if (isSubmitButton(button) && formOwner(button) !== null) return null;
  const action = attribute(button, "popovertargetaction")?.toLowerCase();
  const command = action === "show" || action === "hide" ? (`${action}-popover` as const) : null;
  return { target, command: command ?? "toggle-popover" };
}
