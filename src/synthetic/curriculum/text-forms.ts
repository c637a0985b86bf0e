/** The forms in which a value stands elsewhere: a goal names it, an address has its slug, a form sends its code. */

import type { SiteLexicon } from "./site-lexicon.ts";

export interface TextForm {
  name: string;
  /** The value in this form. @returns null where it has none, or more than one */
  render(value: string, lexicon: SiteLexicon): string | null;
}

/** Lower case, words joined by hyphens. */
function slug(value: string): string {
  return value
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
}

/** In the order of preference: forms that need no knowledge of the site come first. */
export const TEXT_FORMS: readonly TextForm[] = [
  { name: "same", render: (value) => value },
  { name: "lower", render: (value) => value.toLowerCase() },
  { name: "slug", render: slug },
  { name: "encoded", render: (value) => encodeURIComponent(value) },
  { name: "number", render: (value) => value.match(/\d+(?:\.\d+)?/)?.[0] ?? null },
  { name: "code", render: (value, lexicon) => lexicon.codeOf(value) },
  { name: "address", render: (value, lexicon) => lexicon.addressOf(value) },
  { name: "key", render: (value, lexicon) => lexicon.addressOf(value)?.split("/").at(-1) ?? null },
];
