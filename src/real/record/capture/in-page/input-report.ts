/** What a document reports of a hand's doing. */

import type { ElementSketch } from "./sketch-element.ts";

/** Two equal pulses: between them nobody acted, and the page is the same. */
export interface Pulse {
  /** Another number for each document. */
  document: number;
  /** Events of a hand so far. */
  inputs: number;
  /** Elements that the mouse has entered so far. */
  overs: number;
  /** Changes of the page so far. */
  version: number;
}

/** What a document keeps under `INPUT_KEY`. */
export interface InputWatch {
  (): Pulse;
  sketch(element: Element): ElementSketch;
}

export interface UploadedContent {
  name: string;
  type: string;
  base64: string;
}

export type Place = { x: number; y: number };

/** One report. `element` is described before the page acts. `pulse` is the one before the event. */
export type InputReport = { pulse: Pulse } & (
  | { type: "down"; element: ElementSketch; button: number; modifiers: string }
  | { type: "click"; count: number }
  | { type: "up"; element: ElementSketch; at: Place }
  | { type: "dragstart" }
  | { type: "drop"; element: ElementSketch; at: Place; files: number }
  | { type: "key"; element: ElementSketch; keys: string; isTyping: boolean }
  | { type: "input"; element: ElementSketch; text: string }
  | { type: "select"; element: ElementSketch; option: string; isTool: boolean }
  | { type: "check"; element: ElementSketch; checked: boolean }
  | { type: "files"; element: ElementSketch; files: UploadedContent[]; tooLarge: string[] }
  | { type: "wheel"; element: ElementSketch; isInner: boolean }
  | { type: "scroll"; by: number }
  | { type: "rest"; element: ElementSketch; overs: number }
  | { type: "dialog"; dialog: string; message: string }
  | { type: "answer"; accept: boolean; text: string | null }
  | { type: "closing" }
  | { type: "changed" }
  | { type: "shown" }
  | { type: "leaves"; how: string; byHand: boolean; sameDocument: boolean; url: string }
  | { type: "entry"; key: string; how: string; url: string }
);
