/** The faults of task files, in lines for people. */

import { groupBy } from "../../core/group-by.ts";
import { describeFault, kindOfFault, type TaskFault } from "../../evaluation/task-fault.ts";

/** More faults than these are shown by kind. */
const ALL_SHOWN = 30;
const KINDS_SHOWN = 12;
const SHOWN_OF_A_KIND = 2;

/** One line for each fault after a line that counts them. Of very many, the first few of each kind. */
export function formatFaults(faults: readonly TaskFault[]): string {
  const lines = faults.map(describeFault);
  if (faults.length === 1) return lines.join("");
  if (faults.length <= ALL_SHOWN) return [`${faults.length} faults`, ...lines].join("\n  ");
  const kinds = groupBy(faults, kindOfFault);
  const shown = [...kinds].slice(0, KINDS_SHOWN).flatMap(([kind, all]) => {
    const more = all.length - SHOWN_OF_A_KIND;
    return [
      `${kind}: ${all.length}`,
      ...all.slice(0, SHOWN_OF_A_KIND).map((fault) => `  ${describeFault(fault)}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ];
  });
  const rest = kinds.size - KINDS_SHOWN;
  return [
    `${faults.length} faults, the first of each kind; --json prints all`,
    ...shown,
    ...(rest > 0 ? [`and ${rest} more kinds`] : []),
  ].join("\n  ");
}
