/** What a dream lacks, by the real episodes replayed in it: templates without a score, elements, demonstrations. */

import { groupBy } from "../../core/group-by.ts";
import type { PageNode } from "../../core/observation.ts";
import type { DreamedReplay } from "./closed-loop-fidelity.ts";

export interface DreamGaps {
  /** Task templates of which the dream scored no episode. */
  unscoredTemplates: { templateId: number; episodes: number; reason: string }[];
  /** Elements that real episodes acted on and that the dream's page did not show: the first one of each episode. */
  missingElements: { role: string; name: string; path: string; episodes: number }[];
  /** Successful demonstrations, those whose every element the dream shows, and those that it scores as a success. */
  demonstrations: { replayed: number; followed: number; solved: number };
}

export function findGaps(replays: readonly DreamedReplay[]): DreamGaps {
  const demonstrations = replays.filter(
    ({ real }) =>
      real.actor === "demonstrator" && real.score?.status === "scored" && real.score.value === 1,
  );
  return {
    unscoredTemplates: findUnscored(replays),
    missingElements: findMissing(replays),
    demonstrations: {
      replayed: demonstrations.length,
      followed: demonstrations.filter((replay) => firstMissing(replay) === null).length,
      solved: demonstrations.filter(({ score }) => score?.status === "scored" && score.value === 1)
        .length,
    },
  };
}

function findUnscored(replays: readonly DreamedReplay[]): DreamGaps["unscoredTemplates"] {
  return [...groupBy(replays, ({ real }) => real.templateId)].flatMap(([templateId, episodes]) => {
    const reasons = episodes.flatMap(({ score }) =>
      score?.status === "unscored" ? [score.reason] : [],
    );
    const [reason] = reasons;
    if (reason === undefined || reasons.length < episodes.length) return [];
    return [{ templateId, episodes: episodes.length, reason }];
  });
}

function findMissing(replays: readonly DreamedReplay[]): DreamGaps["missingElements"] {
  const missing = new Map<string, DreamGaps["missingElements"][number]>();
  for (const replay of replays) {
    const first = firstMissing(replay);
    if (first === null) continue;
    const { node, path } = first;
    const key = JSON.stringify([node.role, node.name, path]);
    const known = missing.get(key);
    if (known !== undefined) known.episodes++;
    else missing.set(key, { role: node.role, name: node.name, path, episodes: 1 });
  }
  return [...missing.values()].sort((a, b) => b.episodes - a.episodes);
}

/** Later elements are missing because the dream is on another page by then. */
function firstMissing({ real, steps }: DreamedReplay): { node: PageNode; path: string } | null {
  const at = steps.findIndex(({ action }) => action === null);
  const transition = real.transitions[at];
  if (transition === undefined || !("ref" in transition.action)) return null;
  const { ref } = transition.action;
  const { nodes, url } = transition.observation;
  const node = nodes.find((other) => other.ref === ref);
  return node === undefined ? null : { node, path: URL.parse(url)?.pathname ?? url };
}
