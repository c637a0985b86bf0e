import { describe, expect, it } from "vitest";
import type { UrlExample } from "./url-example.ts";
import { learnUrlShapes } from "./url-shapes.ts";

const FRAME = ["header", "nav", "footer"];
const parts = (kind: string): string[] => Array.from({ length: 8 }, (_, i) => `${kind} ${i}`);
const page = (url: string, ...kinds: string[]): UrlExample => ({
  method: "GET",
  url: `http://wiki.test${url}`,
  features: new Set([...FRAME, ...kinds.flatMap(parts)]),
});

const THINGS = ["oak", "elm", "yew", "fir"];
const shapeOf = (examples: readonly UrlExample[], url: string): string | undefined =>
  learnUrlShapes(examples).shapeOf("GET", `http://wiki.test${url}`)?.key;

describe("kinds of pages at one path", () => {
  const wiki = [
    ...THINGS.map((name) => page(`/index.php?title=${name}`, "article")),
    ...THINGS.map((name) => page(`/index.php?title=${name}&action=edit`, "form")),
    page("/index.php?title=oak&action=history", "versions"),
    page("/index.php?title=elm&action=history", "versions"),
  ];

  it("differ by the parameter whose values come with differently built pages", () => {
    const path = "http://wiki.test/index.php";
    expect(shapeOf(wiki, "/index.php?title=ash")).toBe(`GET ${path}?action=`);
    expect(shapeOf(wiki, "/index.php?title=ash&action=edit")).toBe(`GET ${path}?action=edit`);
    expect(shapeOf(wiki, "/index.php?action=history&title=ash")).toBe(`GET ${path}?action=history`);
  });

  it("treat a kind that was never seen as one of its path", () => {
    expect(shapeOf(wiki, "/index.php?title=ash&action=submit")).toBe(
      "GET http://wiki.test/index.php",
    );
  });

  it("do not differ by a parameter that names a thing, sorts a list or turns its pages", () => {
    const shop = [
      ...THINGS.map((name) => page(`/list?q=${name}`, "list", "card")),
      ...THINGS.map((name) => page(`/list?q=${name}&sort=price`, "list", "card")),
      // The last page lacks the link to a next one.
      ...THINGS.map((name) => ({
        ...page(`/list?q=${name}&page=2`, "list", "card"),
        features: new Set([...FRAME, ...parts("list"), ...parts("card").slice(3)]),
      })),
      ...THINGS.map((name) => page(`/thing/${name}`, "thing")),
    ];
    for (const query of ["?q=ash", "?q=ash&sort=price", "?q=ash&page=2"])
      expect(shapeOf(shop, `/list${query}`), query).toBe("GET http://wiki.test/list");
    expect(shapeOf(shop, "/thing/ash")).toBe("GET http://wiki.test/thing/*");
  });

  it("are learned site by site: another site's pages say nothing about this one's frame", () => {
    const others = Array.from({ length: 30 }, (_, i) => ({
      ...page("", `other ${i}`),
      url: `http://other.test/${i}`,
    }));
    expect(shapeOf([...others, ...wiki], "/index.php?title=ash&action=edit")).toBe(
      "GET http://wiki.test/index.php?action=edit",
    );
  });
});
