/**
 * How requests are searched, by our own checks and by WebArena-Verified's: the candidates, which of them count, and
 * what fits.
 */

export interface EventSearch<Event> {
  /** Whether it could be the one that is meant: by method and address. */
  isCandidate: (event: Event) => boolean;
  /** Whether only the last candidate counts, or any of them. */
  lastOnly: boolean;
}

export interface FoundEvents<Event> {
  candidates: Event[];
  /** The candidates that count. */
  considered: Event[];
}

export function searchEvents<Event>(
  events: readonly Event[],
  { isCandidate, lastOnly }: EventSearch<Event>,
): FoundEvents<Event> {
  const candidates = events.filter(isCandidate);
  return { candidates, considered: lastOnly ? candidates.slice(-1) : candidates };
}
