/** A short text that a regular expression matches: no optional parts but `.*`, the first alternative, one of each class. */

export function samplePattern(pattern: string): string {
  const reader = { pattern, at: 0 };
  return readAlternatives(reader);
}

interface Reader {
  pattern: string;
  at: number;
}

function readAlternatives(reader: Reader): string {
  const first = readSequence(reader);
  while (reader.pattern[reader.at] === "|") {
    reader.at++;
    readSequence(reader);
  }
  return first;
}

function readSequence(reader: Reader): string {
  let text = "";
  while (reader.at < reader.pattern.length && !"|)".includes(reader.pattern[reader.at] as string)) {
    const isDot = reader.pattern[reader.at] === ".";
    const atom = readAtom(reader);
    const [quantifier = ""] =
      /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/u.exec(reader.pattern.slice(reader.at)) ?? [];
    reader.at += quantifier.length;
    const count =
      /^\{(\d+)/u.exec(quantifier)?.[1] ?? (/^[*?]/u.test(quantifier) && !isDot ? "0" : "1");
    text += atom.repeat(Number(count));
  }
  return text;
}

function readAtom(reader: Reader): string {
  const character = reader.pattern[reader.at++] as string;
  if (character === "^" || character === "$") return "";
  if (character === ".") return "x";
  if (character === "\\") return escaped(reader.pattern[reader.at++] as string);
  if (character === "[") return readClass(reader);
  if (character !== "(") return character;
  const [head = ""] = /^\?(?::|=|!)/u.exec(reader.pattern.slice(reader.at)) ?? [];
  reader.at += head.length;
  const inner = readAlternatives(reader);
  reader.at++;
  return head === "?!" ? "" : inner;
}

function readClass(reader: Reader): string {
  const [whole = "", body = ""] =
    /^((?:\\.|[^\]\\])+)\]/u.exec(reader.pattern.slice(reader.at)) ?? [];
  reader.at += whole.length;
  if (body.startsWith("^")) return "~";
  return body.startsWith("\\") ? escaped(body.charAt(1)) : body.charAt(0);
}

function escaped(character: string): string {
  return { d: "7", w: "w", s: " ", b: "" }[character] ?? character;
}
