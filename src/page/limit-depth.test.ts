import { describe, expect, it } from "vitest";
import { parsePage } from "./page-document.ts";

const URL = "http://deep.test/";
const nested = (levels: number): string =>
  `<!doctype html><title>Deep</title><body>${"<div>".repeat(levels)}<a href="/end">end</a>${"</div>".repeat(levels)}<p>after</p>`;

describe("a page that nests too deep", () => {
  it("is read in the order of the document", () => {
    const names = parsePage(nested(5_000), URL).nodes.map(({ name }) => name);
    expect(names.filter((name) => name !== "")).toEqual(["Deep", "end", "after"]);
  });

  it("hides what an element hides down to the limit, as in Chromium", () => {
    const hidden = (levels: number): string =>
      nested(levels).replace('<a href="/end">', '<span hidden><a href="/end">');
    const shows = (levels: number): boolean =>
      parsePage(hidden(levels), URL).nodes.some(({ role }) => role === "link");
    expect([shows(100), shows(1000)]).toEqual([false, true]);
  });

  it.each([100, 509, 510, 511, 512, 1000])(
    "keeps the content of a template at level %i",
    (levels) => {
      const deep = nested(levels).replace(
        "end</a>",
        "<b><template shadowrootmode=open><i>inner</i></template></b></a>",
      );
      const page = parsePage(deep, URL);
      expect(/<i>.*inner.*<\/template>/u.test(page.serialize())).toBe(true);
      expect(page.elements.map(({ name }) => name)).toContain("i");
    },
  );
});
