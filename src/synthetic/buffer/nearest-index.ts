/**
 * Finds the entries most similar to a query without comparing all of them. The result is the one that a scan with
 * `similarityTo` gives, to the last digit and in the same order.
 *
 * Entries with the same kind of cause (method, origin, depth of the path, names of parameters and fields) share a
 * table. In a table, similarity depends only on how many values equal those of the query. So a table has an upper
 * bound, and tables below the k-th best entry are skipped. Equal causes share a row: a page opened 1,000 times is
 * compared once.
 */

import type { PageEvent, PageRequest } from "../../core/experience.ts";
import type { PageSnapshot } from "../../core/site-request.ts";
import { splitUrl } from "../../page/url-parts.ts";
import type { BufferEntry } from "./entry.ts";
import { eventOfRecord, type ExperienceRecord } from "./experience-records.ts";
import { NearestList, type RankedEntry } from "./nearest-list.ts";
import { NearestTable, type Cause, type TableKind } from "./nearest-table.ts";
import { type CauseQuery, firstValues } from "./similarity.ts";

/** The one field of an input event: the element that it happens on. */
const ELEMENT = "element";

export class NearestIndex {
  readonly #tables = new Map<string, Map<string, NearestTable>>();
  /** A number for each text, so that comparing two texts is comparing two numbers. */
  readonly #tokens = new Map<string, number>();

  add(entry: BufferEntry): void {
    for (const cause of causesOf(entry.record)) {
      const { kind, values } = this.#place(cause);
      const family = this.#family(kind.family);
      const key = keyOfKind(kind);
      let table = family.get(key);
      if (table === undefined) {
        table = new NearestTable(kind);
        family.set(key, table);
      }
      table.add(values, entry);
    }
  }

  remove(entry: BufferEntry): void {
    for (const cause of causesOf(entry.record)) {
      const { kind, values } = this.#place(cause);
      this.#family(kind.family).get(keyOfKind(kind))?.remove(values, entry);
    }
  }

  /** The entries with the same cause: the same request, or the same kind of event on the same element. */
  withCauseOf(record: ExperienceRecord): readonly BufferEntry[] {
    const { kind, values } = this.#place(describe(record));
    return this.#family(kind.family).get(keyOfKind(kind))?.entriesAt(values) ?? [];
  }

  /** The k entries most similar to a query, nearest first; of equally near ones the older first. */
  nearest(query: CauseQuery, k: number): RankedEntry[] {
    const list = new NearestList(k);
    const asked = describeQuery(query);
    if (asked === null) return [];
    const lookUp = (text: string): number => this.#tokens.get(text) ?? -1;
    const searches = [...(this.#tables.get(asked.family)?.values() ?? [])].map((table) =>
      table.prepare(asked, lookUp),
    );
    for (const search of searches.sort((a, b) => b.bound - a.bound)) {
      if (search.bound < list.worst) break;
      search.into(list);
    }
    return list.entries;
  }

  #family(name: string): Map<string, NearestTable> {
    let family = this.#tables.get(name);
    if (family === undefined) {
      family = new Map();
      this.#tables.set(name, family);
    }
    return family;
  }

  #place(cause: Cause): { kind: TableKind; values: number[] } {
    const { family, url, origin, segments, params, fields } = cause;
    const [paramNames, fieldNames] = [[...params.keys()].sort(), [...fields.keys()].sort()];
    const token = (text: string): number => this.#token(text);
    return {
      kind: { family, origin, depth: segments.length, params: paramNames, fields: fieldNames },
      values: [
        token(url),
        ...segments.map(token),
        ...paramNames.map((name) => token(params.get(name) as string)),
        ...fieldNames.map((name) => token(fields.get(name) as string)),
      ],
    };
  }

  #token(text: string): number {
    let token = this.#tokens.get(text);
    if (token === undefined) {
      token = this.#tokens.size;
      this.#tokens.set(text, token);
    }
    return token;
  }
}

/** A text that is the same for two causes whose similarity to any query is decided by equal values alone. */
export function kindOfRecord(record: ExperienceRecord): string {
  const { family, origin, segments, params, fields } = describe(record);
  return `${family} ${keyOfKind({
    family,
    origin,
    depth: segments.length,
    params: [...params.keys()].sort(),
    fields: [...fields.keys()].sort(),
  })}`;
}

function keyOfKind({ origin, depth, params, fields }: TableKind): string {
  return JSON.stringify([origin, depth, params, fields]);
}

/** Its own cause: the request, or the event that only changed a page. */
function describe(record: ExperienceRecord): Cause {
  return record.kind === "load"
    ? causeOfRequest(record.request)
    : causeOfEvent(record.event, record.before);
}

/** A page that a script opened was caused by a request and by an event. */
function causesOf(record: ExperienceRecord): Cause[] {
  const event = eventOfRecord(record);
  const isOpenedByScript = record.kind === "load" && event !== null && record.before !== null;
  return isOpenedByScript
    ? [describe(record), causeOfEvent(event, record.before as PageSnapshot)]
    : [describe(record)];
}

function describeQuery({ cause, page }: CauseQuery): Cause | null {
  if (cause.kind === "request") return causeOfRequest(cause.request);
  return page === null ? null : causeOfEvent(cause.event, page);
}

function causeOfRequest({ method, url, fields }: PageRequest): Cause {
  return causeAt(`load ${method}`, url, firstValues(fields ?? []));
}

function causeOfEvent({ kind, element }: PageEvent, page: PageSnapshot): Cause {
  return causeAt(`reaction ${kind}`, page.url, new Map([[ELEMENT, String(element)]]));
}

function causeAt(family: string, url: string, fields: ReadonlyMap<string, string>): Cause {
  const { origin, segments, params } = splitUrl(url);
  return { family, url, origin, segments, params: firstValues(params), fields };
}
