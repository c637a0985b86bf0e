/** Hand-worked readings of each kind. The expected ones are what WebArena-Verified 1.2.3 reads. */

import { describe, expect, it } from "vitest";
import { KIND_NAMES, type KindName, READERS } from "./kinds.ts";
import { WrittenNumber } from "./python-text.ts";
import type { ReadContext } from "./typed-value.ts";

const CONTEXT: ReadContext = { strict: true, takesPatterns: true, toPlaceholder: null };

/** What the kind reads; undefined where it reads nothing. */
function read(kind: KindName, raw: unknown): unknown {
  try {
    return READERS[kind](raw, CONTEXT).alternatives[0];
  } catch {
    return undefined;
  }
}

const equal = (kind: KindName, one: unknown, other: unknown): boolean =>
  READERS[kind](one, CONTEXT).equals(READERS[kind](other, CONTEXT));

/** Raw values and what they mean, in turn. */
const READINGS: Partial<Record<KindName, [unknown, unknown][]>> = {
  string: [
    ["Quest Lumaflex™ Band", "quest lumaflex band"],
    ["foo-bar 12-34", "foo bar 12-34"],
    ["  A  B ", "a b"],
    ["é ß æ ½ …", "e ss ae 1/2 ..."],
    ["’quote’", "'quote'"],
    [0, ""],
    [new WrittenNumber("1.0"), "1.0"],
    [true, "true"],
    [null, ""],
  ],
  number: [
    ["1,234", 1234],
    ["twenty-three", 23],
    ["two hundred and five", 205],
    ["1e3", 1000],
    ["1_000", 1000],
    ["point five", 0.5],
    ["１２", 12],
    [true, 1],
    ["5 items", undefined],
    ["12%", undefined],
    ["--5", undefined],
    ["", undefined],
  ],
  currency: [
    ["$1,234.56", 1234.56],
    ["1.234,56", 1234.56],
    ["1 234,56 €", 1234.56],
    ["1'234.50", 1234.5],
    ["1,234", 1.234],
    ["12,34", 12.34],
    ["-36.39", -36.39],
    ["$-5", 5],
    ["free", 0],
    ["about 36.39 dollars", 36.39],
    ["50%", undefined],
    ["abc", undefined],
  ],
  date: [
    ["March 2, 2022", "2022-03-02"],
    ["2nd March 2022", "2022-03-02"],
    ["Wed, March 2,2022", "2022-03-02"],
    ["3/2/2022", "2022-03-02"],
    ["31/12/2022", "2022-12-31"],
    ["2022.03.02", "2022-03-02"],
    ["20220302", "2022-03-02"],
    ["2-Mar-2022", "2022-03-02"],
    ["2022-03-02T10:00:00+02:00", "2022-03-02"],
    ["March 2, 2022, 10:15:30 AM", "2022-03-02"],
    ["march 2 '22", "2022-03-02"],
    ["March 32, 2022", undefined],
    ["2022-13-02", undefined],
    ["2 marzo 2022", undefined],
    ["today", undefined],
  ],
  month: [
    ["sept", "September"],
    ["05", "May"],
    [5, "May"],
    ["5/2023", "May"],
    ["2023-05", "May"],
    ["5.0", "January"],
    ["13", undefined],
    ["Mai", undefined],
  ],
  boolean: [
    ["Yes", true],
    ["off", false],
    [2, true],
    ["maybe", undefined],
    [null, undefined],
  ],
  duration: [
    ["1hr 35min", 5700],
    ["1:35", 95],
    ["1:35 hours", 5700],
    ["2:15:30", 8130],
    ["1 hour, 5 minutes", 3900],
    ["1.5 hours", 5400],
    ["- 5 min", -300],
    ["90", undefined],
    ["1 hour and 5 minutes", undefined],
    ["3h30", undefined],
  ],
  distance: [
    ["2km", 2000],
    ["1,200 m", 1200],
    ["3 miles", 4828.032],
    ["10k", 10_000],
    ["1/2 mile", 804.672],
    ["5 feet", 1.524],
    ["557", undefined],
    ["2 km 300 m", undefined],
    ["2 kms", undefined],
    ["3 min", undefined],
  ],
  coordinates: [
    ["40.44, -79.93", { latitude: 40.44, longitude: -79.93 }],
    [["40.4", -79.9], { latitude: 40.4, longitude: -79.9 }],
    [
      { lat: 40.4, lng: "-79.9" },
      { latitude: 40.4, longitude: -79.9 },
    ],
    ["40 30m 0s, -79 30m 0s", { latitude: 40.5, longitude: -79.5 }],
    ["(40.44, -79.93)", undefined],
    ["95, 10", undefined],
  ],
  string_list: [
    ["632, 64,86", ["632", "64", "86"]],
    [",", undefined],
  ],
  null: [
    ["N / A", null],
    ["", null],
    [0, undefined],
  ],
  json: [
    ['{"b": 1, "a": [2]}', '{"a":[2],"b":1}'],
    ["{", undefined],
  ],
  markdown: [["##  Title\r\n\n\n\n* One\n[a\n b](x )", "## Title\n\n- One\n[a b](x)"]],
  base64: [
    ["SGVsbG8gV29ybGQ=", "Hello World"],
    ["SGVsbG8", undefined],
  ],
};

