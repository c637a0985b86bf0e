import { describe, expect, it } from "vitest";
import { NameClassifier } from "./name-classifier.ts";

const reader = new NameClassifier([
  { key: "seed", met: 6, texts: ["Amber Parsnip", "Dusky Yarrow", "Hollow Tansy", "Jolly Runner"] },
  { key: "gardener", met: 3, texts: ["orla17", "tam203", "wren9"] },
  { key: "", met: 5, texts: ["how to sow", "put in the basket", "cost of", "the tallest"] },
]);

function likeliest(text: string): string {
  return [...reader.classify(text)].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}

describe("the name classifier", () => {
  it("recognises the kind of an unseen name by its spelling", () => {
    expect(likeliest("Cobalt Lovage")).toBe("seed");
    expect(likeliest("elm48")).toBe("gardener");
  });

  it("recognises texts that are not names", () => {
    expect(likeliest("sow in the shade")).toBe("");
  });

  it("gives chances that sum to one", () => {
    const sum = [...reader.classify("Cobalt Lovage").values()].reduce((a, b) => a + b, 0);
    expect(sum).toBeCloseTo(1);
  });
});
