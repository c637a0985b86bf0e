/** Goals of one template as a pattern with slots, found by anti-unification: what all goals share is literal. */

export interface GoalPattern {
  /** The fixed texts around the slots, in order: one more than there are slots. The first and last may be empty. */
  literals: readonly string[];
}

/** A word or a sign, with the white space before it, so that white space alone never counts as shared. */
const TOKEN = /\s*(?:[\p{L}\p{N}]+|[^\s\p{L}\p{N}])/gu;

/** The least general pattern of the goals. @returns null for fewer than two different goals, or without a pattern */
export function induceGoalPattern(goals: readonly string[]): GoalPattern | null {
  const texts = [...new Set(goals)];
  if (texts.length < 2) return null;
  const tokens = texts.map((text) => text.match(TOKEN) ?? []);
  let shared = tokens.reduce<readonly string[]>(longestCommonSubsequence, tokens[0] ?? []);
  for (;;) {
    const gaps = gapsOf(shared, tokens);
    const uneven = gaps.findIndex((gap) => gap.includes("") && gap.some((text) => text !== ""));
    if (uneven < 0) return finishPattern(literalsOf(shared, gaps), texts);
    if (shared.length === 0) return null;
    const dropped = borderToken(gaps, uneven);
    shared = shared.filter((_, index) => index !== dropped);
  }
}

/** The slots' values in a goal, in order. @returns null where the goal is not of the pattern */
export function matchGoal({ literals }: GoalPattern, goal: string): string[] | null {
  const source = literals.map(escapePattern).join("(.+?)");
  return new RegExp(`^${source}$`, "su").exec(goal)?.slice(1) ?? null;
}

export function fillGoal({ literals }: GoalPattern, values: readonly string[]): string {
  return literals.map((literal, index) => literal + (values[index] ?? "")).join("");
}

/** A text as a regular expression that matches it alone. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

function longestCommonSubsequence(a: readonly string[], b: readonly string[]): string[] {
  const lengths = Array.from({ length: a.length + 1 }, () =>
    Array.from({ length: b.length + 1 }, () => 0),
  );
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (lengths[i] as number[])[j] =
        a[i] === b[j] ? 1 + at(i + 1, j + 1) : Math.max(at(i + 1, j), at(i, j + 1));
  const common: string[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      common.push(a[i] as string);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return common;
}

/** What each text has before each shared token, and after the last, with the tokens placed as early as possible. */
function gapsOf(shared: readonly string[], lists: readonly (readonly string[])[]): string[][] {
  const gaps: string[][] = Array.from({ length: shared.length + 1 }, () => []);
  for (const list of lists) {
    let from = 0;
    for (const [index, token] of shared.entries()) {
      const found = list.indexOf(token, from);
      (gaps[index] as string[]).push(list.slice(from, found).join(""));
      from = found + 1;
    }
    (gaps[shared.length] as string[]).push(list.slice(from).join(""));
  }
  return gaps;
}

/** A gap that some texts leave empty borders on tokens shared by chance: the one of the shorter run goes. */
function borderToken(gaps: readonly (readonly string[])[], gap: number): number {
  const run = (step: 1 | -1): number => {
    let length = 1;
    for (let at = gap + step; gaps[at]?.every((text) => text === ""); at += step) length++;
    return length;
  };
  if (gap === 0) return 0;
  if (gap === gaps.length - 1) return gap - 1;
  return run(1) <= run(-1) ? gap : gap - 1;
}

function literalsOf(shared: readonly string[], gaps: readonly (readonly string[])[]): string[] {
  const literals = [""];
  for (const [index, gap] of gaps.entries()) {
    if (gap.some((text) => text !== "")) {
      const isSpaced = gap.every((text) => /^\s/.test(text));
      if (isSpaced) literals[literals.length - 1] += " ";
      literals.push("");
    }
    literals[literals.length - 1] += shared[index] ?? "";
  }
  return literals;
}

/** The part of a word that a literal ends or begins with, next to a slot: it belongs to the slot's value. */
const WORD_END = /[\p{L}\p{N}][\p{L}\p{N}._@/-]*$/u;
const WORD_START = /^[._@/-]*[\p{L}\p{N}]+/u;

/** Cuts at the borders of words and quotations: a quotation that varies is one value, and so is a word. */
function finishPattern(found: readonly string[], texts: readonly string[]): GoalPattern | null {
  const literals: string[] = [];
  let isQuoted = false;
  for (const [index, literal] of found.entries()) {
    const [isFirst, isLast] = [index === 0, index === found.length - 1];
    const quotes = literal.split('"').length - 1;
    const endsQuoted: boolean = isQuoted !== (quotes % 2 === 1);
    const isInside = isQuoted && quotes === 0 ? true : !/[\s"]/.test(literal);
    if (!isFirst && !isLast && isInside) continue;
    const start = isFirst ? 0 : isQuoted ? literal.indexOf('"') : lengthOf(WORD_START, literal);
    const end = literal.length;
    const cut = isLast
      ? 0
      : endsQuoted
        ? end - 1 - literal.lastIndexOf('"')
        : lengthOf(WORD_END, literal);
    literals.push(literal.slice(Math.max(0, start), end - cut));
    isQuoted = endsQuoted;
  }
  const pattern = { literals };
  const fits = texts.every((text) => matchGoal(pattern, text) !== null);
  return literals.length > 1 && fits ? pattern : null;
}

function lengthOf(part: RegExp, text: string): number {
  return part.exec(text)?.[0].length ?? 0;
}
