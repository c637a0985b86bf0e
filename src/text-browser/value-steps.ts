/** What arrow keys do to the value of a number field or a slider. */

import type { Element } from "domhandler";
import { attribute } from "../page/dom.ts";
import {
  exactSum,
  isBetweenSteps,
  numberIn,
  sanitizeValue,
  stepsOf,
} from "../page/field-values.ts";
import { valueOf, type FormState } from "../page/form-state.ts";
import { inputType } from "../page/input-types.ts";

/** The value after a key. Null for a key that changes nothing. */
export function steppedValue(field: Element, key: string, state: FormState): string | null {
  const isSlider = inputType(field) === "range";
  switch (key) {
    case "ArrowUp":
      return stepBy(field, 1, state);
    case "ArrowDown":
      return stepBy(field, -1, state);
    case "ArrowRight":
      return isSlider ? stepBy(field, 1, state) : null;
    case "ArrowLeft":
      return isSlider ? stepBy(field, -1, state) : null;
    case "Home":
      return isSlider ? sanitizeValue(field, attribute(field, "min") ?? "0") : null;
    case "End":
      return isSlider ? sanitizeValue(field, attribute(field, "max") ?? "100") : null;
    default:
      return null;
  }
}

/** HTML's `stepUp` and `stepDown`: from a value between two steps to the nearest one in this direction. */
function stepBy(field: Element, by: -1 | 1, state: FormState): string {
  const value = Number(valueOf(field, state) || 0);
  const steps = stepsOf(field) ?? { origin: 0, step: inputType(field) === "range" ? 0.01 : 1 };
  const { origin, step } = steps;
  const count = (value - origin) / step;
  const next = isBetweenSteps(value, steps)
    ? by === 1
      ? Math.ceil(count)
      : Math.floor(count)
    : Math.round(count) + by;
  const limit = (name: string): number | null => numberIn(field, attribute(field, name));
  const [min, max] = [limit("min"), limit("max")];
  let stepped = exactSum(origin, next, step);
  if (max !== null && stepped > max)
    stepped = exactSum(origin, Math.floor((max - origin) / step), step);
  if (min !== null && stepped < min)
    stepped = exactSum(origin, Math.ceil((min - origin) / step), step);
  return sanitizeValue(field, String(stepped));
}
