/** An action in progress: what a hand has done since the last whole action. */

import type { Frame } from "playwright";
import type { Action } from "../../../core/action.ts";
import type { Effect } from "../../../core/trajectory.ts";
import type { Pulse } from "./in-page/input-report.ts";
import type { ElementSketch } from "./in-page/sketch-element.ts";
import type { PageState } from "./page-state.ts";

/** An element that a hand acted on. */
export interface Target {
  frame: Frame;
  sketch: ElementSketch;
}

type WithoutRefs<A> = A extends unknown ? Omit<A, "ref" | "to" | "over"> : never;
/** An action whose elements are not looked up yet. */
export type Plan = WithoutRefs<Exclude<Action, { kind: "stop" }>>;

export interface DialogAnswer {
  dialog: string;
  accept: boolean;
  text: string | null;
}

export interface Draft {
  plan: Plan;
  /** Null: the action has no element. */
  target: Target | null;
  drop: Target | null;
  /** The page before the action. Null: nothing was read before it. */
  before: PageState | null;
  /** The frame's pulse before the action. */
  pulse: Pulse | null;
  /** More events of the same action are to come: the button is still down, a list is open. */
  isOpen: boolean;
  startedMs: number;
  answers: DialogAnswer[];
  effects: Effect[];
}

export function isSameTarget(a: Target | null, b: Target): boolean {
  return a !== null && a.frame === b.frame && a.sketch.path.join("/") === b.sketch.path.join("/");
}
