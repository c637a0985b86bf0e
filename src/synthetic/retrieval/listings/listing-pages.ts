/** How a kind of listing turns pages. */

import { same, without, type Listing } from "./listing-factors.ts";

/**
 * The factor that turns pages: all its values are small whole numbers, and one of them shows other entries of the same
 * listing, or none is a first page. Null where no factor does.
 */
export function findPagingFactor(listings: readonly Listing[]): string | null {
  const names = new Set(listings.flatMap(({ factors }) => [...factors.keys()]));
  for (const name of names) {
    const values = listings.flatMap(({ factors }) => factors.get(name) ?? []);
    if (name.startsWith("segment") || !values.every((value) => /^\d{1,3}$/u.test(value))) continue;
    if (values.every((value) => Number(value) > 1)) return name;
    if (listings.some((listing) => showsOthers(listing, name, listings))) return name;
  }
  return null;
}

/** Whether the same listing under another value of a factor has no entry in common with it. */
function showsOthers(
  { factors, items }: Listing,
  name: string,
  listings: readonly Listing[],
): boolean {
  if (items.length === 0 || !factors.has(name)) return false;
  const ids = new Set(items.map(({ id }) => id));
  const rest = without(factors, name);
  return listings.some(
    (other) =>
      other.items.length > 0 &&
      other.factors.get(name) !== factors.get(name) &&
      same(without(other.factors, name), rest) &&
      other.items.every(({ id }) => !ids.has(id)),
  );
}
