/** Every place where WebArena's own scoring and ours differ: the same outcome under both profiles. */

import { describe, expect, it } from "vitest";
import type { EpisodeOutcome } from "../core/evaluator.ts";
import type { Check, Task } from "../core/task.ts";
import { createEvaluator } from "./evaluator.ts";
import type { Judge } from "./judge.ts";
import type { ScoringProfile } from "./profile.ts";

const FINAL = "http://forum.test/f/books/new/a-title";

function outcome(fields: Partial<EpisodeOutcome>): EpisodeOutcome {
  return {
    answer: "",
    finalUrl: FINAL,
    finalPage: { url: FINAL, html: "<p>final" },
    finalMarkup: "<p>final",
    requests: [],
    probe: { open: async (url) => ({ page: { url, html: `<p id=at>${url}</p>` } }) },
    ...fields,
  };
}

/** Agrees with every answer that holds the word "yes"; gives no verdict to "hm". */
const judge: Judge = {
  judge: async ({ answer }) => ({
    agrees: answer === "hm" ? null : answer.includes("yes"),
    reason: `I read ${answer}`,
  }),
};

async function scoreOf(profile: ScoringProfile, check: Check, fields: Partial<EpisodeOutcome>) {
  const task: Task = {
    id: "1",
    goal: "Do it",
    startUrls: [],
    sites: [],
    maxSteps: 3,
    checks: [check],
    templateId: 1,
    world: "",
  };
  const score = await createEvaluator({ judge, profile }).evaluate(task, outcome(fields));
  return score.status === "scored" ? score.value : score.reason;
}

const said = (fields: object): Check => ({ kind: "string_match", ...fields });
const onPages = (...targets: [url: string, locator: string, required: object][]): Check => ({
  kind: "program_html",
  targets: targets.map(([url, locator, required]) => ({ url, locator, required })),
});
const onUrl = (...urls: string[]): Check => ({ kind: "url_match", urls });
const AT = "document.querySelector('#at').outerText";
const answer = (text: string) => ({ answer: text });
const finalUrl = (url: string) => ({ finalUrl: url });

/** `[what, check, outcome, score under strict, score under webarena]` */
const DEVIATIONS: [string, Check, Partial<EpisodeOutcome>, number, number][] = [
  // 4.2 string_match
  ["|OR| inside a phrase of an answer", said({ mustInclude: ["65 |OR| 3"] }), answer("3"), 1, 0],
  [
    "a full stop after a number in mid-text",
    said({ mustInclude: ["0"] }),
    answer("there are 0. that is all"),
    1,
    0,
  ],
  ["a currency sign that NLTK keeps", said({ mustInclude: ["5"] }), answer("€5"), 1, 0],
  ["a sign of equality that NLTK keeps", said({ mustInclude: ["5"] }), answer("n=5"), 1, 0],
  [
    "the judge of reasons replaces what failed before",
    said({ exactMatch: "x", fuzzyMatch: ["N/A"], note: "no such item" }),
    answer("yes, none"),
    0,
    1,
  ],
  [
    "the judge is asked about the reference itself",
    said({ fuzzyMatch: ["blue kettle"] }),
    answer("blue kettle"),
    1,
    0,
  ],
  // 4.4 url_match
  [
    "a longer last segment",
    onUrl("http://a.test/issues/7"),
    finalUrl("http://a.test/issues/71"),
    0,
    1,
  ],
  ["a longer path", onUrl("http://a.test/viewed"), finalUrl("http://a.test/viewedasdf"), 0, 1],
  [
    "query values of different alternatives",
    onUrl("http://a.test/x?p=1&q=1", "http://a.test/x?p=2&q=2"),
    finalUrl("http://a.test/x?p=1&q=2"),
    0,
    1,
  ],
  [
    "a slash before the question mark",
    onUrl("http://a.test/issues/?scope=all"),
    finalUrl("http://a.test/issues?scope=all"),
    1,
    0,
  ],
  ["percent-encoding", onUrl("http://a.test/a b"), finalUrl("http://a.test/a%20b"), 1, 0],
  [
    "a query parameter without a value",
    onUrl("http://a.test/x?q=&r=1"),
    finalUrl("http://a.test/x?r=1"),
    0,
    1,
  ],
  // 4.5 program_html
  [
    "`last` after another page",
    onPages(
      ["http://a.test/one", AT, { exactMatch: "http://a.test/one" }],
      ["last", AT, { exactMatch: "http://a.test/one" }],
    ),
    {},
    0,
    1,
  ],
  [
    "only the first kind of condition counts on a page",
    onPages(["http://a.test/one", AT, { exactMatch: "http://a.test/one", mustInclude: ["zzz"] }]),
    {},
    0,
    1,
  ],
  [
    "an id that is not a number, in the address of a post",
    onPages([
      "func:reddit_get_post_url('__last_url__')",
      AT,
      { exactMatch: "http://forum.test/f/books/new/" },
    ]),
    {},
    0,
    1,
  ],
];

