/**
 * The buffer indexed for retrieval: what pages of the untouched site look like, which pages are of one shape, what
 * each kind of state-changing request did to which pages.
 */

import type { PageRequest } from "../../../core/experience.ts";
import { featuresOf, type SourcePage, type RequestFeatures } from "../binding/request-features.ts";
import { ChangeExample } from "../binding/change-example.ts";
import {
  isMutation,
  type LoadRecord,
  type ReactionRecord,
} from "../../buffer/experience-records.ts";
import { type FieldWeights, learnFieldWeights, likeFields } from "./field-weights.ts";
import { KnownFacts } from "../binding/known-facts.ts";
import { overlap } from "../../tree/page-diff.ts";
import { PageFrame } from "../../tree/page-frame.ts";
import { learnInvariants, type Invariants } from "../binding/page-invariants.ts";
import type { PageExample } from "../binding/page-binding.ts";
import { parseTree, type PageTree } from "../../tree/page-tree.ts";
import type { ReplayBuffer } from "../../buffer/replay-buffer.ts";
import { plainerUrls, splitUrl, type UrlExample } from "../../../page/url-parts.ts";
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
  /** Only seen after state changes, which may show in it. */
  seenAfterMutation: boolean;
}

/** Seen as the answer to the request itself, which may show more (a notice), or when the page was opened again later. */
export type View = "response" | "revisit";

/** What a state-changing request did to one page. Its trees are parsed when they are first looked at. */
export interface Effect {
  readonly id: string;
  /** The request that did it. */
  readonly mutation: LoadRecord;
  readonly features: RequestFeatures;
  readonly url: string;
  /** null: the page before was never seen. */
  readonly before: PageTree | null;
  readonly after: PageTree;
  readonly view: View;
  /** Whether the page before is known. */
  readonly isChange: boolean;
  /** `before` and `after` as one example; null without a page before. */
  readonly change: ChangeExample | null;
  /** The form was sent with what the page showed already, and changed nothing: it says nothing of what it does else. */
  readonly saidNothingNew: boolean;
}

class RecordedEffect implements Effect {
  readonly id: string;
  readonly mutation: LoadRecord;
  readonly url: string;
  readonly view: View;
  readonly isChange: boolean;
  readonly #afterHtml: string;
  readonly #beforeHtml: string | null;
  readonly #describe: () => RequestFeatures;
  #change: ChangeExample | null = null;
  #saidNothingNew: boolean | null = null;

  constructor(
    record: LoadRecord,
    mutation: LoadRecord,
    beforeHtml: string | null,
    view: View,
    describe: () => RequestFeatures,
  ) {
    this.id = record.id;
    this.mutation = mutation;
    this.url = record.after.url;
    this.view = view;
    this.isChange = beforeHtml !== null;
    this.#afterHtml = record.after.html;
    this.#beforeHtml = beforeHtml;
    this.#describe = describe;
  }

  get features(): RequestFeatures {
    return this.#describe();
  }

  get before(): PageTree | null {
    return this.#beforeHtml === null ? null : parseTree(this.#beforeHtml);
  }

