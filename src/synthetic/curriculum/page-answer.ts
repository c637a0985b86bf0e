/** Answers that pages show: the place on a thing's page, or in its entry of a list, that explains known answers. */

import { type AnswerPlace, answerPlaces, readPlace } from "./answer-place.ts";
import type { KnownPage, SiteLexicon } from "./site-lexicon.ts";
import type { Sibling } from "./check-pattern.ts";

export interface PageAnswer extends AnswerPlace {
  /** The slot whose value names the thing, and where to look: on its own page, or in its entry of a list. */
  slot: number;
  on: "page" | "entry";
}

/** Different answers that a place has to explain. */
const SUPPORT = 2;

/**
 * The place that shows the answers of the siblings. It contradicts none of them, and explains at least two that differ.
 *
 * @returns null where no place does
 */
export function inducePageAnswer(
  siblings: readonly Sibling[],
  answers: readonly string[],
  lexicon: SiteLexicon,
): PageAnswer | null {
  const slots = siblings[0]?.values.length ?? 0;
  const tried = new Map<string, PageAnswer>();
  for (let slot = 0; slot < slots; slot++)
    for (const [index, { values }] of siblings.entries())
      for (const on of ["page", "entry"] as const)
        for (const { nodes } of partsOf({ slot, on }, values, lexicon))
          for (const found of answerPlaces(nodes, answers[index] ?? "", values)) {
            const place = { slot, on, ...found };
            tried.set(JSON.stringify(place), place);
          }
  let best: { place: PageAnswer; support: number } | null = null;
  for (const place of tried.values()) {
    const support = supportOf(place, siblings, answers, lexicon);
    if (support >= SUPPORT && support > (best?.support ?? 0)) best = { place, support };
  }
  return best?.place ?? null;
}

/** What the known pages show there. @returns null where they show nothing, or differ */
export function readPageAnswer(
  place: PageAnswer,
  values: readonly string[],
  lexicon: SiteLexicon,
): string | null {
  const found = new Set<string>();
  for (const { nodes } of partsOf(place, values, lexicon)) {
    const answer = readPlace(place, nodes, values);
    if (answer !== null) found.add(answer);
  }
  const [only] = found;
  return found.size === 1 && only !== undefined ? only : null;
}

function partsOf(
  { slot, on }: Pick<PageAnswer, "slot" | "on">,
  values: readonly string[],
  lexicon: SiteLexicon,
): readonly KnownPage[] {
  const name = values[slot] ?? "";
  return on === "page" ? lexicon.pagesOf(name) : lexicon.entriesOf(name);
}

/** Different answers explained; 0 for a place that shows another answer to one sibling. */
function supportOf(
  place: PageAnswer,
  siblings: readonly Sibling[],
  answers: readonly string[],
  lexicon: SiteLexicon,
): number {
  const explained = new Set<string>();
  for (const [index, { values }] of siblings.entries()) {
    const answer = readPageAnswer(place, values, lexicon);
    if (answer === null) continue;
    if (answer !== answers[index]) return 0;
    explained.add(answer);
  }
  return explained.size;
}
