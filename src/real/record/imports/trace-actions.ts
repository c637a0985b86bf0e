/** Calls of Playwright's API as actions. */

import type { Action } from "../../../core/action.ts";
import type { PageDocument } from "../../../page/page-document.ts";

/** Calls that act on no page: waits, checks, and what opens and closes. */
const ACTING = new Set(
  (
    "goto click dblclick fill type press selectOption check uncheck setChecked hover tap goBack goForward " +
    "dragAndDrop setInputFiles keyboardPress keyboardType keyboardInsertText mouseClick mouseWheel reload"
  ).split(" "),
);

export function isSilent(method: string): boolean {
  return !ACTING.has(method);
}

interface Call {
  method: string;
  params: Readonly<Record<string, unknown>>;
}

/** Null for a call that has no action, or whose element the page does not show. */
export function toAction(
  { method, params }: Call,
  target: string | null,
  document: PageDocument,
): Action | null {
  const text = (name: string): string => (typeof params[name] === "string" ? params[name] : "");
  switch (method) {
    case "goto":
      return { kind: "goto", url: text("url") };
    case "goBack":
    case "goForward":
      return { kind: method };
    case "keyboardPress":
      return { kind: "press", keys: text("key") };
    case "mouseWheel": {
      const way = Number(params["deltaY"] ?? 0);
      return way === 0
        ? null
        : {
            kind: "scroll",
            direction: way > 0 ? "down" : "up",
            pixels: Math.max(1, Math.round(Math.abs(way))),
          };
    }
    case "press":
      return { kind: "press", keys: text("key") };
  }
  if (target === null) return null;
  switch (method) {
    case "click":
    case "tap":
      return clickOf(target, params);
    case "dblclick":
      return { kind: "click", ref: target, double: true };
    case "hover":
      return { kind: "hover", ref: target };
    case "fill":
    case "type":
      return {
        kind: "type",
        ref: target,
        text: text(method === "fill" ? "value" : "text"),
        submit: false,
      };
    case "check":
    case "uncheck":
      return { kind: "check", ref: target, checked: method === "check" };
    case "selectOption":
      return selectOf(target, params, document);
    default:
      return null;
  }
}

function clickOf(ref: string, { button, modifiers, clickCount }: Call["params"]): Action {
  const held = Array.isArray(modifiers) ? modifiers.filter((key) => typeof key === "string") : [];
  return {
    kind: "click",
    ref,
    ...((button === "right" || button === "middle") && { button }),
    ...(held.length > 0 && { modifiers: held.join("+") }),
    ...(Number(clickCount ?? 1) > 1 && { double: true }),
  };
}

/** Our choice is by label; a call may name a value or a number. */
function selectOf(ref: string, { options }: Call["params"], document: PageDocument): Action | null {
  const [wanted] = Array.isArray(options) ? (options as Record<string, unknown>[]) : [];
  const list = document.elementOf(ref);
  if (wanted === undefined || list === null) return null;
  const inList = document.elements.filter(({ name, parent }) => {
    const around =
      parent === list || (parent !== null && "parent" in parent && parent.parent === list);
    return name === "option" && around;
  });
  const labelOf = (element: (typeof inList)[number]): string =>
    element.children
      .map((child) => ("data" in child ? child.data : ""))
      .join("")
      .trim()
      .replaceAll(/\s+/gu, " ");
  const { label, value, valueOrLabel, index } = wanted;
  const found = inList.find((element, at) => {
    const own = labelOf(element);
    const names = [own, element.attribs["value"]];
    const wantedNames = [label, value, valueOrLabel].filter((name) => typeof name === "string");
    return wantedNames.some((name) => names.includes(name)) || at === index;
  });
  return found === undefined ? null : { kind: "select", ref, option: labelOf(found) };
}
