/** The slots of a template: which values they may have, as the buffer shows them. */

import { pushTo } from "../../core/group-by.ts";
import type { Sibling } from "./check-pattern.ts";
import type { SiteLexicon } from "./site-lexicon.ts";

export interface Slot {
  /** The kind of place where known values stand; null where they stand at none in common: free text. */
  place: string | null;
  /** Known values first, then others of the place. */
  values: readonly string[];
  /** Another slot on whose page the value stands. Null if it has none. */
  host: number | null;
}

/** Different known values that have to share a place: so many, and this share of them. */
const SUPPORT = 2;
const SUPPORT_SHARE = 0.5;

/** @param siblings tasks that can be done */
export function induceSlots(siblings: readonly Sibling[], lexicon: SiteLexicon): Slot[] {
  const count = siblings[0]?.values.length ?? 0;
  const slots = Array.from({ length: count }, (_, slot): Slot => {
    const known = [...new Set(siblings.map(({ values }) => values[slot] as string))];
    const place = commonPlace(known, lexicon);
    const isLower = known.every((value) => value === value.toLowerCase());
    const texts = place === null ? [] : [...lexicon.textsAt(place)];
    const others = namesAmong(texts, known, lexicon).map((text) =>
      isLower ? text.toLowerCase() : text,
    );
    return { place, values: [...new Set([...known, ...others])], host: null };
  });
  return slots.map((slot, index) => ({ ...slot, host: findHost(index, slots, siblings, lexicon) }));
}

/** Values that stand on the pages of the host's value at the slot's place; all values of a slot without host. */
export function valuesFor(
  slot: Slot,
  chosen: readonly (string | undefined)[],
  lexicon: SiteLexicon,
): readonly string[] {
  if (slot.host === null) return slot.values;
  const shown = textsOnPagesOf(chosen[slot.host] ?? "", lexicon);
  return slot.values.filter((value) => shown.has(value.toLowerCase()));
}

/** The place that most known values share; of equals, links, and then the one with the fewest texts. */
function commonPlace(known: readonly string[], lexicon: SiteLexicon): string | null {
  const counts = new Map<string, number>();
  const found = known.filter((value) => lexicon.has(value)).length;
  for (const value of known)
    for (const place of lexicon.placesOf(value)) counts.set(place, (counts.get(place) ?? 0) + 1);
  const [best] = [...counts]
    .filter(([, count]) => count >= Math.max(SUPPORT, SUPPORT_SHARE * found))
    .toSorted(
      ([a, m], [b, n]) =>
        n - m ||
        Number(isLink(b)) - Number(isLink(a)) ||
        lexicon.textsAt(a).size - lexicon.textsAt(b).size,
    );
  return best?.[0] ?? null;
}

const isLink = (place: string): boolean => place.startsWith("link ");

/** The first other slot with whose values this slot's value stands on one page, wherever such a page is known. */
function findHost(
  slot: number,
  slots: readonly Slot[],
  siblings: readonly Sibling[],
  lexicon: SiteLexicon,
): number | null {
  for (const host of slots.keys()) {
    if (host === slot || slots[host]?.place === null) continue;
    const known = siblings.filter(({ values }) => lexicon.pagesOf(values[host] ?? "").length > 0);
    const isShown = ({ values }: Sibling): boolean =>
      textsOnPagesOf(values[host] ?? "", lexicon).has((values[slot] ?? "").toLowerCase());
    if (known.length >= SUPPORT && known.every(isShown)) return host;
  }
  return null;
}

function textsOnPagesOf(name: string, lexicon: SiteLexicon): Set<string> {
  const pages = lexicon.pagesOf(name);
  return new Set(pages.flatMap(({ nodes }) => nodes.map((node) => node.name.toLowerCase())));
}

/** So many texts that differ in numbers alone, such as "6 comments", are not names. */
const SERIES = 3;

/** The texts that are written as the known values are, without texts about a thing that name it too: "Edit X". */
function namesAmong(
  texts: readonly string[],
  known: readonly string[],
  lexicon: SiteLexicon,
): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(maskOf(text), (counts.get(maskOf(text)) ?? 0) + 1);
  const masks = new Set(known.map(maskOf));
  const areWords = known.every(isWord);
  const areNumbers = known.every(isNumber);
  const byAddress = new Map<string, string[]>();
  for (const text of texts) {
    const address = lexicon.addressOf(text);
    if (address !== null) pushTo(byAddress, address, text);
  }
  const isAbout = (text: string): boolean =>
    (byAddress.get(lexicon.addressOf(text) ?? "") ?? []).some(
      (other) => other !== text && text.includes(other),
    );
  return texts.filter(
    (text) =>
      isPlain(text) &&
      (isWord(text) || !areWords) &&
      (isNumber(text) || !areNumbers) &&
      ((counts.get(maskOf(text)) ?? 0) < SERIES || masks.has(maskOf(text))) &&
      !isAbout(text),
  );
}

const maskOf = (text: string): string => text.replaceAll(/\d+/g, "#");
const isWord = (text: string): boolean => !/\s/.test(text);
const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** A goal quotes values, so they hold no quotes themselves. */
function isPlain(text: string): boolean {
  return /[\p{L}\p{N}]/u.test(text) && !/["“”\n]/.test(text);
}
