/**
 * The kind of an address, also of one that nobody recorded, such as `http://site.test/books/2/reviews`. The start of
 * the path is read like recorded paths, as far as their shapes reach. In the rest, only segments with digits vary.
 */

import { splitUrl } from "../../page/url-parts.ts";

export interface AddressKinds {
  /** Origin and path with `*` for parts that vary, then the names of the parameters. */
  kindOf(method: string, url: string): string;
}

/** @param shapeKeyOf the shape of recorded addresses, such as `GET http://site.test/books/*`; null for another address */
export function createAddressKinds(
  shapeKeyOf: (method: string, url: string) => string | null,
): AddressKinds {
  return {
    kindOf(method, url) {
      const { origin, segments, params } = splitUrl(url);
      const names = [...new Set(params.map(([name]) => name))].sort();
      const query = names.length === 0 ? "" : `?${names.join("&")}`;
      const own = shapeKeyOf(method, url) ?? shapeKeyOf("GET", url);
      if (own !== null) return withoutMethod(own).replace(/\?.*$/u, "") + query;
      for (let length = segments.length - 1; length > 0; length--) {
        const start = `${origin}/${segments.slice(0, length).map(encodeURIComponent).join("/")}`;
        const shape = shapeKeyOf("GET", start);
        if (shape === null) continue;
        const path = withoutMethod(shape).replace(/\?.*$/u, "");
        return `${path}/${segments.slice(length).map(withoutNumbers).join("/")}${query}`;
      }
      return `${origin}/${segments.map(withoutNumbers).join("/")}${query}`;
    },
  };
}

function withoutMethod(key: string): string {
  return key.slice(key.indexOf(" ") + 1);
}

function withoutNumbers(segment: string): string {
  return /\d/u.test(segment) ? "*" : segment;
}
