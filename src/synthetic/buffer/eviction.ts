/** Which episodes leave a full replay buffer. */

import type { BufferEntry } from "./entry.ts";

/** The entries of one trajectory. They leave together: an effect is the difference between its pages. */
export interface BufferEpisode {
  readonly isDreamed: boolean;
  /** Its place in the order of arrival. */
  readonly order: number;
  readonly entries: readonly BufferEntry[];
}

export interface EvictionLimits {
  /** Entries that may stay. */
  entries: number;
  /** Dreamed entries that may stay, as a share of those that stay. */
  dreamedShare: number;
}

/**
 * The episodes that have to leave, first one first: dreamed before real ones, then those whose rarest kind of entry is
 * the most common, then the least used, then the oldest. So real evidence of a rare kind stays longest.
 *
 * @param kindOf the kind of an entry
 */
export function chooseEvicted<Episode extends BufferEpisode>(
  episodes: readonly Episode[],
  { entries: maxEntries, dreamedShare }: EvictionLimits,
  kindOf: (entry: BufferEntry) => string,
): Episode[] {
  const kinds = new Map<string, number>();
  for (const { entries } of episodes)
    for (const entry of entries) kinds.set(kindOf(entry), (kinds.get(kindOf(entry)) ?? 0) + 1);
  const ranked = episodes.map((episode) => ({
    episode,
    commonness: episode.entries.reduce(
      (least, entry) => Math.min(least, kinds.get(kindOf(entry)) ?? 0),
      Infinity,
    ),
    uses: episode.entries.reduce((sum, entry) => sum + entry.uses, 0),
  }));
  ranked.sort(
    (a, b) =>
      Number(b.episode.isDreamed) - Number(a.episode.isDreamed) ||
      b.commonness - a.commonness ||
      a.uses - b.uses ||
      a.episode.order - b.episode.order,
  );
  let all = sizeOf(episodes);
  let dreamed = sizeOf(episodes.filter(({ isDreamed }) => isDreamed));
  const evicted: Episode[] = [];
  for (const { episode } of ranked) {
    const hasTooManyDreams = episode.isDreamed && dreamed > dreamedShare * all;
    if (all <= maxEntries && !hasTooManyDreams) break;
    evicted.push(episode);
    all -= episode.entries.length;
    if (episode.isDreamed) dreamed -= episode.entries.length;
  }
  return evicted;
}

function sizeOf(episodes: readonly BufferEpisode[]): number {
  return episodes.reduce((sum, { entries }) => sum + entries.length, 0);
}
