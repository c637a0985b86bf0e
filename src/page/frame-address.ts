/** Where the document of a frame comes from. */

import type { Element } from "domhandler";
import { attribute, tokens } from "./dom.ts";

/** The attribute of a frame with the address of its document, without fragment. */
export const FRAME_ATTRIBUTE = "data-dreamgym-frame";

/** Null for a frame whose document has no address: that of `srcdoc`. */
export function frameUrl(frame: Element): string | null {
  return attribute(frame, FRAME_ATTRIBUTE) ?? null;
}

/** Whether the sandbox of a frame leaves it this permission. A frame without one has all of them. */
export function isAllowed(frame: Element | null, permission: string): boolean {
  const sandbox = frame === null ? undefined : attribute(frame, "sandbox");
  return sandbox === undefined || tokens(sandbox.toLowerCase()).includes(permission);
}

/** Whether a document may take the focus by itself: `autofocus` counts only in frames of the page's own origin. */
export function mayTakeFocus(frame: Element, pageUrl: string): boolean {
  const url = frameUrl(frame);
  const isOwn = url === null || new URL(url).origin === new URL(pageUrl).origin;
  return isOwn && isAllowed(frame, "allow-scripts") && isAllowed(frame, "allow-same-origin");
}
