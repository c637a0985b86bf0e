import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Observation } from "../core/observation.ts";
import { parsePage } from "./page-document.ts";
import { renderAriaSnapshot, renderWebArenaText } from "./render-observation.ts";

function observe(html: string): Observation {
  const page = parsePage(html, "http://site.test/");
  return {
    url: page.url,
    title: page.title,
    nodes: page.nodes.map((node, index) => ({ ...node, ref: String(index + 1) })),
    tabs: [
      { title: page.title, url: page.url, active: true },
      { title: "Other", url: "http://site.test/other", active: false },
    ],
    lastActionError: null,
  };
}

const PAGE = observe(`<title>Shop</title><h1>Lamp's "glow"</h1><a href="/x">Don't</a>
  <input aria-label="Find" value="red lamp" required><input type=checkbox aria-label="Gift" checked>
  <select aria-label="Size"><option>S</option><option selected>M</option></select>`);

describe("renderWebArenaText", () => {
  it("prints tabs, indentation, Python quotes and properties", () => {
    expect(renderWebArenaText(PAGE)).toBe(
      [
        "Tab 0 (current): Shop | Tab 1: Other",
        "",
        "[1] RootWebArea 'Shop'",
        "\t[2] heading 'Lamp\\'s \"glow\"'",
        '\t[3] link "Don\'t"',
        "\t[4] textbox 'Find' value: 'red lamp' required: True",
        "\t[5] checkbox 'Gift' checked: true",
        "\t[6] combobox 'Size' value: 'M' expanded: False",
        "\t\t[7] option 'S' selected: False",
        "\t\t[8] option 'M' selected: True",
      ].join("\n"),
    );
  });

  it("escapes unprintable characters", () => {
    const [node] = PAGE.nodes;
    const odd = { ...PAGE, nodes: [{ ...node!, name: "a\u00a0b\u200bc\\\n😀" }] };
    expect(renderWebArenaText(odd)).toContain("'a\\xa0b\\u200bc\\\\\\n😀'");
  });

  it("never exceeds the budget, and says what it left out", () => {
    fc.assert(
      fc.property(fc.integer({ min: 25, max: 120 }), (maxTokens) => {
        const text = renderWebArenaText(PAGE, { maxTokens });
        expect(Math.ceil(text.length / 4)).toBeLessThanOrEqual(maxTokens);
        const shown = text.split("\n").filter((row) => row.trim().startsWith("[")).length;
        const left = Number(/… (\d+) more/u.exec(text)?.[1] ?? 0);
        expect(shown + left).toBe(PAGE.nodes.length);
      }),
    );
  });

  it("counts with the given counter", () => {
    const text = renderWebArenaText(PAGE, {
      maxTokens: 6,
      countTokens: (t) => t.split("\n").length,
    });
    expect(text.split("\n")).toHaveLength(6);
  });
});

describe("renderAriaSnapshot", () => {
  it("prints Playwright's form", () => {
    expect(renderAriaSnapshot(PAGE)).toBe(
      [
        "# Shop (http://site.test/)",
        '- heading "Lamp\'s \\"glow\\"" [level=1] [ref=2]',
        '- link "Don\'t" [ref=3]:',
        "  - /url: http://site.test/x",
        '- textbox "Find" [required] [ref=4]: red lamp',
        '- checkbox "Gift" [checked] [ref=5]',
        '- combobox "Size" [ref=6]:',
        "  - /value: M",
        '  - option "S" [ref=7]',
        '  - option "M" [selected] [ref=8]',
      ].join("\n"),
    );
  });
});
