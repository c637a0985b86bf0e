/**
 * Stand-ins for what a site calls a thing that no recording shows: an id in an address, say. One and the same thing
 * has one and the same stand-in, and a stand-in can be told from every name of the site.
 */

import { hashText } from "../core/random.ts";

const PREFIX = "unseen-";
const PLACEHOLDER_ID = /^unseen-[0-9a-z]{7}$/u;

/** @param of what the stand-in is for, in words */
export function placeholderId(of: string): string {
  return PREFIX + (hashText(of) >>> 0).toString(36).padStart(7, "0");
}

export function isPlaceholderId(text: string): boolean {
  return PLACEHOLDER_ID.test(text);
}