describe("READERS", () => {
  for (const [kind, readings] of Object.entries(READINGS))
    it(`reads the kind ${kind}`, () => {
      for (const [raw, value] of readings) {
        const found = read(kind as KindName, raw);
        if (typeof value === "number" && typeof found === "number")
          expect(found, String(raw)).toBeCloseTo(value, 9);
        else expect(found, JSON.stringify(raw)).toEqual(value);
      }
    });

  it("rejects a list of one, and takes a longer one as alternatives", () => {
    for (const kind of KIND_NAMES.filter((name) => !["coordinates", "null"].includes(name)))
      expect(read(kind, ["1"]), kind).toBeUndefined();
    expect(equal("number", [3, 4], "four")).toBe(true);
    expect(equal("number", [3, 4], 5)).toBe(false);
  });

  it("compares with the tolerance of each kind", () => {
    expect(equal("currency", 36.39, 36.49)).toBe(true);
    expect(equal("currency", 36.39, 36.5)).toBe(false);
    expect(equal("duration", "2min", "5 min")).toBe(true);
    expect(equal("duration", "2min", "5 min 1 s")).toBe(false);
    expect(equal("duration", "100 min", "111 min")).toBe(true);
    expect(equal("distance", "2km", "2.04 km")).toBe(true);
    expect(equal("distance", "2km", "2.05 km")).toBe(false);
    expect(equal("coordinates", "40.44, -79.93", "40.440009, -79.93")).toBe(true);
    expect(equal("coordinates", "40.44, -79.93", "40.4401, -79.93")).toBe(false);
    expect(equal("location-name", "apple store shadyside", "Shadyside Apple Store")).toBe(true);
    expect(equal("location-name", "Carnegie Mellon University", "Carnegie Mellon Univ")).toBe(true);
    expect(equal("location-name", "Princeton University", "Yale University")).toBe(false);
  });

  it("takes a pattern on either side, unless the context does not", () => {
    expect(equal("string", "^#?\\s*0*170$", "#000170")).toBe(true);
    expect(equal("string", "Quest", "^.*$")).toBe(true);
    expect(() => READERS.string("^.*$", { ...CONTEXT, takesPatterns: false })).toThrow(/pattern/u);
    expect(() => READERS.number([1, 2], { ...CONTEXT, takesPatterns: false })).toThrow(/list/u);
  });

  it("keeps letters that have no ASCII form, so that two of them differ", () => {
    expect(equal("string", "北京", "北京")).toBe(true);
    expect(equal("string", "北京", "東京")).toBe(false);
  });

  it("compares the addresses of repositories without their hosts", () => {
    const repository = "git@__SSH_HOST__:root/metaseq.git";
    expect(equal("url", repository, "ssh://git@localhost:2222/root/metaseq.git")).toBe(true);
    expect(equal("url", repository, "git@localhost:root/other.git")).toBe(false);
  });
});
