import { describe, expect, it } from "vitest";
import { visitTask } from "../../test/support/third-site/record-visits.ts";
import type { Score } from "../core/score.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import type { DreamedAnswer } from "./dream-transport.ts";
import { placeholderId } from "./placeholder-id.ts";
import { createAbstainingEvaluator } from "./abstention.ts";

const URL_OF_PAGE = "http://seeds.test/jar/7";

/** The score of an answer given on a doubtful page, part of which was a guess. */
async function scoreOf(answer: string, guesses: string[], certainty = 0.2): Promise<Score> {
  const finalPage = { url: URL_OF_PAGE, html: "<p>Wren</p><p>Robin</p>" };
  const next = {
    kind: "page" as const,
    url: URL_OF_PAGE,
    status: 200,
    redirectStatus: null,
    html: finalPage.html,
  };
  const request = { method: "GET" as const, url: URL_OF_PAGE, fields: null };
  return await createAbstainingEvaluator(createEvaluator(), {
    minCertainty: 0.5,
    certaintyOfProbes: () => 1,
    certaintyOf: () => certainty,
    answers: [
      {
        cause: { kind: "request", request },
        from: null,
        prediction: { reasoning: "", next, evidence: [], certainty, guesses },
      },
    ],
  }).evaluate(visitTask("who", { checks: [{ kind: "string_match", exactMatch: "Wren" }] }), {
    answer,
    finalUrl: URL_OF_PAGE,
    finalPage,
    finalMarkup: finalPage.html,
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

  it("is not scored when it is wrong on a page that nothing is known about", async () => {
    expect(await scoreOf("Robin", [], 0)).toMatchObject({ status: "unscored" });
  });

  it("is not scored when it repeats a guess or an open place of the dream", async () => {
    expect(await scoreOf("robin", ["Robin"])).toMatchObject({ status: "unscored" });
    expect(await scoreOf("…", [])).toMatchObject({ status: "unscored" });
  });

  it("is not scored when a guessed order led to the page that shows it", async () => {
    expect(await scoreOf("Robin", ["/jar/7"])).toMatchObject({ status: "unscored" });
    expect(await scoreOf("Crow", ["/jar/7"])).toMatchObject({ status: "scored", value: 0 });
  });
});

/** The score of a page that a check reads. The page was dreamed with little certainty, after a form was sent. */
async function scoreOfPage(shown: string, sent: string, phrase: string): Promise<Score> {
  const page = { url: URL_OF_PAGE, html: `<p>${shown}</p>` };
  const locator = "document.querySelector('p').outerText";
  const target = { url: URL_OF_PAGE, locator, required: { mustInclude: [phrase] } };
  return await createAbstainingEvaluator(createEvaluator(), {
    minCertainty: 0.5,
    certaintyOfProbes: () => 0.2,
    certaintyOf: () => 0.2,
    answers: [],
  }).evaluate(visitTask("see", { checks: [{ kind: "program_html", targets: [target] }] }), {
    answer: "",
    finalUrl: URL_OF_PAGE,
    finalPage: page,
    finalMarkup: page.html,
    requests: [
      {
        kind: "document",
        method: "POST",
        url: URL_OF_PAGE,
        fields: [["text", sent]],
        status: 302,
        redirect: URL_OF_PAGE,
      },
    ],
    probe: { open: () => Promise.resolve({ page }) },
  });
}

describe("a doubtful page in a dream", () => {
  it("is correct where it shows the text that a form sent, and is unscored otherwise", async () => {
    expect(await scoreOfPage("Bring tea", "Bring tea", "bring tea")).toMatchObject({ value: 1 });
    expect(await scoreOfPage("Bring tea", "Bring cake", "bring tea")).toMatchObject({
      status: "unscored",
    });
    expect(await scoreOfPage("…", "Bring tea", "bring tea")).toMatchObject({ status: "unscored" });
  });
});

/** The score of a form that was sent from a page, for a check of the sent values. */
async function scoreOfSending(
  sent: { path: string; fields: [string, string][]; entered: string[] },
  expected: { path: string; fields: Record<string, string> },
  certainty: number,
): Promise<Score> {
  const url = `http://seeds.test${sent.path}`;
  const prediction = (): DreamedAnswer["prediction"] => ({
    reasoning: "",
    next: { kind: "unchanged" },
    evidence: [],
    certainty,
  });
  const entries = sent.entered.map((text): DreamedAnswer => ({
    cause: { kind: "event", event: { kind: "type", element: 0, text } },
    from: URL_OF_PAGE,
    prediction: prediction(),
  }));
  const event = {
    present: true,
    method: "POST",
    url: `http://seeds.test${expected.path}`,
    postData: expected.fields,
  };
  const finalPage = { url: URL_OF_PAGE, html: "" };
  return await createAbstainingEvaluator(createEvaluator(), {
    minCertainty: 0.5,
    certaintyOfProbes: () => 1,
    certaintyOf: () => certainty,
    answers: [
      ...entries,
      {
        cause: { kind: "request", request: { method: "POST", url, fields: sent.fields } },
        from: URL_OF_PAGE,
        prediction: prediction(),
      },
    ],
  }).evaluate(visitTask("send", { checks: [{ kind: "network_event", events: [event] }] }), {
    answer: "",
    finalUrl: URL_OF_PAGE,
    finalPage,
    finalMarkup: finalPage.html,
    requests: [
      { kind: "document", method: "POST", url, fields: sent.fields, status: 303, redirect: null },
    ],
    probe: { open: () => Promise.resolve({ page: null, reason: "not asked for" }) },
  });
}

describe("a form sent in a dream", () => {
  const expected = { path: "/jar/7/thanks", fields: { note: "Lovely", list: "Work" } };
  const sent = (list: string, note = "Lovely", path = expected.path) => ({
    path,
    fields: [
      ["note", note],
      ["list", list],
    ] as [string, string][],
    entered: [note],
  });

  it("is not scored when only a field differs that a doubtful page had filled in", async () => {
    expect(await scoreOfSending(sent("Holidays"), expected, 0.4)).toMatchObject({
      status: "unscored",
    });
  });

  it("is wrong when the page was as good as seen, or when the entered text is wrong", async () => {
    const wrong = { status: "scored", value: 0 };
    expect(await scoreOfSending(sent("Holidays"), expected, 0.95)).toMatchObject(wrong);
    expect(await scoreOfSending(sent("Holidays", "Ugly"), expected, 0.4)).toMatchObject(wrong);
  });

  it("is not scored when its address holds a stand-in, and is wrong at another known one", async () => {
    const unseen = `/jar/${placeholderId("a jar")}/thanks`;
    expect(await scoreOfSending(sent("Work", "Lovely", unseen), expected, 0.95)).toMatchObject({
      status: "unscored",
    });
    const other = "/jar/8/thanks";
    expect(await scoreOfSending(sent("Work", "Lovely", other), expected, 0.4)).toMatchObject({
      status: "scored",
      value: 0,
    });
  });
});
