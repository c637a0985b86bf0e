import { describe, expect, it } from "vitest";
import { parsePage } from "./page-document.ts";

/** Role and name of each node, indented by its depth. */
function show(html: string): string[] {
  const { nodes } = parsePage(html, "http://a.test/");
  return nodes.slice(1).map(({ role, name, depth }) => `${" ".repeat(depth - 1)}${role} ${name}`);
}

describe("an element that takes its name from its content", () => {
  it("shows its parts once, as Chromium's tree does after normalisation", () => {
    expect(show(`<span role="term">A <i>b</i></span><div role="math">c <b>d</b></div>`)).toEqual([
      "term A b",
      "math c d",
    ]);
  });

  it("shows what its label contains by chance, and not what its name repeats", () => {
    expect(
      show(
        `<a href="/cart" aria-label="Cart, 3 items">Cart <b>3</b></a><button aria-label="Close">Close</button>`,
      ),
    ).toEqual(["link Cart, 3 items", " StaticText Cart", " StaticText 3", "button Close"]);
    expect(
      show(
        `<h2>Top <img alt="ten"> of <i>7</i></h2><button>Page <select><option>5</select> of 9</button>`,
      ),
    ).toEqual([
      "heading Top ten of 7",
      " img ten",
      "button Page 5 of 9",
      " combobox ",
      "  option 5",
    ]);
  });

  it("shows a region for news only with its news", () => {
    expect(
      show(`<div role="log"></div><output></output><p role="status"><span></span></p>`),
    ).toEqual([]);
    expect(show(`<div role="log">Saved</div><div role="alert" aria-label="Errors"></div>`)).toEqual(
      ["log ", " StaticText Saved", "alert Errors"],
    );
  });

  it("includes a row of a grid, but not a row of a plain table", () => {
    const row = `<tr><td>One</td><td>two</td></tr>`;
    expect(show(`<table role="grid">${row}</table>`)).toContain(" row One two");
    expect(show(`<table><tr><th>A</th><th>B</th></tr>${row}</table>`)).toContain(" row ");
  });
});