  get after(): PageTree {
    return parseTree(this.#afterHtml);
  }

  get change(): ChangeExample | null {
    if (this.#beforeHtml === null) return null;
    this.#change ??= new ChangeExample(
      parseTree(this.#beforeHtml),
      parseTree(this.#afterHtml),
      this.features,
    );
    return this.#change;
  }

  get saidNothingNew(): boolean {
    this.#saidNothingNew ??= repeatsPage(this);
    return this.#saidNothingNew;
  }
}

function repeatsPage({ before, after, mutation }: Effect): boolean {
  const said = (mutation.request.fields ?? []).map(([, value]) => value).filter((v) => v !== "");
  if (before === null || said.length === 0) return false;
  const [old, now] = [before, after].map((tree) => tree.strings().map(({ value }) => value));
  const shown = new Set(old);
  return (
    said.every((value) => shown.has(value)) &&
    old?.length === now?.length &&
    now?.every((value, i) => value === old?.[i]) === true
  );
}

/** A page under another parameter is the same page when they share this part of their strings. */
const SAME_PAGE = 0.6;

function textsOf(html: string): Set<string> {
  return new Set(
    parseTree(html)
      .strings()
      .map(({ value }) => value),
  );
}

/** Sightings of one URL that are kept as examples: each may have been reached from elsewhere. */
const EXAMPLES_OF_URL = 2;

export class SiteIndex {
  readonly shapes: UrlShapes;
  readonly facts = new KnownFacts();
  readonly #known = new Map<string, KnownPage>();
  readonly #examples = new Map<string, { url: string; record: LoadRecord }[]>();
  readonly #exampleCache = new Map<LoadRecord, PageExample>();
  readonly #mutations = new Map<string, LoadRecord[]>();
  readonly #effects = new Map<string, Effect[]>();
  readonly #features = new Map<LoadRecord, RequestFeatures>();
  readonly #pagesByShape = new Map<string, Set<string>>();
  readonly #fieldWeights = new Map<string, FieldWeights>();
  readonly #invariants = new Map<string, Invariants>();
  readonly reactions: readonly ReactionRecord[];
  /** Requests for pages of the untouched site, one of each address, by path and names of parameters. */
  readonly #asked = new Map<string, LoadRecord[]>();
  /** Parameters that pages were asked for with, each with its path. */
  readonly #askedWith = new Set<string>();

  constructor(buffer: ReplayBuffer) {
    const loads = buffer.records.filter((record) => record.kind === "load");
    const answers = new Set(
      loads.filter(({ request }) => isMutation(request)).map(({ after }) => after.url),
    );
    // Going back to the answer of a change asks for its address again: nobody chose its parameters.
    for (const { request } of loads)
      if (request.method === "GET" && !answers.has(request.url))
        for (const [name] of splitUrl(request.url).params)
          this.#askedWith.add(`${request.url.split("?")[0]} ${name}`);
    this.reactions = buffer.records.filter((record) => record.kind === "reaction");
    this.shapes = learnUrlShapes(urlExamples(loads));
    for (const { after, status } of loads) {
      const key = status >= 400 ? null : this.shapeKey("GET", after.url);
      if (key === null) continue;
      const pages = this.#pagesByShape.get(key);
      if (pages === undefined) this.#pagesByShape.set(key, new Set([after.html]));
      else pages.add(after.html);
    }
    this.#indexPages(loads);
    this.#indexEffects(loads);
  }

  shapeKey(method: string, url: string): string | null {
    return this.shapes.shapeOf(method, url)?.key ?? null;
  }

  /** The page of the untouched site at a URL; null when no recording saw it. */
  known(url: string): KnownPage | null {
    return this.#known.get(url) ?? null;
  }

  get knownPages(): Iterable<[string, KnownPage]> {
    return this.#known;
  }

  /** Untouched pages of a shape, with the requests that led to them. */
  examplesOf(shapeKey: string): { url: string; record: LoadRecord }[] {
    return this.#examples.get(shapeKey) ?? [];
  }

  /** Requests for the same path with the same parameters, whatever their values, and wherever they led. */
  askedLike(url: string): LoadRecord[] {
    return this.#asked.get(askedKey(url)) ?? [];
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

  mutationsOf(shapeKey: string): LoadRecord[] {
    return this.#mutations.get(shapeKey) ?? [];
  }

  /** 0–1: how alike two forms of one kind were filled in, by what decides their answers. */
  likeForms(a: PageRequest, b: PageRequest): number {
    const key = this.shapeKey("POST", a.url) ?? "";
    let weights = this.#fieldWeights.get(key);
    if (weights === undefined) {
      const examples = this.mutationsOf(key).map(({ request, after, status }) => ({
        fields: request.fields,
        outcome: `${status} ${after.url === request.url ? "" : this.shapeKey("GET", after.url)}`,
      }));
      this.#fieldWeights.set(key, (weights = learnFieldWeights(examples)));
    }
    return likeFields(a, b, weights);
  }

  /** Effects of a shape of state-changing requests, on all pages. */
  effectsOf(shapeKey: string): Effect[] {
    return this.#effects.get(shapeKey) ?? [];
  }

  /** What holds among the figures of the pages of a URL's shape. */
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

  /** What tells the page that a record ended on: where it was sent on to, that address, as if it had been asked for. */
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
        push(afterMutations, record.after.url, record);
        continue;
      }
      for (const url of new Set([record.request.url, record.after.url]))
        push(sightings, url, record);
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
      push(this.#asked, askedKey(request.url), record);
    }
    for (const [url, records] of sightings) {
      const votes = new Map<string, LoadRecord[]>();
      const isOne = records.every(({ after }) => after.html === records[0]?.after.html);
      for (const record of records) push(votes, isOne ? "" : lookOf(record.after.html), record);
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
          push(this.#examples, key, { url, record });
    }
    this.#indexSeenAfterMutations(afterMutations);
  }

  /** Pages that were only seen after state changes: of those the one after the fewest, its frame put back. */
  #indexSeenAfterMutations(pages: ReadonlyMap<string, LoadRecord[]>): void {
    const frame = new PageFrame([...this.#known.values()]);
    for (const [url, records] of pages) {
      if (this.#known.has(url)) continue;
      const first = records.toSorted(
        (a, b) => a.mutationsBefore - b.mutationsBefore,
      )[0] as LoadRecord;
      if (first.status >= 400) continue;
      const html = frame.restore(first.after.html, url);
      this.#known.set(url, {
        url,
        html,
        status: first.status,
        redirectStatus: null,
        evidence: [first.id],
        sightings: records.length,
        seenAfterMutation: true,
      });
      const key = this.shapeKey("GET", url);
      if (key !== null)
        push(this.#examples, key, { url, record: { ...first, after: { url, html } } });
    }
  }

  #indexEffects(loads: readonly LoadRecord[]): void {
    const byTrajectory = new Map<string, LoadRecord[]>();
    for (const record of loads) push(byTrajectory, record.trajectory, record);
    for (const records of byTrajectory.values()) this.#indexTrajectory(records);
  }

  #indexTrajectory(records: readonly LoadRecord[]): void {
    /** Per URL: the page after so many state changes; a later plain look replaces the answer to the change itself. */
    const versions = new Map<string, Map<number, string>>();
    let last: { record: LoadRecord; number: number } | null = null;
    let counted = 0;
    for (const record of records) {
      const mutates = isMutation(record.request);
      const number = record.mutationsBefore + (mutates ? 1 : 0);
      if (mutates) {
        const key = this.shapeKey("POST", record.request.url);
        if (key !== null) push(this.#mutations, key, record);
        last = { record, number };
      }
      // A change that was sent without a page of its own cannot be told from this one.
      if (last !== null && number === last.number && number === counted + (mutates ? 1 : 0))
        this.#addEffect(last.record, record, versions, number, mutates ? "response" : "revisit");
      counted = number;
      let known = versions.get(record.after.url);
      if (known === undefined) versions.set(record.after.url, (known = new Map()));
      known.set(number, record.after.html);
    }
  }

  /** The page as it was before a state change; undefined when nobody looked. */
  #pageBefore(
    mutation: LoadRecord,
    { after }: LoadRecord,
    versions: ReadonlyMap<string, ReadonlyMap<number, string>>,
    number: number,
  ): string | undefined {
    const seen = (url: string): string | undefined => {
      const known = number === 1 ? this.known(url) : null;
      return (
        versions.get(url)?.get(number - 1) ??
        (known?.seenAfterMutation === false ? known.html : undefined)
      );
    };
    const [same, ...plainer] = plainerUrls(after.url);
    const exact = seen(same as string);
    if (exact !== undefined) return exact;
    if (mutation.before?.url === after.url) return mutation.before.html;
    // What only the answer to a change adds to an address (a notice) leaves the page the same one.
    const [path] = after.url.split("?");
    const isPassing = splitUrl(after.url).params.every(
      ([name]) => !this.#askedWith.has(`${path} ${name}`),
    );
    if (isPassing) return plainer.map(seen).find((html) => html !== undefined);
    const words = textsOf(after.html);
    return plainer
      .flatMap((url) => seen(url) ?? [])
      .find((html) => overlap(textsOf(html), words) >= SAME_PAGE);
  }

  #addEffect(
    mutation: LoadRecord,
    record: LoadRecord,
    versions: ReadonlyMap<string, ReadonlyMap<number, string>>,
    number: number,
    view: View,
  ): void {
    const key = this.shapeKey("POST", mutation.request.url);
    if (key === null) return;
    const html = this.#pageBefore(mutation, record, versions, number);
    push(
      this.#effects,
      key,
      new RecordedEffect(record, mutation, html ?? null, view, () =>
        this.featuresOfEvent(mutation),
      ),
    );
  }
}

/** What can be seen of a page, and done on it: sites write a new number into pictures and hidden fields each time. */
function lookOf(html: string): string {
  const told = parseTree(html)
    .strings()
    .filter(({ node, attribute }) => {
      if (attribute === "src" || attribute === "srcset") return false;
      return attribute !== "value" || node.kind === "text" || node.attributes["type"] !== "hidden";
    });
  return told.map(({ key, value }) => `${key}=${value}`).join("\n");
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

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
