/** Which texts of a recording came from the hand, and which look as if a clock or a random number made them. */

import type { Trajectory } from "../../../core/trajectory.ts";
import { isSecretPlaceholder } from "../../../page/secret-placeholder.ts";
import { MASK } from "../../../page/secrets.ts";

const MASKED = /<secret:[\w-]+:\d+>|%3Csecret%3A/iu;
/** Times of day, dates, "3 minutes ago". */
const CLOCK =
  /\b\d{1,2}:\d{2}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?) ago\b|\b(?:just now|today|yesterday|tomorrow)\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b|\b\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|^1\d{9}(?:\d{3})?$|^(?:19|20)\d{12}$/iu;

export function isMasked(text: string): boolean {
  return isSecretPlaceholder(text) || text.includes(MASK) || MASKED.test(text);
}

/** What a hand typed, chose, ticked or wrote into the address bar. */
export function handWords({ transitions }: Trajectory): string[] {
  return transitions
    .flatMap(({ action }) => {
      if (action.kind === "type" || action.kind === "answerDialog") return [action.text ?? ""];
      if (action.kind === "select") return [action.option];
      return action.kind === "goto" ? [action.url] : [];
    })
    .map((text) => text.trim())
    .filter((text) => text !== "" && !isMasked(text));
}

/** The placeholders of what a hand typed and nobody may see. */
export function typedSecrets({ transitions }: Trajectory): Set<string> {
  const typed = transitions.flatMap(({ action }) => (action.kind === "type" ? [action.text] : []));
  return new Set(typed.filter(isMasked));
}

/** Whether the text holds a time that no hand gave: it would be another one tomorrow. */
export function isClockText(text: string, given: readonly string[]): boolean {
  const own = given.reduce((rest, word) => rest.replaceAll(word, " "), text);
  return CLOCK.test(own);
}
