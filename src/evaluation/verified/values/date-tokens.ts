/**
 * The tokens of a date's text: runs of letters, runs of digits, single other characters. A dot belongs to a number
 * (`4:30:21.5`) or separates (`Sep.20.2009`), which only the whole run shows.
 */

type State = "word" | "number" | "dotted word" | "dotted number";

export function splitDate(text: string): string[] {
  const tokens: string[] = [];
  let at = 0;
  while (at < text.length) {
    const { run, state, hasLetters } = readRun(text, at);
    at += run.length;
    tokens.push(...splitRun(/\s/u.test(run) ? " " : run, state, hasLetters));
  }
  return tokens;
}

const isLetter = (character: string): boolean => /\p{L}/u.test(character);
const isDigit = (character: string): boolean => /\d/u.test(character);

function readRun(
  text: string,
  start: number,
): { run: string; state: State | null; hasLetters: boolean } {
  let run = text.charAt(start);
  let state: State | null = isLetter(run) ? "word" : isDigit(run) ? "number" : null;
  // The reference marks a word only once it looks for a second letter.
  let hasLetters = false;
  while (state !== null && start + run.length < text.length) {
    if (state === "word" || state === "dotted word") hasLetters = true;
    const next = nextState(state, text.charAt(start + run.length), run);
    if (next === null) break;
    state = next;
    run += text.charAt(start + run.length);
  }
  return { run, state, hasLetters };
}

/** @returns null where the character does not belong to the run */
function nextState(state: State, next: string, run: string): State | null {
  const endsInDot = run.endsWith(".");
  switch (state) {
    case "word":
      return isLetter(next) ? "word" : next === "." ? "dotted word" : null;
    case "number":
      if (isDigit(next)) return "number";
      return next === "." || (next === "," && run.length >= 2) ? "dotted number" : null;
    case "dotted word":
      if (next === "." || isLetter(next)) return "dotted word";
      return isDigit(next) && endsInDot ? "dotted number" : null;
    case "dotted number":
      if (next === "." || isDigit(next)) return "dotted number";
      return isLetter(next) && endsInDot ? "dotted word" : null;
  }
}

function splitRun(run: string, state: State | null, hasLetters: boolean): string[] {
  const isDotted = state === "dotted word" || state === "dotted number";
  const dots = run.split(".").length - 1;
  if (isDotted && (hasLetters || dots > 1 || /[.,]$/u.test(run)))
    return run.split(/([.,])/u).filter((part, index) => index === 0 || part !== "");
  return [state === "dotted number" && dots === 0 ? run.replaceAll(",", ".") : run];
}
