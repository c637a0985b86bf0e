import { describe, expect, it } from "vitest";
import { visitTask } from "../../test/support/third-site/record-visits.ts";
import type { Score } from "../core/score.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { withholdDoubt } from "./withhold-doubt.ts";

const URL_OF_PAGE = "http://seeds.test/jar/7";

/** The score of an answer given on a doubtful page, part of which was a guess. */
async function scoreOf(answer: string, guesses: string[]): Promise<Score> {
  const finalPage = { url: URL_OF_PAGE, html: "<p>Wren</p><p>Robin</p>" };
  const change = {
    kind: "page" as const,
    url: URL_OF_PAGE,
    status: 200,
    redirected: false,
    base: finalPage.html,
    edits: [],
  };
  const request = { method: "GET" as const, url: URL_OF_PAGE, fields: null };
  return await withholdDoubt(createEvaluator(), {
    minCertainty: 0.5,
    certaintyOfProbes: () => 1,
    certaintyOf: () => 0.2,
    answers: [
      {
        cause: { kind: "request", request },
        from: null,
        prediction: { reasoning: "", change, evidence: [], certainty: 0.2, guesses },
      },
    ],
  }).evaluate(visitTask("who", { checks: [{ kind: "string_match", exactMatch: "Wren" }] }), {
    answer,
    finalUrl: URL_OF_PAGE,
    finalPage,
    requests: [],
    probe: { open: () => Promise.resolve({ page: null, reason: "not asked for" }) },
  });
}

describe("an answer in a dream", () => {
  it("is right when it is right and the page shows it, however doubtful the page", async () => {
    expect(await scoreOf("Wren", [])).toMatchObject({ status: "scored", value: 1 });
  });

  it("is wrong when it is wrong", async () => {
    expect(await scoreOf("Robin", [])).toMatchObject({ status: "scored", value: 0 });
  });

  it("is not scored when it repeats what the dream guessed or left open", async () => {
    expect(await scoreOf("robin", ["Robin"])).toMatchObject({ status: "unscored" });
    expect(await scoreOf("…", [])).toMatchObject({ status: "unscored" });
  });

  it("is not scored when a guessed order led to the page that shows it", async () => {
    expect(await scoreOf("Robin", ["/jar/7"])).toMatchObject({ status: "unscored" });
    expect(await scoreOf("Crow", ["/jar/7"])).toMatchObject({ status: "scored", value: 0 });
  });
});
