/** What a dream lacks, as warnings for a person. */

import type { DreamGaps } from "../../synthetic/measure/dream-gaps.ts";

/** Elements named. */
const SHOWN_ELEMENTS = 8;

/** A line for each warning. Empty for a dream that lacks nothing. */
export function formatGaps({
  unscoredTemplates,
  missingElements,
  demonstrations,
}: DreamGaps): string[] {
  const { replayed, followed, solved } = demonstrations;
  return [
    ...(replayed === 0
      ? []
      : [
          `The dream can follow ${followed} of ${replayed} successful demonstrations, and scores ${solved} of them as a success.`,
        ]),
    ...unscoredTemplates.map(
      ({ templateId, episodes, reason }) =>
        `The dream cannot score task template ${templateId} (${count(episodes, "episode")}): ${reason}.`,
    ),
    ...missingElements
      .slice(0, SHOWN_ELEMENTS)
      .map(
        ({ role, name, path, episodes }) =>
          `The dream lacks the ${role} "${name}" of ${path}, which ${count(episodes, "episode")} used.`,
      ),
    ...(missingElements.length > SHOWN_ELEMENTS
      ? [
          `The dream lacks ${missingElements.length - SHOWN_ELEMENTS} more elements. --json lists them.`,
        ]
      : []),
  ];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
