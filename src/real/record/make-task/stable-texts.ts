/** Texts that every play shows on its last page, and that the start page lacks; the most telling first. */

import type { Trajectory } from "../../../core/trajectory.ts";
import { isClockText, isMasked } from "./hand-words.ts";
import { linesOf, type KeptOutcome } from "./play.ts";

const MOST_TEXTS = 6;
const LONGEST = 160;
/** A part of a line says something from here on. */
const SHORTEST_PART = 8;
/** Roles of what a page says about what was done. */
const SAYING = new Set(["alert", "status", "heading", "dialog", "alertdialog"]);
const OR_SIGN = "|OR|";

export interface StableTexts {
  texts: string[];
  /** How many lines differ from play to play. */
  differing: number;
}

export function stableTexts(
  recorded: { outcome: KeptOutcome; trajectory: Trajectory },
  others: readonly KeptOutcome[],
  start: KeptOutcome,
  given: readonly string[],
): StableTexts {
  const plays = others.map((outcome) => fold(linesOf(outcome)));
  const before = fold(linesOf(start));
  const lines = linesOf(recorded.outcome);
  const found = new Set<string>();
  let differing = 0;
  for (const line of lines) {
    const isEverywhere = plays.every((text) => text.includes(line.toLowerCase()));
    if (!isEverywhere) differing++;
    for (const part of isEverywhere ? [line] : stableParts(line, plays))
      if (isTelling(part, given) && !before.includes(part.toLowerCase())) found.add(part);
  }
  const rank = rankBy(recorded.trajectory, given);
  const texts = [...found].toSorted((a, b) => rank(b) - rank(a)).slice(0, MOST_TEXTS);
  return { texts, differing };
}

const fold = (lines: readonly string[]): string => lines.join("\n").toLowerCase();

function isTelling(text: string, given: readonly string[]): boolean {
  return (
    /\p{L}{2}|\d/u.test(text) &&
    text.length >= 3 &&
    text.length <= LONGEST &&
    !isMasked(text) &&
    !text.includes(OR_SIGN) &&
    !isClockText(text, given)
  );
}

/** The longest runs of words of a line that every play shows. */
function stableParts(line: string, plays: readonly string[]): string[] {
  const words = line.split(" ");
  const parts: string[] = [];
  for (let from = 0; from < words.length; from++) {
    let to = from;
    const textTo = (end: number): string => words.slice(from, end).join(" ");
    while (to < words.length && plays.every((play) => play.includes(textTo(to + 1).toLowerCase())))
      to++;
    if (to - from >= 2 && textTo(to).length >= SHORTEST_PART) parts.push(textTo(to));
    from = Math.max(from, to - 1);
  }
  return parts;
}

/** What holds a word of the hand, what the page says of the deed, and what the page before did not show. */
function rankBy(
  { transitions, finalObservation }: Trajectory,
  given: readonly string[],
): (text: string) => number {
  const said = finalObservation.nodes
    .filter(({ role }) => SAYING.has(role))
    .map(({ name }) => name.toLowerCase());
  const before = transitions
    .findLast(({ action }) => action.kind !== "stop")
    ?.observation.nodes.map(({ name }) => name.toLowerCase())
    .join("\n");
  return (text) => {
    const folded = text.toLowerCase();
    const isGiven = given.some((word) => word.length > 2 && folded.includes(word.toLowerCase()));
    const isSaid = said.some((name) => name !== "" && name.includes(folded));
    const isNew = before?.includes(folded) !== true;
    return Number(isGiven) * 2 + Number(isSaid) * 2 + Number(isNew) * 3;
  };
}
