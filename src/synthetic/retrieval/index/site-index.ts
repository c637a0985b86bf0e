/** The buffer indexed for retrieval: how pages of the untouched site look, and which pages have the same shape. */

import type { PageRequest } from "../../../core/experience.ts";
import { pushTo } from "../../../core/group-by.ts";
import { featuresOf, type SourcePage, type RequestFeatures } from "../binding/request-features.ts";
import type { LoadRecord } from "../../buffer/experience-records.ts";
import { EarlierChanges } from "./earlier-changes.ts";
import { EffectIndex } from "./effect-index.ts";
import { KnownFacts } from "../binding/known-facts.ts";
import { PageFrame } from "../../tree/page-frame.ts";
import { learnInvariants, type Invariants } from "../binding/page-invariants.ts";
import type { PageExample } from "../binding/page-binding.ts";
import { parseTree } from "../../tree/page-tree.ts";
import type { ReplayBuffer } from "../../buffer/replay-buffer.ts";
import { splitUrl } from "../../../page/url-parts.ts";
import type { UrlExample } from "../binding/url-example.ts";
import { learnUrlShapes, type UrlShapes } from "../binding/url-shapes.ts";

/** A page of the untouched site, as several recordings saw it. */
export interface KnownPage {
  /** Where the request ended, after redirects. */
  url: string;
  html: string;
  status: number;
  /** See `PageChange`. */
  redirectStatus: number | null;
  /** Recordings that agree on it, and all recordings of it. */
  evidence: string[];
  sightings: number;
  /** Only seen after state changes elsewhere. */
  seenAfterMutation: boolean;
}

/** Sightings of one URL that are kept as examples: each may have been reached from elsewhere. */
const EXAMPLES_OF_URL = 2;

export class SiteIndex {
  readonly shapes: UrlShapes;
  readonly facts = new KnownFacts();
  /** The effects of state changes on pages. */
  readonly effects: EffectIndex;
  readonly #known = new Map<string, KnownPage>();
  /** Pages that are not known otherwise, as a change of their recording left them. */
  readonly #changed = new Map<string, { html: string }>();
  readonly #examples = new Map<string, { url: string; record: LoadRecord }[]>();
  readonly #exampleCache = new Map<LoadRecord, PageExample>();
  readonly #features = new Map<LoadRecord, RequestFeatures>();
  readonly #pagesByShape = new Map<string, Set<string>>();
  readonly #invariants = new Map<string, Invariants>();
  /** Requests for pages of the untouched site, one of each address, by path and names of parameters. */
  readonly #asked = new Map<string, LoadRecord[]>();
  /** The same requests by each of their parameters. */
  readonly #askedWith = new Map<string, LoadRecord[]>();

  constructor(buffer: ReplayBuffer) {
    const loads = buffer.records.filter((record) => record.kind === "load");
    this.shapes = learnUrlShapes(urlExamples(loads));
    for (const { after, status } of loads) {
      const key = status >= 400 ? null : this.shapeKey("GET", after.url);
      if (key === null) continue;
      const pages = this.#pagesByShape.get(key);
      if (pages === undefined) this.#pagesByShape.set(key, new Set([after.html]));
      else pages.add(after.html);
    }
    this.#indexPages(loads);
    this.effects = new EffectIndex(loads, this);
  }

  shapeKey(method: string, url: string): string | null {
    return this.shapes.shapeOf(method, url)?.key ?? null;
  }

  /** The page of the untouched site at a URL; null when no recording saw it. */
  known(url: string): KnownPage | null {
    return this.#known.get(url) ?? null;
  }

  /** Every recorded page by its URL, also those that show a change of their recording. */
  *seenPages(): Generator<[string, { html: string }]> {
    yield* this.#known;
    yield* this.#changed;
  }

  /**
   * Pages of a shape, with the requests that led to them. At an address that is not `known`, an example may show a
   * change of its recording.
   */
  examplesOf(shapeKey: string): { url: string; record: LoadRecord }[] {
    return this.#examples.get(shapeKey) ?? [];
  }

  /** Requests for the same path with the same parameters, whatever their values and targets. */
  askedLike(url: string): LoadRecord[] {
    return this.#asked.get(askedKey(url)) ?? [];
  }

  /** Requests for any path with a parameter of this value. */
  askedWith(name: string, value: string): LoadRecord[] {
    return this.#askedWith.get(`${name}=${value}`) ?? [];
  }

  example(record: LoadRecord): PageExample {
    let example = this.#exampleCache.get(record);
    if (example === undefined) {
      example = {
        id: record.id,
        tree: parseTree(record.after.html),
        features: this.#pageSources(record),
      };
      this.#exampleCache.set(record, example);
    }
    return example;
  }