/** Rules that look odd and that both profiles share. `[what, check, outcome, score]` */
const SHARED: [string, Check, Partial<EpisodeOutcome>, number][] = [
  ["one pair of quotes goes", said({ exactMatch: "Tea" }), answer(` "tea" `), 1],
  ["a lone quote is an empty text", said({ exactMatch: "'" }), answer(""), 1],
  ["numbers are not normalised", said({ exactMatch: "1000" }), answer("1,000"), 0],
  ["one character must be a token", said({ mustInclude: ["5"] }), answer("15 items"), 0],
  ["one character alone", said({ mustInclude: ["5"] }), answer("it has 5."), 1],
  ["$0.00 holds no token 0", said({ mustInclude: ["0"] }), answer("$0.00"), 0],
  ["1,000 stays whole", said({ mustInclude: ["1"] }), answer("1,000"), 0],
  ["5-star stays whole", said({ mustInclude: ["5"] }), answer("5-star"), 0],
  ["5/5 stays whole", said({ mustInclude: ["5"] }), answer("5/5"), 0],
  ["brackets and % split off", said({ mustInclude: ["5"] }), answer("(5%)"), 1],
  ["two phrases are substrings", said({ mustInclude: ["1", "5"] }), answer("15"), 1],
  ["two characters are a substring", said({ mustInclude: ["17"] }), answer("00170"), 1],
  ["a bare N/A passes", said({ fuzzyMatch: ["N/A"], note: "none" }), answer("n/a"), 1],
  ["a reason is judged", said({ fuzzyMatch: ["N/A"], note: "none" }), answer("yes"), 1],
  ["every fuzzy reference counts", said({ fuzzyMatch: ["a", "b"] }), answer("no"), 0],
  ["the scheme does not count", onUrl("http://a.test/x"), finalUrl("https://a.test/x"), 1],
  ["a fragment does not count", onUrl("http://a.test/x"), finalUrl("http://a.test/x#y"), 1],
  ["a last slash does not count", onUrl("http://a.test/x/"), finalUrl("http://a.test/x"), 1],
  ["more parameters do not count", onUrl("http://a.test/x"), finalUrl("http://a.test/x?q=1"), 1],
  ["the case of a path counts", onUrl("http://a.test/X"), finalUrl("http://a.test/x"), 0],
  [
    "one alternative is enough",
    onUrl("http://b.test/", "http://a.test/"),
    finalUrl("http://a.test/"),
    1,
  ],
  [
    "a repeated parameter: one value is enough",
    onUrl("http://a.test/x?l=2"),
    finalUrl("http://a.test/x?l=1&l=2"),
    1,
  ],
  [
    "an empty locator is the whole page",
    onPages(["http://a.test/one", "", { mustInclude: ["id=at"] }]),
    {},
    1,
  ],
  [
    "null is the text None",
    onPages(["last", "document.querySelector('#none')", { exactMatch: "None" }]),
    {},
    1,
  ],
  [
    "an exception is an empty text",
    onPages(["last", "document.querySelector('#none').outerText", { exactMatch: "" }]),
    {},
    1,
  ],
  [
    "|OR| works in phrases on pages",
    onPages(["last", "document.querySelector('p').outerText", { mustInclude: ["x |OR| fin"] }]),
    {},
    1,
  ],
  [
    "phrases on pages are substrings, however short",
    onPages(["last", "document.querySelector('p').outerText", { mustInclude: ["f"] }]),
    {},
    1,
  ],
  [
    "entities are decoded",
    onPages(["last", "document.querySelector('p').textContent", { exactMatch: "a & b" }]),
    { finalPage: { url: FINAL, html: "<p>a &amp;amp; b</p>" } },
    1,
  ],
];

describe("the profiles", () => {
  it.each(DEVIATIONS)("differ: %s", async (_, check, fields, strict, webarena) => {
    expect([
      await scoreOf("strict", check, fields),
      await scoreOf("webarena", check, fields),
    ]).toEqual([strict, webarena]);
  });

  it.each(SHARED)("agree: %s", async (_, check, fields, score) => {
    for (const profile of ["strict", "webarena"] as const)
      expect([profile, await scoreOf(profile, check, fields)]).toEqual([profile, score]);
  });

  it("leave an episode unscored when the judge gives no verdict, where WebArena crashes", async () => {
    for (const profile of ["strict", "webarena"] as const)
      expect(await scoreOf(profile, said({ fuzzyMatch: ["tea"] }), answer("hm"))).toContain(
        "the judge gave no verdict",
      );
  });

  it("name what a target lacks", async () => {
    const target = { url: "last", required: { exactMatch: "x" } };
    const check = { kind: "program_html", targets: [target] } as unknown as Check;
    expect(await scoreOf("strict", check, {})).toBe(
      "program_html: expected a text in `locator` of a target, got nothing; an empty one stands for the whole page",
    );
  });
});
