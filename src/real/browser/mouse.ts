/** Mouse input: finds the point to hit, clicks, drags and turns the wheel. Failures are sentences for the agent. */

import type { Action } from "../../core/action.ts";
import { actionErrors } from "../../page/action-errors.ts";
import type { FieldDescription } from "../../page/known-secrets.ts";
import { aimAt, type Aim } from "./in-page/aim.ts";
import { focusOnly, readChecked } from "./in-page/controls.ts";
import { modifierMask, whileHeld } from "./keyboard.ts";
import type { Tab } from "./tab.ts";
import { WINDOW_SIZE } from "./window-size.ts";

type ActionOf<Kind extends Action["kind"]> = Extract<Action, { kind: Kind }>;
type ClickHow = Pick<ActionOf<"click">, "button" | "modifiers" | "double">;

/**
 * @param onField called with the element, even if it cannot be hit
 * @returns the point to hit, or why there is none
 */
export async function aim(
  tab: Tab,
  ref: string,
  onField?: (field: FieldDescription) => void,
): Promise<Aim | string> {
  const aimed = (await tab.callOn(ref, aimAt))?.value;
  if (aimed !== undefined) onField?.(aimed.field);
  switch (aimed?.problem) {
    case undefined:
    case "missing":
      return actionErrors.unknownRef(ref);
    case "hidden":
      return actionErrors.notVisible(ref);
    case "disabled":
      return actionErrors.disabled(ref);
    case "covered":
      return actionErrors.covered(ref, aimed?.coveredBy ?? "another element");
    case null:
  }
  if (aimed === undefined || aimed.isFrameOffsetKnown) return aimed ?? actionErrors.unknownRef(ref);
  // In a frame of another origin, only the browser knows the frame's position.
  const { quads } = await tab.session.send("DOM.getContentQuads", { backendNodeId: Number(ref) });
  const [quad] = quads;
  if (quad === undefined) return actionErrors.notVisible(ref);
  const [left = 0, top = 0, , , right = 0, bottom = 0] = quad;
  return { ...aimed, x: (left + right) / 2, y: (top + bottom) / 2 };
}

/** Whether the window that a click opens stays behind the current one, as in Chromium. */
export function opensBehind({ button, modifiers = "" }: ClickHow): boolean {
  const held = modifiers.split("+");
  return (button === "middle" || /Control|Meta/.test(modifiers)) && !held.includes("Shift");
}

export async function click(tab: Tab, action: ActionOf<"click">): Promise<string | null> {
  const { ref } = action;
  const aimed = await aim(tab, ref);
  if (typeof aimed === "string") return aimed;
  if (aimed.control === "option") return actionErrors.optionOfSelect(ref);
  if (aimed.control === "select" || aimed.control === "picker") {
    // A click would open the browser's own pop-up, which is not on the page and would catch the next input.
    await tab.callOn(ref, focusOnly);
    return null;
  }
  await clickAt(tab, aimed, action);
  return null;
}

export async function clickAt(
  { session }: Tab,
  { x, y }: Aim,
  { button, modifiers = "", double }: ClickHow = {},
): Promise<void> {
  await whileHeld(session, modifiers, async () => {
    const held = modifierMask(modifiers);
    const at = { x, y, modifiers: held };
    const pressed = button === "right" ? 2 : button === "middle" ? 4 : 1;
    const sent: Promise<unknown>[] = [
      session.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...at }),
    ];
    for (const clickCount of double ? [1, 2] : [1]) {
      const press = { ...at, button: button ?? ("left" as const), clickCount };
      sent.push(
        session.send("Input.dispatchMouseEvent", {
          type: "mousePressed",
          ...press,
          buttons: pressed,
        }),
        session.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...press }),
      );
    }
    await Promise.all(sent);
  });
}

export async function hover(tab: Tab, ref: string): Promise<string | null> {
  const aimed = await aim(tab, ref);
  if (typeof aimed === "string") return aimed;
  const { x, y } = aimed;
  await tab.session.send("Input.dispatchMouseEvent", { type: "mouseMoved", x, y });
  return null;
}

export async function check(tab: Tab, { ref, checked }: ActionOf<"check">): Promise<string | null> {
  const state = (await tab.callOn(ref, readChecked))?.value;
  if (state === undefined) return actionErrors.unknownRef(ref);
  if (state === null) return actionErrors.notCheckable(ref);
  if (state.checked === checked) return null;
  if (state.isRadio && !checked) return actionErrors.notUncheckable(ref);
  return await click(tab, { kind: "click", ref });
}

/** Playwright's mouse also drives the browser's own drag and drop. */
export async function drag(tab: Tab, { ref, to, at }: ActionOf<"drag">): Promise<string | null> {
  const aimed = await aim(tab, ref);
  if (typeof aimed === "string") return aimed;
  const { mouse } = tab.page;
  return await tab.whileDrawn(async () => {
    await mouse.move(aimed.x, aimed.y);
    await mouse.down();
    try {
      const end = at === undefined ? await aim(tab, to) : await pointIn(tab, to, at);
      if (typeof end === "string") return end;
      // A page may compare two moves before it believes in a drag.
      await mouse.move(end.x, end.y, { steps: DRAG_MOVES });
      return null;
    } finally {
      await mouse.up();
    }
  });
}

const DRAG_MOVES = 5;

async function pointIn(
  { session }: Tab,
  ref: string,
  at: { x: number; y: number },
): Promise<{ x: number; y: number } | string> {
  try {
    const { model } = await session.send("DOM.getBoxModel", { backendNodeId: Number(ref) });
    const [left = 0, top = 0] = model.border;
    return { x: left + at.x, y: top + at.y };
  } catch {
    return actionErrors.notVisible(ref);
  }
}

/** Turns the wheel over an element, or in the middle of the page. */
export async function scroll(
  tab: Tab,
  { direction, pixels, over }: ActionOf<"scroll">,
): Promise<string | null> {
  const { width, height } = WINDOW_SIZE;
  const aimed = over === undefined ? { x: width / 2, y: height / 2 } : await aim(tab, over);
  if (typeof aimed === "string") return aimed;
  const { x, y } = aimed;
  const distance = pixels ?? height;
  await tab.whileDrawn(async () => {
    await tab.session.send("Input.dispatchMouseEvent", {
      type: "mouseWheel",
      x,
      y,
      deltaX: 0,
      deltaY: direction === "down" ? distance : -distance,
    });
    // The compositor scrolls at once, the page with the next frame.
    await tab.session.send("Runtime.evaluate", { expression: TWO_FRAMES, awaitPromise: true });
  });
  return null;
}

const TWO_FRAMES =
  "new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen)))";
