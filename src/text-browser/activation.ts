/** The effect of a click by HTML's rules alone, without scripts: the activation behaviour of the element. */

import { isTag, type Element } from "domhandler";
import { attribute, closest, hasAttribute, tokens } from "../page/dom.ts";
import { withDetailsToggled, withOption, withReset, withToggled } from "../page/edit-state.ts";
import { formOwner, isDisabled, isDropDown, isOpen, type FormState } from "../page/form-state.ts";
import { inputType, isCheckable, isPicker } from "../page/input-types.ts";
import { invocationOf } from "../page/invokers.ts";
import { invoke } from "./overlays.ts";
import { isResetButton, isSubmitButton } from "../page/forms.ts";
import type { PageDocument } from "../page/page-document.ts";
import { isFocusable, isSummaryOfDetails } from "../page/focusable.ts";

export type Activation =
  | { kind: "none" }
  | {
      kind: "follow";
      link: Element;
      url: string;
      target: string;
      sendsReferrer: boolean;
      isDownload: boolean;
    }
  | { kind: "submit"; form: Element; submitter: Element }
  | { kind: "state"; state: FormState };

const NONE: Activation = { kind: "none" };

/** The element that reacts to a click: the hit element or its nearest ancestor with a behaviour. */
function activated(hit: Element): Element | null {
  return closest(hit, (element) => {
    const { name } = element;
    if (name === "a" || name === "area") return hasAttribute(element, "href");
    return (
      name === "button" ||
      name === "input" ||
      name === "option" ||
      name === "label" ||
      name === "select" ||
      name === "textarea" ||
      name === "summary"
    );
  });
}

/** The effect of a click on an element if no script prevented it. */
export function activationOf(hit: Element, document: PageDocument, state: FormState): Activation {
  const element = activated(hit);
  return element === null ? NONE : behaviour(element, document, state);
}

function behaviour(element: Element, document: PageDocument, state: FormState): Activation {
  switch (element.name) {
    case "a":
    case "area":
      return follow(element, document);
    case "label": {
      const control = document.controlOf(element);
      return control === null || isDisabled(control) ? NONE : behaviour(control, document, state);
    }
    case "summary":
      return toggleDetails(element, document, state);
    case "option":
      return isDisabled(element) ? NONE : { kind: "state", state: withOption(state, element) };
    case "button":
    case "input":
      return isDisabled(element) ? NONE : press(element, document, state);
    case "select":
    case "textarea":
      if (opensPopUp(element)) return NONE;
      return isDisabled(element) ? NONE : behaviourAround(element, document, state);
    default:
      return NONE;
  }
}

/** As in Chromium, a link or button around a control gets a click that the control makes nothing of. */
function behaviourAround(control: Element, document: PageDocument, state: FormState): Activation {
  const around = closest(
    control.parent,
    (e) => e.name === "button" || (e.name === "a" && hasAttribute(e, "href")),
  );
  return around === null ? NONE : behaviour(around, document, state);
}

function follow(link: Element, document: PageDocument): Activation {
  const url = document.resolve(attribute(link, "href") ?? "");
  // A `javascript:`, `mailto:` or `tel:` URL does not load a page.
  if (url === null || !/^https?:/u.test(url)) return NONE;
  const relations = tokens(attribute(link, "rel")?.toLowerCase());
  const policy = attribute(link, "referrerpolicy")?.toLowerCase();
  return {
    kind: "follow",
    link,
    url,
    target: (attribute(link, "target") ?? document.baseTarget).trim(),
    // The attribute counts for files of the same origin.
    isDownload:
      hasAttribute(link, "download") && new URL(url).origin === new URL(document.url).origin,
    sendsReferrer: !relations.includes("noreferrer") && policy !== "no-referrer",
  };
}

function toggleDetails(summary: Element, document: PageDocument, state: FormState): Activation {
  const details = summary.parent;
  if (details === null || !isTag(details) || !isSummaryOfDetails(summary)) return NONE;
  return { kind: "state", state: withDetailsToggled(state, details, document) };
}

function press(control: Element, document: PageDocument, state: FormState): Activation {
  if (isCheckable(control)) return { kind: "state", state: withToggled(state, control) };
  const form = formOwner(control);
  if (isSubmitButton(control) && form !== null) return { kind: "submit", form, submitter: control };
  if (isResetButton(control) && form !== null)
    return { kind: "state", state: withReset(state, form) };
  const opensWindow = isPicker(control) || inputType(control) === "file";
  const outer = opensWindow ? NONE : behaviourAround(control, document, state);
  if (outer.kind !== "none") return outer;
  // Without a type, a button with a command does nothing in a form.
  const isButton = control.name !== "button" || attribute(control, "type") !== undefined;
  if (form !== null && !isButton && hasAttribute(control, "commandfor")) return NONE;
  const invocation = invocationOf(control, (id, near) => document.byId(id, near));
  return invocation === null
    ? NONE
    : { kind: "state", state: invoke(invocation, control, document, state) };
}
/** The focus after a click: the nearest focusable element; a label's control for its label; otherwise null. */
export function focusAfterClick(hit: Element, document: PageDocument): Element | null {
  const taken = closest(hit, (e) => e.name === "label" || (isFocusable(e) && !isDisabled(e)));
  if (taken === null || taken.name !== "label" || isFocusable(taken)) return taken;
  const control = document.controlOf(taken);
  return control === null || isDisabled(control) ? null : control;
}

/** Whether the element, or one of its ancestors, is disabled. */
export function isOff(element: Element): boolean {
  const control = closest(element, (e) =>
    ["button", "input", "select", "textarea", "option", "optgroup", "fieldset"].includes(e.name),
  );
  if (control !== null && control === element && isDisabled(control)) return true;
  return closest(element, (e) => attribute(e, "aria-disabled") === "true") !== null;
}

/** Whether a click would open a pop-up of the browser, which no world shows. */
export function opensPopUp(element: Element): boolean {
  return element.name === "select" && isDropDown(element);
}

/** Only the summary of a closed `<details>` can be clicked. */
export function visiblePart(element: Element, state: FormState): Element {
  if (element.name !== "details" || isOpen(element, state)) return element;
  return element.children.filter(isTag).find((child) => child.name === "summary") ?? element;
}
