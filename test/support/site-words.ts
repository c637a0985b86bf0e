/** The words of the bundled sites, read out of the fixtures: code that works on any site must not know them. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { TEMPLATES, WORLD_SEEDS } from "../../fixtures/index.ts";
import { createFossilWorld } from "../../fixtures/providers/fossil/world.ts";
import { SITE_URLS } from "../../fixtures/site-urls.ts";
import { createWorld } from "../../fixtures/worlds/world.ts";
import { ROOT } from "./read-sources.ts";

/** A word that this many sites have is a word of the web. */
const COMMON_TO = 3;

/** Single words of a text or an identifier, in lower case and in the singular. */
export function wordsOf(text: string): string[] {
  const parted = text.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return (parted.match(/[a-z]+/g) ?? [])
    .map((word) =>
      word
        .replace(/ies$/, "y")
        .replace(/(?<=ss|x|ch|sh)es$/, "")
        .replace(/(?<![su])s$/, ""),
    )
    .filter((word) => word.length > 2);
}

/** Names of the files that make up a site or its templates: `cart`, `upvote-post`. */
function fileNames(folder: string, site: string): string[] {
  const path = join(ROOT, "fixtures", folder, site.replace("_", "-"));
  if (!existsSync(path)) return [];
  return readdirSync(path).map((name) => name.replace(/(\.test)?\.[a-z]+$/, ""));
}

/**
 * Each site's words: its name, its files, the contents of its world, the slots of its goals, and the first part of the
 * addresses that its tasks name, without data.
 */
function vocabularies(): Map<string, Set<string>> {
  const world = createWorld(WORLD_SEEDS.A);
  const words = new Map(Object.keys(SITE_URLS).map((site) => [site, new Set<string>()]));
  const add = (site: string, texts: readonly string[]): void => {
    for (const text of texts) for (const word of wordsOf(text)) words.get(site)?.add(word);
  };
  for (const site of words.keys())
    add(site, [site, ...fileNames("sites", site), ...fileNames("templates", site)]);
  const worlds = { ...world, fossil: createFossilWorld(WORLD_SEEDS.A) };
  for (const [site, data] of Object.entries(worlds))
    if (typeof data === "object") add(site, Object.keys(data));
  for (const template of TEMPLATES) {
    add(template.site, template.intentTemplate.match(/(?<=\{\{)[a-z_]+(?=\}\})/g) ?? []);
    for (const { values, startUrl, eval: checks } of template.instances(world, "train")) {
      const data = JSON.stringify(values).toLowerCase();
      for (const [, site = "", part = ""] of JSON.stringify([startUrl, checks]).matchAll(
        /__([A-Z_]+)__\/([a-z-]+)/g,
      ))
        if (!data.includes(part)) add(site.toLowerCase(), [part]);
    }
  }
  return words;
}

/** The sites that have a word, for each word that only one or two sites have. */
export function siteWords(): Map<string, string[]> {
  const sitesOf = new Map<string, string[]>();
  for (const [site, words] of vocabularies())
    for (const word of words) sitesOf.set(word, [...(sitesOf.get(word) ?? []), site]);
  return new Map([...sitesOf].filter(([, sites]) => sites.length < COMMON_TO));
}
