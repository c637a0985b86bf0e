/**
 * Stand-ins for a site's name of a thing that no recording shows, such as an id in an address. The same thing always
 * has the same stand-in, and a stand-in differs from every name of the site.
 */

import { hashText } from "../core/random.ts";

const PREFIX = "unseen-";
const PLACEHOLDER_ID = /^unseen-[0-9a-z]{7}$/u;

/** @param of describes the thing that the stand-in is for */
export function placeholderId(of: string): string {
  return PREFIX + (hashText(of) >>> 0).toString(36).padStart(7, "0");
}

export function isPlaceholderId(text: string): boolean {
  return PLACEHOLDER_ID.test(text);
}
