/** What Chromium reads aloud of a date or time field: its parts in English (US), and the button of its picker. */

import type { Element } from "domhandler";
import { attribute, hasAttribute } from "./dom.ts";
import { isDisabled, valueOf, type FormState } from "./form-state.ts";
import { inputType } from "./input-types.ts";

const PICKERS: Record<string, string> = {
  date: "date",
  month: "month",
  week: "week",
  time: "time",
  "datetime-local": "local date and time",
};

const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** An empty part reads as zero. */
const EMPTY = "0";

/** Empty for any other element. */
export function pickerText(field: Element, state: FormState): string {
  const type = field.name === "input" ? inputType(field) : "";
  const picker = PICKERS[type];
  if (picker === undefined) return "";
  const value = valueOf(field, state);
  const [first = "", second = ""] = value.split("T");
  const parts = partsOf(type, first, second, Number(attribute(field, "step")) || 60);
  const isClosed = hasAttribute(field, "readonly") || isDisabled(field);
  return isClosed ? parts : `${parts} Show ${picker} picker`;
}

function partsOf(type: string, first: string, second: string, step: number): string {
  switch (type) {
    case "month": {
      const [year = "", month = ""] = first.split("-");
      return `${MONTHS[Number(month) - 1] ?? EMPTY} ${year || EMPTY}`;
    }
    case "week": {
      const [year = "", week = ""] = first.split("-W");
      return `Week ${week || EMPTY} , ${year || EMPTY}`;
    }
    case "time":
      return timeText(first, step);
    case "date":
      return dateText(first);
    default:
      return `${dateText(first)} , ${timeText(second, step)}`;
  }
}

function dateText(date: string): string {
  const [year, month, day] = date.split("-");
  return [month, day, year].map((part) => part || EMPTY).join(" / ");
}

/** @param step in seconds: below a minute, seconds are shown */
function timeText(time: string, step: number): string {
  const [hour = "", minute = "", rest = ""] = time.split(":");
  if (hour === "") return `${EMPTY} : ${EMPTY} ${EMPTY}`;
  const half = Number(hour) < 12 ? "AM" : "PM";
  const shown = [String(Number(hour) % 12 || 12).padStart(2, "0"), minute];
  const [second = "", fraction = ""] = rest.split(".");
  if (Number(rest) > 0 || step % 60 !== 0) shown.push(second || "00");
  const thousandths = Number(fraction) > 0 ? ` . ${fraction.padEnd(3, "0")}` : "";
  return `${shown.join(" : ")}${thousandths} ${half}`;
}
