import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BufferEntry } from "./entry.ts";
import type { ExperienceRecord } from "./experience-records.ts";
import { NearestIndex } from "./nearest-index.ts";
import { type CauseQuery, similarityTo, urlSimilarity } from "./similarity.ts";

const PAGE = { url: "http://a.test/", html: "" };
const word = fc.constantFrom("a", "b", "c", "d e");
const pairs = (names: string[]): fc.Arbitrary<[string, string][]> =>
  fc.array(fc.tuple(fc.constantFrom(...names), word), { maxLength: 3 });

/** Few words, so that parts of addresses often agree; doubled names, empty paths and equal pages under two URLs. */
const url = fc
  .record({
    origin: fc.constantFrom("http://a.test", "http://b.test"),
    segments: fc.array(word, { maxLength: 3 }),
    slash: fc.constantFrom("", "/"),
    params: pairs(["p", "q", "r"]),
  })
  .map(({ origin, segments, slash, params }) => {
    const query = new URLSearchParams(params).toString();
    const path = segments.map(encodeURIComponent).join("/");
    return `${origin}/${path}${path === "" ? "" : slash}${query === "" ? "" : `?${query}`}`;
  });
const request = fc.oneof(
  url.map((at) => ({ method: "GET" as const, url: at, fields: null })),
  fc.record({ method: fc.constant("POST" as const), url, fields: pairs(["f", "g", "p"]) }),
);
const event = fc.record({
  kind: fc.constantFrom("click" as const, "type" as const),
  element: fc.option(fc.nat(2)),
  text: fc.constant(null),
});
const record: fc.Arbitrary<ExperienceRecord> = fc.oneof(
  fc
    .record({ request, script: fc.option(event), at: url })
    .map(({ request: asked, script, at }) => ({
      kind: "load" as const,
      id: "t#0",
      trajectory: "t",
      step: 0,
      request: asked,
      script,
      browserEvent: null,
      before: script === null ? null : { url: at, html: "" },
      after: PAGE,
      status: 200,
      redirectStatus: null,
      mutationsBefore: 0,
    })),
  fc.record({ event, at: url }).map(({ event: happened, at }) => ({
    kind: "reaction" as const,
    id: "t#0",
    trajectory: "t",
    step: 0,
    event: happened,
    before: { url: at, html: "" },
    after: PAGE,
  })),
);
const query: fc.Arbitrary<CauseQuery> = fc.oneof(
  request.map((asked) => ({ page: null, cause: { kind: "request" as const, request: asked } })),
  fc.record({ event, at: fc.option(url) }).map(({ event: happened, at }) => ({
    page: at === null ? null : { url: at, html: "" },
    cause: { kind: "event" as const, event: happened },
  })),
);

function scan(entries: readonly BufferEntry[], asked: CauseQuery, k: number): unknown[] {
  return entries
    .map((entry) => ({ entry, similarity: similarityTo(asked, entry.record) }))
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, k);
}

function entriesOf(records: readonly ExperienceRecord[]): BufferEntry[] {
  return records.map((own, order) => ({ record: own, order, origin: null, uses: 0 }));
}

describe("urlSimilarity", () => {
  it("is worked out by hand", () => {
    const [a, b] = ["http://a.test/x/1?p=1&q=2", "http://a.test/x/2?p=1"];
    expect(urlSimilarity(a, a)).toBe(1);
    // One of two segments; of two names one in common, with equal values.
    expect(urlSimilarity(a, b)).toBeCloseTo(0.95 * (0.75 * (1.25 / 2.25) + 0.25 * 0.5), 12);
    expect(urlSimilarity(a, "http://a.test/x?p=1&q=2")).toBe(0);
    expect(urlSimilarity(a, a.replace("a.test", "b.test"))).toBe(0);
  });
});

describe("NearestIndex", () => {
  it("finds what a scan of all entries finds, in the same order", () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 60 }),
        fc.array(query, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 0, max: 70 }),
        (records, queries, k) => {
          const entries = entriesOf(records);
          const index = new NearestIndex();
          for (const entry of entries) index.add(entry);
          for (const asked of queries)
            expect(index.nearest(asked, k)).toEqual(scan(entries, asked, k));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("finds the same after entries have left and others have come", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(record, fc.boolean()), { maxLength: 150 }),
        fc.array(record, { maxLength: 20 }),
        query,
        fc.integer({ min: 1, max: 9 }),
        (before, after, asked, k) => {
          const entries = entriesOf([...before.map(([own]) => own), ...after]);
          const index = new NearestIndex();
          const stays = (_: unknown, i: number): boolean => before[i]?.[1] ?? true;
          for (const entry of entries.slice(0, before.length)) index.add(entry);
          for (const [i, entry] of entries.entries()) if (!stays(entry, i)) index.remove(entry);
          for (const entry of entries.slice(before.length)) index.add(entry);
          expect(index.nearest(asked, k)).toEqual(scan(entries.filter(stays), asked, k));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("knows the entries with the same cause", () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1, maxLength: 40 }), (records) => {
        const entries = entriesOf(records);
        const index = new NearestIndex();
        for (const entry of entries) index.add(entry);
        for (const { record: own, order } of entries)
          expect(index.withCauseOf(own).map((entry) => entry.order)).toContain(order);
      }),
    );
  });
});
