import { describe, expect, it } from "vitest";
import type { PageRequest } from "../../../core/experience.ts";
import { learnFieldWeights, likeFields } from "./field-weights.ts";

const form = (fields: Record<string, string>): PageRequest => ({
  method: "POST",
  url: "http://wiki.test/save",
  fields: Object.entries(fields),
});

const KEPT = { token: "1", rev: "0", format: "wiki", minor: "" };
const examples = [
  ...["Oak", "Elm", "Yew", "Fir"].map((text) => ({
    request: form({ ...KEPT, text, save: "Save" }),
    outcome: "to the page",
  })),
  ...["", ""].map((text) => ({
    request: form({ ...KEPT, text, save: "Save" }),
    outcome: "shown again",
  })),
  ...["Ash", "Box"].map((text) => ({
    request: form({ ...KEPT, text, preview: "Preview" }),
    outcome: "shown again",
  })),
];
const weights = learnFieldWeights(
  examples.map(({ request, outcome }) => ({ fields: request.fields, outcome })),
);

describe("the fields that decide the answer to a form", () => {
  it("are learned from the answers: the button, and the text that must not be empty", () => {
    expect(weights.get("token")).toBe(1);
    expect(weights.get("minor")).toBe(1);
    for (const name of ["text", "save"]) expect(weights.get(name), name).toBeGreaterThan(2);
  });

  it("count more than fields that are merely equal", () => {
    const asked = form({
      token: "9",
      rev: "7",
      format: "wiki",
      minor: "",
      text: "Gum",
      save: "Save",
    });
    const likest = examples.toSorted(
      (a, b) => likeFields(b.request, asked, weights) - likeFields(a.request, asked, weights),
    );
    expect(likest.slice(0, 4).map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: 4 }, () => "to the page"),
    );
  });

  it("do not exist where all answers were the same", () => {
    const alike = examples.map(({ request }) => ({ fields: request.fields, outcome: "same" }));
    expect(learnFieldWeights(alike).size).toBe(0);
    expect(likeFields(form({}), form({}), new Map())).toBe(1);
  });
});
