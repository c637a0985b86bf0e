import { describe, expect, it } from "vitest";
import { itemsByKey } from "./page-items.ts";
import { parseTree } from "./page-tree.ts";

const itemsOf = (html: string): number[] =>
  [...itemsByKey(parseTree(`<!doctype html><body>${html}`)).values()].map(
    (elements) => elements.length,
  );
const card = (name: string): string =>
  `<div><h3><a href="/seed/${name}">${name}</a></h3><p>12 left</p></div>`;

describe("an item of a page", () => {
  it("has siblings of its build", () => {
    expect(itemsOf(`<section>${card("acorn")}${card("wing")}</section>`)).toEqual([2]);
    const sold = `<div><h3><a href="/seed/nut">nut</a></h3><p>12 left</p><b>Sold out</b><i>No more</i></div>`;
    expect(itemsOf(`<section>${card("acorn")}${sold}</section>`)).toEqual([2]);
  });

  it("does not include the columns of a layout, whose neighbours hold other things", () => {
    const menu = `<div><nav><a href="/">Home</a><a href="/seeds">Seeds</a></nav></div>`;
    const content = `<div><h1>Seeds</h1><p>Two <a href="/help">kinds</a>.</p></div>`;
    expect(itemsOf(`<section>${menu}${content}</section>`)).toEqual([]);
  });
});
