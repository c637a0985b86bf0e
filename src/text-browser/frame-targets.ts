/** Where a link or form in a page with frames opens, and what a sandbox forbids. */

import { isTag, type Element } from "domhandler";
import { attribute } from "../page/dom.ts";
import { carriedOver } from "../page/edit-state.ts";
import type { FormState } from "../page/form-state.ts";
import { frameUrl, isAllowed } from "../page/frame-address.ts";
import { frameAround } from "../page/loaded-frames.ts";
import type { PageDocument } from "../page/page-document.ts";
import { elementAtSamePlace } from "../page/same-place.ts";

/** `tab`: the whole tab, or another one, by the name of the target. `none`: a sandbox forbids it. */
export type Opening = { kind: "frame"; frame: Element } | { kind: "tab" } | { kind: "none" };

const TAB: Opening = { kind: "tab" };
const NONE: Opening = { kind: "none" };

/** @param source the link or form */
export function openingOf(source: Element, target: string, document: PageDocument): Opening {
  const { frames } = document;
  const own = frameAround(source, frames);
  if (own !== null && frameUrl(own) === null) return TAB;
  const outer = own === null ? null : frameAround(own, frames);
  const inFrame = (frame: Element | null): Opening =>
    frame === null ? leaving(own, "allow-top-navigation") : { kind: "frame", frame };
  switch (target.toLowerCase()) {
    case "":
    case "_self":
      return own === null ? TAB : { kind: "frame", frame: own };
    case "_parent":
      return inFrame(outer);
    case "_top":
      return inFrame(null);
    case "_blank":
      return leaving(own, "allow-popups");
  }
  for (const frame of frames.keys())
    if (attribute(frame, "name") === target) return { kind: "frame", frame };
  return leaving(own, "allow-popups");
}

/** Whether a form may be sent from here. */
export function maySubmit(form: Element, { frames }: PageDocument): boolean {
  return isAllowed(frameAround(form, frames), "allow-forms");
}

/** The page that a request from here names as the one it comes from. A sandbox may leave it without a name. */
export function referrerAt(source: Element, document: PageDocument): { referrer?: string } {
  const own = frameAround(source, document.frames);
  for (let frame = own; frame !== null; frame = frameAround(frame, document.frames))
    if (!isAllowed(frame, "allow-same-origin")) return {};
  return { referrer: (own === null ? null : frameUrl(own)) ?? document.url };
}

/** The state of a page that got another document in a frame: all but what was inside. A focus there waits in the frame. */
export function stateAround(
  state: FormState,
  frame: Element,
  document: PageDocument,
  changed: PageDocument,
): FormState {
  const isInside = (element: Element): boolean => {
    for (let at = frameAround(element, document.frames); at; at = frameAround(at, document.frames))
      if (at === frame) return true;
    return false;
  };
  const outside = <Value>(values: ReadonlyMap<Element, Value>): Map<Element, Value> =>
    new Map([...values].filter(([element]) => !isInside(element)));
  const { focused, startsAt = null } = state;
  const kept = {
    ...state,
    values: outside(state.values),
    checked: outside(state.checked),
    selected: outside(state.selected),
  };
  const same = (element: Element): Element[] => {
    const other = isInside(element) ? null : elementAtSamePlace(element, document, changed);
    return other === null ? [] : [other];
  };
  const carried = { ...carriedOver(kept, document, changed), ...overlaysIn(state, same) };
  const from = focused ?? startsAt;
  if (from === null) return carried;
  if (isInside(from)) {
    const place = elementAtSamePlace(frame, document, changed);
    const inner = place === null ? undefined : changed.frames.get(place)?.children.find(isTag);
    return inner === undefined ? carried : { ...carried, startsAt: inner };
  }
  const other = elementAtSamePlace(from, document, changed);
  if (other === null) return carried;
  return focused === null ? { ...carried, startsAt: other } : { ...carried, focused: other };
}

/** What is open and shown, in another version of the page. */
function overlaysIn(
  { open, modal, revealed, openers }: FormState,
  same: (element: Element) => Element[],
): Partial<FormState> & Pick<FormState, "open"> {
  return {
    open: new Map([...open].flatMap(([e, isOpen]) => same(e).map((other) => [other, isOpen]))),
    ...(modal !== undefined && { modal: new Set([...modal].flatMap(same)) }),
    ...(revealed !== undefined && { revealed: new Set([...revealed].flatMap(same)) }),
    ...(openers !== undefined && {
      openers: new Map(
        [...openers].flatMap(([overlay, opener]) =>
          same(overlay).map((other) => [other, opener && (same(opener)[0] ?? null)]),
        ),
      ),
    }),
  };
}

function leaving(frame: Element | null, permission: string): Opening {
  const isByUser =
    permission === "allow-top-navigation" &&
    isAllowed(frame, "allow-top-navigation-by-user-activation");
  return isByUser || isAllowed(frame, permission) ? TAB : NONE;
}
