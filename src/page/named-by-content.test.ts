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

  it("includes a row of a grid, but not a row of a plain table", () => {
    const row = `<tr><td>One</td><td>two</td></tr>`;
    expect(show(`<table role="grid">${row}</table>`)).toContain(" row One two");
    expect(show(`<table><tr><th>A</th><th>B</th></tr>${row}</table>`)).toContain(" row ");
  });
});
