/** Finds JSON inside a model's reply: alone, in a code fence, or between sentences. */

/** All outermost objects and arrays of a text that parse, in order. */
export function findJson(text: string): unknown[] {
  const found: unknown[] = [];
  for (let at = 0; at < text.length; at++) {
    const opening = text[at];
    if (opening !== "{" && opening !== "[") continue;
    const end = endOf(text, at);
    if (end === null) continue;
    const value = parse(text.slice(at, end));
    if (value === undefined) continue;
    found.push(value);
    at = end - 1;
  }
  return found;
}

/** The place behind the bracket that closes the one at `start`. Null without one. Brackets in strings do not count. */
function endOf(text: string, start: number): number | null {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (isInString) {
      if (character === "\\") at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  return null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
