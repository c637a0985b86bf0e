/** How Python prints a text. */

/** Python's `repr` of a text: single quotes unless double quotes avoid escapes. Unprintable characters are escaped. */
export function pythonQuote(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let quoted = "";
  for (const character of text) {
    if (character === quote || character === "\\") quoted += `\\${character}`;
    else quoted += UNPRINTABLE.test(character) ? pythonEscape(character) : character;
  }
  return quote + quoted + quote;
}

/** Control, format, surrogate, private and unassigned characters, and every space except the plain one. */
const UNPRINTABLE = /(?! )[\p{C}\p{Z}]/u;
const SHORT_ESCAPES: Record<string, string> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function pythonEscape(character: string): string {
  const short = SHORT_ESCAPES[character];
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = (digits: number): string => code.toString(16).padStart(digits, "0");
  if (code <= 0xff) return `\\x${hex(2)}`;
  return code <= 0xffff ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}
