/** Checks on requests that scripts send. A dream predicts what pages show, and not what scripts send unseen. */

import type { SiteRequest } from "../core/site-request.ts";
import type { NetworkExpectation } from "../core/task.ts";
import { checkNetworkEvents } from "../evaluation/network-event.ts";

/**
 * Whether the verdict on some expected requests rests on requests that the dream does not predict.
 *
 * @param sent the requests of the episode
 * @param unpredicted requests of scripts in the model's experience
 */
export function restsOnScripts(
  events: readonly NetworkExpectation[],
  sent: readonly SiteRequest[],
  unpredicted: readonly SiteRequest[],
): boolean {
  const isOpen = (event: NetworkExpectation): boolean =>
    checkNetworkEvents([event], sent).passed !== event.present && isLikeSome(event, unpredicted);
  const failing = events.filter((event) => checkNetworkEvents([event], sent).passed === false);
  return failing.length > 0 ? failing.every(isOpen) : events.some(isOpen);
}

function isLikeSome(event: NetworkExpectation, unpredicted: readonly SiteRequest[]): boolean {
  const wanted = placeOf(event);
  if (wanted === null) return false;
  const places = unpredicted
    .filter(({ method }) => method.toUpperCase() === event.method.toUpperCase())
    .flatMap((request) => placeOf(request) ?? [])
    .filter(({ host, parts }) => host === wanted.host && parts.length === wanted.parts.length);
  return places.some((place) => {
    const [first, ...others] = differences(wanted, place).filter(
      (at) => !isNumbered(wanted, place, at),
    );
    // Numbers name things: an entry, and the list that it goes to. One other part may, if it differs between the
    // recorded requests too.
    return first === undefined || (others.length === 0 && varies(place, first, places));
  });
}

interface Place {
  host: string;
  /** Of the path. */
  parts: string[];
}

function placeOf({ url }: { url: string }): Place | null {
  const parsed = URL.parse(url);
  if (parsed === null) return null;
  const path = parsed.pathname.toLowerCase().replace(/\/+$/u, "");
  return { host: parsed.host, parts: path.split("/") };
}

/** The parts in which two paths differ. `*` stands for any part. */
function differences(wanted: Place, other: Place): number[] {
  return wanted.parts.flatMap((part, i) => (part === "*" || part === other.parts[i] ? [] : i));
}

function isNumbered(one: Place, other: Place, at: number): boolean {
  return [one, other].every(({ parts }) => /\d/u.test(parts[at] ?? ""));
}

function varies(place: Place, at: number, places: readonly Place[]): boolean {
  return places.some((other) => {
    const [first, ...others] = differences(place, other);
    return first === at && others.length === 0;
  });
}
