/**
 * The pieces of a goal that may be an argument: a text to type, or a thing to look for. This file knows English
 * function words and punctuation, and nothing about any site.
 */

export interface GoalSpan {
  /** As written in the goal, without its quotes. */
  text: string;
  kind: "quoted" | "number" | "capitalised" | "after-colon" | "after-cue";
  /** Offset of the first character in the goal. */
  start: number;
  /** Offset after the last character. */
  end: number;
  /** The word just before it, in lower case; empty at the goal's start. */
  cue: string;
}

/** Words that a phrase may follow, or that end one. */
const CUES = new Set(
  (
    "a about above after all an and any are as at below between but by called change containing contains does " +
    "every find for from has have in into is it its labeled labelled like matching mentioning my named of on onto " +
    "or over quantity reading saying says search so subject such than that the their then there this titled to " +
    "under until using what where which whose with within without your"
  ).split(" "),
);

/** Between the words of a name: "House of the Sun", "Salt & Sons". */
const CONNECTORS = new Set(["of", "the", "and", "de", "la", "&", "in", "for", "to"]);

const QUOTED =
  /"([^"]+)"|“([^”]+)”|(?<![\p{L}\p{N}])['‘]([^'‘’]+(?:['’][\p{L}]+[^'‘’]*)*)['’](?![\p{L}\p{N}])/gu;
const NUMBER = /[$€£]?\d+(?:[.,:/-]\d+)*%?/gu;
const WORD = /[\p{L}\p{N}$€£&@#][\p{L}\p{N}$€£&@#%'’./_+-]*/gu;

interface Word {
  text: string;
  start: number;
  end: number;
}

/**
 * All spans of a goal, the surest kinds first: quoted, after a colon, capitalised, number, after a function word.
 * Spans of one kind keep the goal's order. No two spans have the same text.
 */
export function findGoalSpans(goal: string): GoalSpan[] {
  const words = [...goal.matchAll(WORD)].map(trimWord);
  const quoted = quotedSpans(goal);
  const isQuoted = (start: number, end: number): boolean =>
    quoted.some((span) => start < span.end && span.start < end);
  const spans = [
    ...quoted,
    ...colonSpans(goal),
    ...capitalisedSpans(goal, words).filter((span) => !isQuoted(span.start, span.end)),
    ...[...goal.matchAll(NUMBER)]
      .map((match) => span(goal, "number", match.index, match.index + match[0].length))
      .filter((found) => !isQuoted(found.start, found.end)),
    ...cueSpans(goal, words).filter((span) => !isQuoted(span.start, span.end)),
  ];
  const seen = new Set<string>();
  return spans
    .filter((found) => found.text !== "" && !seen.has(found.text) && seen.add(found.text))
    .map((found) => ({ ...found, cue: cueBefore(words, found.start) }));
}

function span(goal: string, kind: GoalSpan["kind"], start: number, end: number): GoalSpan {
  return { text: goal.slice(start, end), kind, start, end, cue: "" };
}

function trimWord(match: RegExpExecArray): Word {
  const text = match[0].replace(/[.'’/-]+$/u, "");
  return { text, start: match.index, end: match.index + text.length };
}

function cueBefore(words: Word[], start: number): string {
  let cue = "";
  for (const word of words) {
    if (word.end > start) break;
    cue = word.text.toLowerCase();
  }
  return cue;
}

function quotedSpans(goal: string): GoalSpan[] {
  return [...goal.matchAll(QUOTED)].map((match) =>
    span(goal, "quoted", match.index + 1, match.index + match[0].length - 1),
  );
}

/** The text after a colon: to the end of the sentence, and to the end of the goal. */
function colonSpans(goal: string): GoalSpan[] {
  return [...goal.matchAll(/:\s+/gu)].flatMap((match) => {
    const start = match.index + match[0].length;
    const rest = goal.slice(start);
    if (/^["“'‘]/u.test(rest)) return [];
    const whole = rest.trimEnd();
    const sentence = /^.*?[^.!?;](?=[.!?;](?:\s|$)|$)/su.exec(whole)?.[0] ?? whole;
    const withMark = /^.*?[.!?](?=\s|$)/su.exec(whole)?.[0] ?? whole;
    return [sentence, withMark, whole].map((text) =>
      span(goal, "after-colon", start, start + text.length),
    );
  });
}

const isCapitalised = (word: Word): boolean => /^[\p{Lu}]/u.test(word.text);

/** Runs of capitalised words; small words and numbers may stand inside, numbers may end one. */
function capitalisedSpans(goal: string, words: Word[]): GoalSpan[] {
  const spans: GoalSpan[] = [];
  for (let first = 0; first < words.length; first++) {
    const start = words[first];
    if (!start || !isCapitalised(start)) continue;
    let last = first;
    let next = first + 1;
    while (next < words.length && joined(goal, words[next - 1], words[next])) {
      const word = words[next] as Word;
      if (isCapitalised(word) || /^\d/u.test(word.text)) last = next;
      else if (!CONNECTORS.has(word.text) || next - last > 2) break;
      next++;
    }
    const opensSentence = first === 0 || /[.!?]\s+$/u.test(goal.slice(0, start.start));
    if (last === first && (opensSentence || start.text.length === 1)) continue;
    if (opensSentence) {
      const second = words[first + 1];
      // The first word is more often a verb or a question word than a part of the name.
      if (second) spans.push(span(goal, "capitalised", second.start, (words[last] as Word).end));
    }
    spans.push(span(goal, "capitalised", start.start, (words[last] as Word).end));
    for (let inner = first + 1; inner < last; inner++) {
      const connector = words[inner] as Word;
      if (isCapitalised(connector) || !CONNECTORS.has(connector.text)) continue;
      const before = words[inner - 1] as Word;
      const after = words[inner + 1] as Word;
      if (isCapitalised(before)) spans.push(span(goal, "capitalised", start.start, before.end));
      if (isCapitalised(after))
        spans.push(span(goal, "capitalised", after.start, (words[last] as Word).end));
    }
    first = last;
  }
  return spans;
}

/** Whether a single blank separates two words. */
function joined(goal: string, before: Word | undefined, after: Word | undefined): boolean {
  return !!before && !!after && /^\s$/u.test(goal.slice(before.end, after.start));
}

/** After a function word: up to punctuation or the next function word, and up to punctuation. */
function cueSpans(goal: string, words: Word[]): GoalSpan[] {
  const spans: GoalSpan[] = [];
  for (const [index, word] of words.entries()) {
    const opens = index > 0 && CUES.has((words[index - 1] as Word).text.toLowerCase());
    if (!opens || CUES.has(word.text.toLowerCase())) continue;
    let last = index;
    while (joined(goal, words[last], words[last + 1])) {
      if (CUES.has((words[last + 1] as Word).text.toLowerCase())) break;
      last++;
    }
    spans.push(span(goal, "after-cue", word.start, (words[last] as Word).end));
    const second = words[index + 1];
    // "user zorblat", "size large": the kind of thing stands before the thing.
    if (second && last > index)
      spans.push(span(goal, "after-cue", second.start, (words[last] as Word).end));
    const clause =
      /^.+?(?=[.!?](?:\s|$)|[,;:"“]|$)/u.exec(goal.slice(word.start))?.[0].trimEnd() ?? "";
    spans.push(span(goal, "after-cue", word.start, word.start + clause.length));
  }
  return spans;
}
