/** Where a dream is wrong most often: by site and kind of page, and by task template. It says what to record. */

import { z } from "zod";
import { groupBy } from "../../core/group-by.ts";
import type { JudgedStep } from "../../synthetic/measure/change-fidelity.ts";
import { type Share, ShareSchema, shareOf } from "../../synthetic/measure/share.ts";

export const WeakSpotSchema = z.strictObject({
  site: z.string(),
  /** Such as `/f/*`. */
  page: z
    .string()
    .nullable()
    .describe("kind of page that the actions lead to; null for a template"),
  templateId: z.int().nullable().describe("null for a kind of page"),
  goal: z.string().nullable().describe("of a task of the template"),
  wrong: ShareSchema.describe("actions after which form or state was wrong"),
});
export type WeakSpot = z.infer<typeof WeakSpotSchema>;

const SHOWN = 5;

export interface WeakSpots {
  /** Most wrong actions first. */
  pages: WeakSpot[];
  templates: WeakSpot[];
}

/** @param siteOf name of the site of a URL */
export function findWeakSpots(
  steps: readonly JudgedStep[],
  siteOf: (url: string) => string,
): WeakSpots {
  const kinds = kindsOfPages(steps.map(nextUrl));
  const pages = groupBy(steps, (step) => {
    const url = nextUrl(step);
    return JSON.stringify([siteOf(url), kinds.get(url)]);
  });
  const templates = groupBy(steps, (step) =>
    JSON.stringify([siteOf(nextUrl(step)), template(step)]),
  );
  const rank = (spots: WeakSpot[]): WeakSpot[] =>
    spots
      .filter(({ wrong }) => wrong.count > 0)
      .toSorted((a, b) => b.wrong.count - a.wrong.count)
      .slice(0, SHOWN);
  return {
    pages: rank(
      [...pages].map(([key, own]) => {
        const [site, page] = JSON.parse(key) as [string, string];
        return { site, page, templateId: null, goal: null, wrong: wrongOf(own) };
      }),
    ),
    templates: rank(
      [...templates].map(([key, own]) => {
        const [site, templateId] = JSON.parse(key) as [string, number];
        const { goal } = own[0].walk.real;
        return { site, page: null, templateId, goal, wrong: wrongOf(own) };
      }),
    ),
  };
}

function wrongOf(steps: readonly JudgedStep[]): Share {
  const right = steps.filter(({ looksRight, isRight }) => looksRight && isRight).length;
  return shareOf(steps.length - right, steps.length);
}

const template = ({ walk }: JudgedStep): number => walk.real.templateId;

/** Where the first action of a walk really led. */
function nextUrl({ walk: { real, at } }: JudgedStep): string {
  return (real.transitions[at + 1]?.observation ?? real.finalObservation).url;
}

/** Different names at one place of a path from which on it counts as a place for names of things. */
const MANY = 3;

/**
 * The kind of page behind each URL: its path, with `*` at places for names and numbers. Such a place holds a digit, or
 * at least three different words on paths that are equal otherwise, digits apart. A path of one word is its own kind.
 */
export function kindsOfPages(urls: readonly string[]): Map<string, string> {
  const parts = new Map(urls.map((url) => [url, partsOf(url)]));
  const words = new Map<string, Set<string>>();
  const placeOf = (origin: string, segments: readonly string[], at: number): string =>
    `${origin}/${segments.with(at, "*").join("/")}`;
  for (const { origin, segments } of parts.values())
    for (const [at, word] of segments.entries()) {
      const place = placeOf(origin, segments, at);
      words.set(place, (words.get(place) ?? new Set()).add(word));
    }
  return new Map(
    [...parts].map(([url, { origin, segments }]) => {
      const isName = (at: number): boolean =>
        segments.length > 1 && (words.get(placeOf(origin, segments, at))?.size ?? 0) >= MANY;
      const kind = segments.map((word, at) => (isName(at) ? "*" : word));
      return [url, `/${kind.join("/")}`];
    }),
  );
}

function partsOf(url: string): { origin: string; segments: string[] } {
  const parsed = URL.parse(url);
  if (parsed === null) return { origin: url, segments: [] };
  const segments = parsed.pathname.split("/").filter((segment) => segment !== "");
  return {
    origin: parsed.origin,
    segments: segments.map((segment) => (/\d/u.test(segment) ? "*" : segment)),
  };
}
