import { describe, expect, it } from "vitest";
import { offerChoices } from "./open-choices.ts";
import { applyEdits } from "./page-edit.ts";
import { parseTree } from "./page-tree.ts";

const page = (...choices: string[]): string =>
  `<!doctype html><html><head></head><body><select name="glaze">${choices
    .map((choice) => `<option value="${choice}">${choice}</option>`)
    .join("")}</select></body></html>`;

describe("open choices", () => {
  const tree = parseTree(page("Ash", "Umber"));
  const select = tree.elements.find(({ tag }) => tag === "select");
  const path = tree.pathOf(select as NonNullable<typeof select>);
  const pages = [tree, parseTree(page("Umber", "Slate"))];

  it("are the choices of boxes with that name on other pages, the most usual first", () => {
    const open = [{ kind: "text" as const, path: [...path, 0, 0], text: "…" }];
    const html = applyEdits(tree.html, offerChoices(tree, open, pages));
    expect(html.match(/<option[^>]*>[^<]*/gu)).toEqual([
      '<option value="Umber">Umber',
      '<option value="Ash">Ash',
      '<option value="Slate">Slate',
    ]);
  });

  it("leave a box alone whose choices are known", () => {
    expect(offerChoices(tree, [], pages)).toEqual([]);
  });
});
