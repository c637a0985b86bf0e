/** What a trajectory says about an element that a hand acted on. */

import type { Frame } from "playwright";
import type { PageNode } from "../../../core/observation.ts";
import type { RankedReference, RecordedElement } from "../../../core/ranked-reference.ts";
import type { Target } from "./draft.ts";
import type { MappedElement } from "./element-map.ts";
import { framePaths, type PageState } from "./page-state.ts";
import { findTarget } from "./target-ref.ts";

export interface FoundTarget {
  ref: string;
  element: RecordedElement;
}

/** Roles that are Chromium's own, not ARIA's. */
const OWN_ROLE = /^(?:[A-Z]|generic|none$)/;

/** @returns null if the page's observation does not show it */
export function findInState({ frame, sketch }: Target, state: PageState): FoundTarget | null {
  const steps = state.frames.get(frame);
  const mapped = steps && state.elements.find(framePaths(steps), sketch.path);
  // Another element has its place: the page changed after it was read.
  const isSame = mapped?.tag === sketch.tag.toLowerCase();
  const node = mapped && isSame ? findTarget(mapped, state.nodes) : null;
  if (steps === undefined || !mapped || node === null) return null;
  const frames = steps.map(({ sketch: { references }, name, url }) => {
    const css = references.find((reference) => reference.by === "css");
    return { selector: css?.selector ?? "iframe", name, url };
  });
  // Other tools would not find it by a name that leaves its icon out.
  const isNamedApart = sketch.hasIcon && !/\p{Co}/u.test(node.name);
  const role =
    OWN_ROLE.test(node.role) || isNamedApart ? [] : [roleReference(node, state, frame, mapped)];
  return { ref: node.ref, element: { frames, references: [...role, ...sketch.references] } };
}

function roleReference(
  { role, name, ref }: PageNode,
  { observation, tab }: PageState,
  frame: Frame,
  { ref: own }: MappedElement,
): RankedReference {
  const isMain = frame.parentFrame() === null;
  const frameId = tab.frameOf.get(ref);
  const alike = observation.nodes.filter(
    (node) =>
      node.role === role &&
      node.name === name &&
      (isMain ? !tab.frameOf.has(node.ref) : tab.frameOf.get(node.ref) === frameId),
  );
  const index = Math.max(
    0,
    alike.findIndex((node) => node.ref === ref || node.ref === own),
  );
  return { by: "role", role, name, unique: alike.length === 1, index };
}
