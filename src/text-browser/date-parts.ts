/** Keys on the parts of a date or time field, as Chromium draws it in English (US): month, day, year, hour and so on. */

import type { Element } from "domhandler";
import { withUnfinished, withValue } from "../page/edit-state.ts";
import { valueOf, type FormState } from "../page/form-state.ts";
import { inputType } from "../page/input-types.ts";

interface Part {
  least: number;
  most: number;
  digits: number;
}

const MONTH: Part = { least: 1, most: 12, digits: 2 };
const DAY: Part = { least: 1, most: 31, digits: 2 };
const YEAR: Part = { least: 1, most: 275_760, digits: 4 };
const WEEK: Part = { least: 1, most: 53, digits: 2 };
const HOUR: Part = { least: 1, most: 12, digits: 2 };
const MINUTE: Part = { least: 0, most: 59, digits: 2 };
/** Before noon 0, after it 1. */
const HALF: Part = { least: 0, most: 1, digits: 1 };

const OTHER_HALF: Record<string, string> = { "0": "1", "1": "0" };

/** In the order that Tab visits them, before the button of the picker. */
const PARTS: Record<string, readonly Part[]> = {
  date: [MONTH, DAY, YEAR],
  month: [MONTH, YEAR],
  week: [WEEK, YEAR],
  time: [HOUR, MINUTE, HALF],
  "datetime-local": [MONTH, DAY, YEAR, HOUR, MINUTE, HALF],
};

/** Between the parts of a text that cannot be a value. */
const UNFINISHED = "|";

/** The state after a key on the part that has the focus. Null for a key that changes nothing. */
export function keyOnPart(key: string, field: Element, state: FormState): FormState | null {
  const type = inputType(field);
  const at = state.selection?.caret ?? 0;
  const part = PARTS[type]?.[at];
  const written = partsIn(field, type, state);
  const before = written?.[at];
  if (part === undefined || written === null || before === undefined) return null;
  const after = changed(key, before, part);
  if (after === null) return null;
  const { selection } = state;
  const parts = written.with(at, after);
  // Between 11 and 12 lies noon or midnight.
  if (part === HOUR && [before, after].toSorted().join() === "11,12")
    parts[at + 2] = OTHER_HALF[parts[at + 2] ?? ""] ?? "";
  const edited = withParts(field, type, parts, state);
  return selection === undefined ? edited : { ...edited, selection };
}

function changed(key: string, text: string, part: Part): string | null {
  const { least, most, digits } = part;
  if (key === "Backspace" || key === "Delete") return "";
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  // An empty year starts at today's.
  if (text === "" && part === YEAR) return null;
  const [by, start] = key === "ArrowUp" ? [1, least] : [-1, most];
  const next = text === "" ? start : Number(text) + by;
  const inRange = next > most ? least : next < least ? most : next;
  return String(inRange).padStart(digits, "0");
}

/** Empty texts for parts without a value. Null for a field with parts that are not known here: seconds. */
function partsIn(field: Element, type: string, state: FormState): string[] | null {
  const typed = state.values.get(field) ?? "";
  if (typed.includes(UNFINISHED)) return typed.split(UNFINISHED);
  const value = valueOf(field, state);
  if (value === "") return (PARTS[type] ?? []).map(() => "");
  const [first = "", second = ""] = value.split("T");
  const [year = "", month = "", day = ""] = first.split(/-W?/u);
  switch (type) {
    case "date":
      return [month, day, year];
    case "month":
    case "week":
      return [month, year];
    case "time":
      return timeParts(first);
    default: {
      const time = timeParts(second);
      return time === null ? null : [month, day, year, ...time];
    }
  }
}

function timeParts(time: string): string[] | null {
  const [hour = "", minute = "", second = "0"] = time.split(":");
  if (Number(second) > 0) return null;
  const shown = String(Number(hour) % 12 || 12).padStart(2, "0");
  return [shown, minute, Number(hour) < 12 ? "0" : "1"];
}

function withParts(field: Element, type: string, parts: string[], state: FormState): FormState {
  if (parts.every((part) => part === "")) return withValue(state, field, "");
  const value = parts.includes("") ? "" : valueFrom(type, parts);
  const set = withValue(state, field, value);
  const isValue = value !== "" && valueOf(field, set) !== "";
  return isValue ? set : withUnfinished(state, field, parts.join(UNFINISHED));
}

function valueFrom(type: string, parts: readonly string[]): string {
  const [first = "", second = "", third = ""] = parts;
  switch (type) {
    case "date":
      return `${third}-${first}-${second}`;
    case "month":
      return `${second}-${first}`;
    case "week":
      return `${second}-W${first}`;
    case "time": {
      const hour = (Number(first) % 12) + 12 * Number(third);
      return `${String(hour).padStart(2, "0")}:${second}`;
    }
    default:
      return `${valueFrom("date", parts)}T${valueFrom("time", parts.slice(3))}`;
  }
}
