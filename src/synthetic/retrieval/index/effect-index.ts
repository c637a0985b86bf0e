/** The effects of each kind of state-changing request on pages. */

import type { PageRequest } from "../../../core/experience.ts";
import { pushTo } from "../../../core/group-by.ts";
import { isMutation } from "../../../core/site-request.ts";
import { plainerUrls, splitUrl } from "../../../page/url-parts.ts";
import { type LoadRecord } from "../../buffer/experience-records.ts";
import { overlap } from "../../tree/page-diff.ts";
import { parseTree } from "../../tree/page-tree.ts";
import type { RequestFeatures } from "../binding/request-features.ts";
import { type FieldWeights, learnFieldWeights, likeFields } from "./field-weights.ts";
import { RecordedEffect, type Effect, type View } from "./recorded-effect.ts";

/** A page under another parameter is the same page when they share this part of their strings. */
const SAME_PAGE = 0.6;

function textsOf(html: string): Set<string> {
  return new Set(
    parseTree(html)
      .strings()
      .map(({ value }) => value),
  );
}

/** The facts about the site's pages that the effects need. */
interface SitePages {
  shapeKey(method: string, url: string): string | null;
  known(url: string): { html: string; seenAfterMutation: boolean } | null;
  featuresOfEvent(record: LoadRecord): RequestFeatures;
}

export class EffectIndex {
  readonly #pages: SitePages;
  readonly #mutations = new Map<string, LoadRecord[]>();
  readonly #effects = new Map<string, Effect[]>();
  readonly #fieldWeights = new Map<string, FieldWeights>();
  /** Parameters that pages were asked for with, each with its path. */
  readonly #askedWith = new Set<string>();

  constructor(loads: readonly LoadRecord[], pages: SitePages) {
    this.#pages = pages;
    const answers = new Set(
      loads.filter(({ request }) => isMutation(request)).map(({ after }) => after.url),
    );
    // Going back to the answer of a change asks for its address again: nobody chose its parameters.
    for (const { request } of loads)
      if (request.method === "GET" && !answers.has(request.url))
        for (const [name] of splitUrl(request.url).params)
          this.#askedWith.add(`${request.url.split("?")[0]} ${name}`);
    const byTrajectory = new Map<string, LoadRecord[]>();
    for (const record of loads) pushTo(byTrajectory, record.trajectory, record);
    for (const records of byTrajectory.values()) this.#indexTrajectory(records);
  }

  mutationsOf(shapeKey: string): LoadRecord[] {
    return this.#mutations.get(shapeKey) ?? [];
  }

  /** 0–1: how alike two forms of one kind were filled in, by the fields that decide their answers. */
  likeForms(a: PageRequest, b: PageRequest): number {
    const key = this.#pages.shapeKey("POST", a.url) ?? "";
    let weights = this.#fieldWeights.get(key);
    if (weights === undefined) {
      const examples = this.mutationsOf(key).map(({ request, after, status }) => ({
        fields: request.fields,
        outcome: `${status} ${after.url === request.url ? "" : this.#pages.shapeKey("GET", after.url)}`,
      }));
      this.#fieldWeights.set(key, (weights = learnFieldWeights(examples)));
    }
    return likeFields(a, b, weights);
  }

  /** Effects of a shape of state-changing requests, on all pages. */
  effectsOf(shapeKey: string): Effect[] {
    return this.#effects.get(shapeKey) ?? [];
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
        const key = this.#pages.shapeKey("POST", record.request.url);
        if (key !== null) pushTo(this.#mutations, key, record);
        last = { record, number };
      }
      // The index cannot distinguish this change from one that was sent without a page of its own.
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
      const known = number === 1 ? this.#pages.known(url) : null;
      return (
        versions.get(url)?.get(number - 1) ??
        (known?.seenAfterMutation === false ? known.html : undefined)
      );
    };
    const [same, ...plainer] = plainerUrls(after.url);
    const exact = seen(same as string);
    if (exact !== undefined) return exact;
    if (mutation.before?.url === after.url) return mutation.before.html;
    // Parameters that only the answer to a change adds to an address (a notice) leave the page the same one.
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
    const key = this.#pages.shapeKey("POST", mutation.request.url);
    if (key === null) return;
    const html = this.#pageBefore(mutation, record, versions, number);
    pushTo(
      this.#effects,
      key,
      new RecordedEffect(record, mutation, html ?? null, view, () =>
        this.#pages.featuresOfEvent(mutation),
      ),
    );
  }
}
