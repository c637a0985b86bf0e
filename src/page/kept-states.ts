/** The states of a raw node that an observation keeps. */

import type { NodeStates } from "../core/observation.ts";
import type { RawStates } from "./raw-node.ts";

/** Shared: most nodes have no states. */
export const NO_STATES: NodeStates = Object.freeze({});

export function keptStates(raw: RawStates, role: string): NodeStates {
  const states: NodeStates = {};
  let any = false;
  if (raw.checked !== undefined) {
    states.checked = raw.checked;
    any = true;
  }
  if (raw.clickable === true) {
    states.clickable = true;
    any = true;
  }
  if (raw.disabled === true) {
    states.disabled = true;
    any = true;
  }
  if (raw.expanded !== undefined) {
    states.expanded = raw.expanded;
    any = true;
  }
  if (raw.focused === true) {
    states.focused = true;
    any = true;
  }
  if (raw.level !== undefined && role === "heading") {
    states.level = raw.level;
    any = true;
  }
  if (raw.pressed !== undefined) {
    states.pressed = raw.pressed;
    any = true;
  }
  if (raw.readonly === true && role === "combobox") {
    states.readonly = true;
    any = true;
  }
  if (raw.required === true) {
    states.required = true;
    any = true;
  }
  if (raw.selected !== undefined) {
    states.selected = raw.selected;
    any = true;
  }
  return any ? states : NO_STATES;
}
