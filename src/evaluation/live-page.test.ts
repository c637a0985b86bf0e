/** Checks that read a page in a running browser. */

import { describe, expect, it } from "vitest";
import type { EpisodeOutcome, LivePage } from "../core/evaluator.ts";
import type { Check } from "../core/task.ts";
import { createEvaluator } from "./evaluator.ts";
import type { ScoringProfile } from "./profile.ts";

const FINAL = "http://a.test/final";

async function scoreOf(
  profile: ScoringProfile,
  check: Check,
  { probe }: Pick<EpisodeOutcome, "probe">,
) {
  const score = await createEvaluator({ profile }).evaluate(
    {
      id: "1",
      goal: "Do it",
      startUrls: [],
      sites: [],
      maxSteps: 3,
      checks: [check],
      templateId: 1,
      world: "",
    },
    {
      answer: "",
      finalUrl: FINAL,
      finalPage: { url: FINAL, html: "" },
      finalMarkup: "",
      requests: [],
      probe,
    },
  );
  return score.status === "scored" ? score.value : score.reason;
}

const onPages = (...targets: [url: string, locator: string, required: object][]): Check => ({
  kind: "program_html",
  targets: targets.map(([url, locator, required]) => ({ url, locator, required })),
});

describe("a live page", () => {
  const seen: string[] = [];
  const page: LivePage = {
    url: FINAL,
    evaluate: async (expression) => {
      seen.push(expression);
      return expression.includes("#gone") ? { failed: true } : { failed: false, value: 3 };
    },
    source: async () => "<p>source",
  };
  const probe: EpisodeOutcome["probe"] = {
    open: async () => ({ page: null, reason: "not here" }),
    visit: async (url, body) =>
      url === "http://a.test/down" ? { reason: "down" } : { value: await body(page) },
  };
  const COUNT = "document.querySelector('select').selectedIndex";

  it("is what `webarena` reads, with locators as they are written", async () => {
    const score = (check: Check) => scoreOf("webarena", check, { probe });
    expect(await score(onPages(["last", COUNT, { exactMatch: "3" }]))).toBe(1);
    expect(seen.at(-1)).toBe(COUNT);
    expect(await score(onPages(["last", "", { mustInclude: ["source"] }]))).toBe(1);
    const gone = "document.querySelector('#gone').outerText";
    expect(await score(onPages(["http://a.test/x", gone, { exactMatch: "" }]))).toBe(1);
    expect(await score(onPages(["http://a.test/down", COUNT, { exactMatch: "3" }]))).toBe(
      "program_html: http://a.test/down could not be opened: down",
    );
  });

  it("runs nothing that does more than read", async () => {
    const before = seen.length;
    for (const locator of [
      "document.querySelector('form').submit()",
      "document.querySelector('a').click()",
      "fetch('/x')",
    ])
      expect(
        await scoreOf("webarena", onPages(["last", locator, { exactMatch: "3" }]), { probe }),
      ).toMatch(/^program_html: the check could not run/u);
    expect(seen).toHaveLength(before);
  });

  it("gets the clicks that a target asks for, in both profiles", async () => {
    const click = "document.querySelector('.title').click()";
    const check: Check = {
      kind: "program_html",
      targets: [
        { url: "last", locator: COUNT, required: { exactMatch: "3" }, prepActions: [click] },
      ],
    };
    for (const profile of ["strict", "webarena"] as const) {
      expect(await scoreOf(profile, check, { probe })).toBe(1);
      expect(seen.slice(-2)).toEqual([click, COUNT]);
    }
  });
});
