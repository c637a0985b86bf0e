/** What keys do to the text of a field and its caret. */

import type { KeyCombination } from "../page/keys.ts";

/** Chosen characters of a text: from the first to before the last. Equal ends: a caret. */
interface Selection {
  /** Where the selection began. */
  anchor: number;
  /** Where the caret is. */
  caret: number;
}

export interface EditedText {
  text: string;
  selection: Selection;
}

/** @param limit most characters, or null. Null for a key that changes nothing. */
export function editText(
  { key, modifiers }: KeyCombination,
  { text, selection }: EditedText,
  limit: number | null,
): EditedText | null {
  const { anchor, caret } = selection;
  const [from, to] = [Math.min(anchor, caret), Math.max(anchor, caret)];
  if (modifiers.has("Control") || modifiers.has("Meta"))
    return key.toLowerCase() === "a"
      ? { text, selection: { anchor: 0, caret: text.length } }
      : null;
  if (modifiers.has("Alt")) return null;
  const move = (place: number): EditedText => ({
    text,
    selection: { anchor: modifiers.has("Shift") ? anchor : place, caret: place },
  });
  const replace = (start: number, end: number, by: string): EditedText => {
    const room = limit === null ? by.length : limit - (text.length - (end - start));
    const put = by.slice(0, Math.max(0, room));
    const place = start + put.length;
    return {
      text: text.slice(0, start) + put + text.slice(end),
      selection: { anchor: place, caret: place },
    };
  };
  const isChosen = from < to;
  switch (key) {
    case "ArrowLeft":
      return move(
        isChosen && !modifiers.has("Shift") ? from : Math.max(0, caret - sizeBefore(text, caret)),
      );
    case "ArrowRight":
      return move(
        isChosen && !modifiers.has("Shift")
          ? to
          : Math.min(text.length, caret + sizeAfter(text, caret)),
      );
    case "Home":
      return move(text.lastIndexOf("\n", caret - 1) + 1);
    case "End": {
      const end = text.indexOf("\n", caret);
      return move(end === -1 ? text.length : end);
    }
    case "Backspace":
      return replace(isChosen ? from : from - sizeBefore(text, from), to, "");
    case "Delete":
      return replace(from, isChosen ? to : to + sizeAfter(text, to), "");
    default:
      return key.length === 1 ? replace(from, to, key) : null;
  }
}

/** Characters outside of the basic plane take two places. */
function sizeBefore(text: string, place: number): number {
  return place === 0 ? 0 : /[\uDC00-\uDFFF]/u.test(text.charAt(place - 1)) ? 2 : 1;
}

function sizeAfter(text: string, place: number): number {
  return place === text.length ? 0 : /[\uD800-\uDBFF]/u.test(text.charAt(place)) ? 2 : 1;
}
