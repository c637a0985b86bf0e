/** What an environment performs for a text that is not an action: nothing, at the cost of a step. */

import type { Action } from "./action.ts";

/** A click on an element that no document has. */
export const IDLE_ACTION: Action = { kind: "click", ref: String(Number.MAX_SAFE_INTEGER) };
