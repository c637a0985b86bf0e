/** Other spellings of a text: some mean the same, some do not. */

import type { Random } from "../../src/core/random.ts";

export type Spell = (value: unknown, random: Random) => readonly unknown[];

export const spellText: Spell = (value, random) => {
  const text = String(value);
  const at = random.int(Math.max(1, text.length));
  return [
    [
      text.toUpperCase(),
      text.toLowerCase(),
      ` ${text} `,
      `"${text}"`,
      `'${text}'`,
      `${text}.`,
      `${text}!?`,
    ],
    [`${text}™`, text.replaceAll(" ", "  "), text.replaceAll("-", " "), text.replaceAll(" ", "-")],
    [
      text.replaceAll("'", "’"),
      text.replaceAll("e", "é"),
      text.replaceAll("-", "–"),
      `${text}\u00A0`,
    ],
    [text.slice(0, at) + text.slice(at + 1), `${text}s`, `The ${text}`, `${text}, ${text}`],
    [[text, "another"], [text], { name: text }, text.split("").reverse().join(""), `\u200B${text}`],
    [
      text.normalize("NFD"),
      text.replaceAll("ss", "ß"),
      `“${text}”`,
      `${text}…`,
      `${text} 🤖`,
      `#${text}`,
    ],
  ].flat();
};
