/** The action contract over all sites, and by site. */

import { groupBy } from "../../core/group-by.ts";
import { type ComparedAction, compareContracts } from "../../synthetic/measure/action-contract.ts";
import type { Walk } from "../../synthetic/measure/dream-walks.ts";
import type { DreamMeasures } from "./dream-measures.ts";

export type ContractReport = DreamMeasures["contract"][number];

export function reportContract(source: string, actions: readonly ComparedAction[]): ContractReport {
  const bySite = groupBy(actions, ({ site }) => site);
  return {
    source,
    all: compareContracts(actions),
    sites: [...bySite].map(([site, own]) => ({ site, ...compareContracts(own) })),
  };
}

/** What both worlds said to the first action of each walk. Actions whose element the dream lacks were not done. */
export function actionsOfWalks(
  walks: readonly Walk[],
  siteOf: (url: string) => string,
): ComparedAction[] {
  return walks.flatMap(({ real, at, action, steps: [first] }) => {
    if (first === undefined || first.isMissing) return [];
    const { realError, dreamedError } = first;
    const site = siteOf(real.transitions[at]?.observation.url ?? "");
    return [{ site, what: action.kind, realError, dreamedError }];
  });
}
