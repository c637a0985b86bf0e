import { describe, expect, it } from "vitest";
import { bindControl, bindReturn } from "./own-address.ts";
import { featuresOf, type RequestFeatures } from "./request-features.ts";

const about = (url: string): RequestFeatures =>
  featuresOf({ method: "GET", url: `http://seeds.test${url}`, fields: null }, null, null);
const [oak, elm, yew] = ["/jar/oak", "/jar/elm", "/jar/yew"].map(about) as [
  RequestFeatures,
  RequestFeatures,
  RequestFeatures,
];
const bind = (link: string, other: string): string | null =>
  bindControl(link, oak, yew, [{ text: other, features: elm }]);

describe("a link to the page's own address plus a suffix", () => {
  it("follows the address of the page", () => {
    expect(bind("/jar/oak/edit", "/jar/elm/edit")).toBe("/jar/yew/edit");
    expect(bind("/jar/oak?do=log", "/jar/elm?do=log")).toBe("/jar/yew?do=log");
    expect(bind("?do=log", "?do=log")).toBe("/jar/yew?do=log");
    expect(bind("http://seeds.test/jar/oak/edit", "http://seeds.test/jar/elm/edit")).toBe(
      "http://seeds.test/jar/yew/edit",
    );
  });

  it("lacks the parameters that nobody can know", () => {
    expect(bind("/jar/oak?do=log&version=17", "/jar/elm?do=log&version=4")).toBe("/jar/yew?do=log");
  });

  it("follows an address that is told by parameters", () => {
    const [first, second, wanted] = ["oak", "elm", "yew"].map((id) => about(`/jar?id=${id}`)) as [
      RequestFeatures,
      RequestFeatures,
      RequestFeatures,
    ];
    const others = [{ text: "/jar?id=elm&do=log", features: second }];
    expect(bindControl("/jar?id=oak&do=log", first, wanted, others)).toBe("/jar?id=yew&do=log");
    expect(bindControl("/jar?id=fir", first, wanted, others)).toBeNull();
  });

  it("is not a link to something below the page, which differs from page to page", () => {
    expect(bind("/jar/oak/7", "/jar/elm/9")).toBeNull();
    expect(bind("/jar/fir", "/jar/ash")).toBeNull();
    expect(bind("/jar/oak", "/jar/elm")).toBeNull();
    expect(bindControl("/jar/oak/edit", oak, yew, [])).toBeNull();
  });
});

describe("a link with the page's own address in a parameter", () => {
  const back = (link: string, other: string, asked = oak, answered = yew, seen = elm) =>
    bindReturn(link, asked, answered, [{ text: other, features: seen }]);

  it("leads back to the new page, written as the site writes it", () => {
    expect(back("/out?next=/jar/oak", "/out?next=/jar/elm")).toBe("/out?next=/jar/yew");
    expect(back("/in?a=1&to=%2Fjar%2Foak&b=2", "/in?a=1&to=%2Fjar%2Felm&b=2")).toBe(
      "/in?a=1&to=%2Fjar%2Fyew&b=2",
    );
    const [asked, seen, answered] = ["red oak", "elm", "é yew"].map((name) =>
      about(`/find?q=${encodeURIComponent(name)}`),
    ) as [RequestFeatures, RequestFeatures, RequestFeatures];
    expect(
      back("/out?next=/find?q%3Dred%2Boak", "/out?next=/find?q%3Delm", asked, answered, seen),
    ).toBe("/out?next=/find?q%3D%25C3%25A9%2Byew");
  });

  it("is told from links that do not follow the page", () => {
    expect(back("/out?next=/jar/oak", "/out?next=/jar/oak")).toBeNull();
    expect(back("/out?next=/jar/oak/7", "/out?next=/jar/elm/7")).toBeNull();
    expect(back("/jar/oak", "/jar/elm")).toBeNull();
    expect(bindReturn("/out?next=/jar/oak", oak, yew, [])).toBeNull();
  });
});