  /** The invariants among the figures of the pages of a URL's shape. */
  invariantsOf(url: string): Invariants {
    const key = this.shapeKey("GET", url);
    if (key === null) return [];
    let invariants = this.#invariants.get(key);
    if (invariants === undefined) {
      invariants = learnInvariants([...(this.#pagesByShape.get(key) ?? [])].map(parseTree));
      this.#invariants.set(key, invariants);
    }
    return invariants;
  }

  featuresOfEvent(record: LoadRecord): RequestFeatures {
    let features = this.#features.get(record);
    if (features === undefined) {
      features = featuresOf(record.request, sourcePage(record.before), this.facts);
      this.#features.set(record, features);
    }
    return features;
  }

  /** The features of a record's last page. After a redirect they are those of a plain request for its target. */
  #pageSources(record: LoadRecord): RequestFeatures {
    if (record.redirectStatus === null || record.request.method !== "GET")
      return this.featuresOfEvent(record);
    const request: PageRequest = { method: "GET", url: record.after.url, fields: null };
    return featuresOf(request, sourcePage(record.before), this.facts);
  }

  #indexPages(loads: readonly LoadRecord[]): void {
    const sightings = new Map<string, LoadRecord[]>();
    const afterMutations = new Map<string, LoadRecord[]>();
    const learned = new Set<string>();
    for (const record of loads) {
      if (record.request.method !== "GET") continue;
      if (record.mutationsBefore > 0) {
        pushTo(afterMutations, record.after.url, record);
        continue;
      }
      for (const url of new Set([record.request.url, record.after.url]))
        pushTo(sightings, url, record);
      if (!learned.has(record.after.html)) {
        learned.add(record.after.html);
        this.facts.learn(record.after);
      }
    }
    const asked = new Set<string>();
    for (const record of loads) {
      const { request, mutationsBefore, status } = record;
      if (request.method !== "GET" || mutationsBefore > 0 || status >= 500) continue;
      if (asked.has(request.url)) continue;
      asked.add(request.url);
      pushTo(this.#asked, askedKey(request.url), record);
      for (const [name, value] of splitUrl(request.url).params)
        pushTo(this.#askedWith, `${name}=${value}`, record);
    }
    for (const [url, records] of sightings) {
      const votes = new Map<string, LoadRecord[]>();
      const isOne = records.every(({ after }) => after.html === records[0]?.after.html);
      for (const record of records) pushTo(votes, isOne ? "" : lookOf(record.after.html), record);
      const agreed = [...votes.values()].sort((a, b) => b.length - a.length)[0] as LoadRecord[];
      const first = agreed[0] as LoadRecord;
      this.#known.set(url, {
        url: first.after.url,
        html: first.after.html,
        status: first.status,
        redirectStatus: first.redirectStatus,
        evidence: agreed.map((record) => record.id),
        sightings: records.length,
        seenAfterMutation: false,
      });
      if (first.after.url !== url || first.status >= 400) continue;
      const key = this.shapeKey("GET", url);
      if (key !== null)
        for (const record of agreed.slice(0, EXAMPLES_OF_URL))
          pushTo(this.#examples, key, { url, record });
    }
    this.#indexSeenAfterMutations(afterMutations, new EarlierChanges(loads));
  }

  /**
   * Pages that were only seen after state changes: the sighting after the fewest changes, with its frame restored.
   * Where each sighting may show one of the changes, the page of the untouched site is not known: it is only an
   * example.
   */
  #indexSeenAfterMutations(
    pages: ReadonlyMap<string, LoadRecord[]>,
    changes: EarlierChanges,
  ): void {
    const frame = new PageFrame([...this.#known.values()]);
    for (const [url, records] of pages) {
      if (this.#known.has(url)) continue;
      const byChanges = records.toSorted((a, b) => a.mutationsBefore - b.mutationsBefore);
      const untouched = byChanges.find((record) => !changes.mayShowOn(record));
      const first = untouched ?? byChanges[0];
      if (first === undefined || first.status >= 400) continue;
      const html = frame.restore(first.after.html, url);
      const key = this.shapeKey("GET", url);
      if (key !== null)
        pushTo(this.#examples, key, { url, record: { ...first, after: { url, html } } });
      if (untouched === undefined) {
        this.#changed.set(url, { html });
        continue;
      }
      this.#known.set(url, {
        url,
        html,
        status: first.status,
        redirectStatus: null,
        evidence: [first.id],
        sightings: records.length,
        seenAfterMutation: true,
      });
    }
  }
}

/** The visible and usable parts of a page: sites write a new number into pictures and hidden fields each time. */
function lookOf(html: string): string {
  const shown = parseTree(html)
    .strings()
    .filter(({ node, attribute }) => {
      if (attribute === "src" || attribute === "srcset") return false;
      return attribute !== "value" || node.kind === "text" || node.attributes["type"] !== "hidden";
    });
  return shown.map(({ key, value }) => `${key}=${value}`).join("\n");
}

function askedKey(url: string): string {
  const names = splitUrl(url).params.map(([name]) => name);
  return `${url.split("?")[0]}?${names.toSorted().join("&")}`;
}

export function sourcePage(page: { url: string; html: string } | null): SourcePage | null {
  return page === null ? null : { tree: parseTree(page.html), url: page.url };
}

/** One example for each page's address and each target of a form. */
function urlExamples(loads: readonly LoadRecord[]): UrlExample[] {
  const examples = new Map<string, UrlExample>();
  const add = (method: string, url: string, features: () => ReadonlySet<string>): void => {
    const key = `${method} ${url.split("#")[0]}`;
    if (!examples.has(key)) examples.set(key, { method, url, features: features() });
  };
  for (const { request, after, before, status } of loads) {
    if (status < 400 && (request.method === "GET" || after.url !== request.url))
      add("GET", after.url, () => parseTree(after.html).signatures());
    if (request.method === "GET") continue;
    const fields = new Set((request.fields ?? []).map(([name]) => `field ${name}`));
    if (fields.size === 0)
      fields.add(`sent from ${before === null ? "" : new URL(before.url).origin}`);
    add("POST", request.url, () => fields);
  }
  return [...examples.values()];
}
