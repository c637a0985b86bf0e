/** The addresses of a task's sites, and the placeholders (`__GITLAB__`) that stand for them in tasks. */

import { UnreadableValue } from "./values/typed-value.ts";

/** All addresses that a site has or had, by its name. The first one replaces the placeholder. */
export type AddressBook = Readonly<Record<string, readonly string[]>>;

export interface SiteAddresses {
  /** @throws UnreadableValue if strict, and the text starts with no placeholder of the task's sites */
  toAddress(text: string, strict: boolean): string;
  /** @throws UnreadableValue if strict, and the text holds no address of the task's sites */
  toPlaceholder(text: string, strict: boolean): string;
}

const placeholderOf = (site: string): string => `__${site.toUpperCase()}__`;

export function createSiteAddresses(book: AddressBook, sites: readonly string[]): SiteAddresses {
  const known = sites.map((site) => ({ site, addresses: book[site] ?? [] }));
  // The longest first: a site may live under a path of another.
  const specific = known.toSorted(
    (one, other) => longest(other.addresses) - longest(one.addresses),
  );
  return {
    toAddress(text, strict) {
      const site = known.find(
        ({ site, addresses }) => text.startsWith(placeholderOf(site)) && addresses.length > 0,
      );
      if (site !== undefined)
        return text.replaceAll(placeholderOf(site.site), site.addresses[0] as string);
      if (strict)
        throw new UnreadableValue(`expected a placeholder of ${sites.join(", ")}, got ${text}`);
      return text;
    },
    toPlaceholder(text, strict) {
      for (const { site, addresses } of specific) {
        const address = addresses.find((one) => text.includes(one));
        if (address !== undefined)
          return text.replaceAll(address.replace(/\/+$/u, ""), placeholderOf(site));
      }
      if (strict)
        throw new UnreadableValue(`expected an address of ${sites.join(", ")}, got ${text}`);
      return text;
    },
  };
}

function longest(addresses: readonly string[]): number {
  return Math.max(0, ...addresses.map((address) => address.length));
}

/**
 * The book for a task. Where it lacks a site, the reference guesses all of them from the first requests, one for each
 * site, and so does this. An admin site lives under `/admin`.
 *
 * @throws UnreadableValue without a request to guess from
 */
export function completeAddresses(
  book: AddressBook,
  sites: readonly string[],
  urls: readonly string[],
): AddressBook {
  const isKnown =
    Object.keys(book).length > 0 && sites.every((site) => (book[site] ?? []).length > 0);
  if (isKnown) return book;
  if (urls.length === 0)
    throw new UnreadableValue(
      `expected the addresses of ${sites.join(", ")} or a request to guess them from, got neither`,
    );
  return Object.fromEntries(
    sites.map((site, index) => {
      const url = urls[Math.min(index, urls.length - 1)] as string;
      const [origin = url] = /^[^:/?#]+:\/\/[^/?#]*/u.exec(url) ?? [];
      return [site, [site.endsWith("_admin") ? `${origin}/admin` : origin]];
    }),
  );
}
