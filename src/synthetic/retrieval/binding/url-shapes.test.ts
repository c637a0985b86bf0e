import { describe, expect, it } from "vitest";
import type { UrlExample } from "./url-example.ts";
import { learnUrlShapes } from "./url-shapes.ts";

const page = (url: string, ...features: string[]): UrlExample => ({
  method: "GET",
  url,
  features: new Set(features),
});
const form = (url: string, ...fields: string[]): UrlExample => ({
  method: "POST",
  url,
  features: new Set(fields),
});

const shapes = learnUrlShapes([
  page("http://seeds.test/jar/oak", "h1", "dl jar", "button lend"),
  page("http://seeds.test/jar/elm", "h1", "dl jar", "button lend"),
  page("http://seeds.test/jar/yew", "h1", "dl jar", "button lend"),
  page("http://seeds.test/me", "h1", "form me"),
  page("http://seeds.test/help", "h1", "p help"),
  form("http://seeds.test/jar/oak/lend", "days"),
  form("http://seeds.test/parcel/17/send", "to"),
  form("http://seeds.test/me", "nick"),
]);
const keyOf = (url: string): string | undefined => shapes.shapeOf("POST", url)?.key;

describe("the target of a form that was sent once", () => {
  it("stands for the same form of another thing, where pages have the thing's name", () => {
    expect(keyOf("http://seeds.test/jar/yew/lend")).toBe("POST http://seeds.test/jar/*/lend");
  });

  it("stands for other numbers", () => {
    expect(keyOf("http://seeds.test/parcel/18/send")).toBe("POST http://seeds.test/parcel/*/send");
  });

  it("does not stand for a form that only looks alike", () => {
    expect(keyOf("http://seeds.test/jar/oak/break")).toBeUndefined();
    expect(keyOf("http://seeds.test/help")).toBeUndefined();
    expect(keyOf("http://seeds.test/me")).toBe("POST http://seeds.test/me");
  });
});

describe("a parameter that names the kind of page", () => {
  const jar = (url: string): UrlExample => page(url, "h1", "dl jar", "button lend");
  const edit = (url: string): UrlExample => page(url, "h2", "form edit", "textarea", "p hint");
  const kinds = learnUrlShapes(
    ["oak", "elm", "yew"].flatMap((name) => [
      jar(`http://seeds.test/jar/${name}`),
      edit(`http://seeds.test/jar/${name}?do=edit`),
      jar(`http://seeds.test/jar/${name}/lid`),
    ]),
  );
  const kindOf = (url: string): string | undefined => kinds.shapeOf("GET", url)?.key;

  it("never stands where other addresses have one more segment", () => {
    expect(kindOf("http://seeds.test/jar/ash?do=edit")).toBe("GET http://seeds.test/jar/*?do=edit");
    expect(kindOf("http://seeds.test/jar/ash/lid")).toBe("GET http://seeds.test/jar/*/lid");
    expect(kindOf("http://seeds.test/jar/ash")).not.toBe(kindOf("http://seeds.test/jar/ash/lid"));
    expect(kindOf("http://seeds.test/jar/ash/root")).toBeUndefined();
  });
});
