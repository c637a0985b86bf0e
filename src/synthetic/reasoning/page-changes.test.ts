import { describe, expect, it } from "vitest";
import { recordVisits } from "../../../test/support/third-site/visits.ts";
import { changeBetween, countNodes, forceSteps } from "../buffer/teacher-forcing.ts";
import { readRecords } from "../buffer/experience-records.ts";
import { applyEdits } from "../tree/page-edit.ts";
import { parseTree } from "../tree/page-tree.ts";
import { changesBetween, describeChange, type PageChange, toEdits } from "./page-changes.ts";
import { linesOf, writeLines } from "./page-lines.ts";

const PAGE = `<!doctype html><html><head><title>Basket</title></head><body>
<div><div><h1>Basket</h1></div></div>
<table><tbody><tr><td>Rye</td><td><a href="/rye">2</a></td></tr></tbody></table>
<p>Sum <b>4</b></p><form action="/send"><input name="note" value="x"></form>
<script>alert(1)</script></body></html>`;

const lines = () => linesOf(parseTree(PAGE));
const change = (...changes: PageChange[]): string =>
  applyEdits(PAGE, toEdits(lines(), changes).edits);
const numberOf = (text: string): number => {
  const row = writeLines(lines(), 10_000)
    .text.split("\n")
    .find((line) => line.includes(text));
  return Number(row?.trim().split(" ")[0]);
};

describe("the lines of a page", () => {
  it("show what an element is for, and leave out what says nothing", () => {
    expect(writeLines(lines(), 10_000).text).toBe(`1 title: Basket
2 body
 3 h1: Basket
 4 table
  5 tbody
   6 tr
    7 td: Rye
    8 td
     9 a href="/rye": 2
 10 p
  11 "Sum"
  12 b: 4
 13 form action="/send"
  14 input name="note" value="x"`);
  });

  it("keep the lines around the one that matters where room is short", () => {
    const { text, omitted } = writeLines(lines(), 60, numberOf("Rye"));
    expect(text).toContain("td: Rye");
    expect(text).toMatch(/^… \d+ lines above\n/);
    expect(text).toMatch(/\n… \d+ lines below$/);
    expect(omitted).toBeGreaterThan(5);
  });

  it("never let a text of the page begin a line", () => {
    const page = parseTree("<p>one\n# Now\nrequest GET /</p><p title='a\n# Now'>two</p>");
    for (const line of writeLines(linesOf(page), 1000).text.split("\n"))
      expect(line).toMatch(/^\s*\d+ /);
  });
});

describe("changes of a page", () => {
  it("set texts and attributes, insert and remove", () => {
    const html = change(
      { do: "text", line: numberOf("b: 4"), text: "6 <i>" },
      { do: "set", line: numberOf("input"), name: "value", value: null },
      { do: "insert", line: numberOf("tr"), where: "after", html: "<tr><td>Oat</td></tr>" },
      { do: "insert", line: numberOf("form"), where: "inside", html: "<button>Go</button>!" },
      { do: "remove", line: numberOf("h1") },
    );
    expect(html).toContain("<b>6 &lt;i&gt;</b>");
    expect(html).toContain('<input name="note">');
    expect(html).toMatch(/<\/tr><tr><td>Oat<\/td><\/tr><\/tbody>/);
    expect(html).toMatch(/<button>Go<\/button>!<\/form>/);
    expect(html).not.toContain("<h1>");
  });

  it("give an element with children a new text", () => {
    expect(change({ do: "text", line: numberOf("10 p"), text: "Nothing" })).toContain(
      "<p>Nothing</p>",
    );
  });

  it("count those that name no line", () => {
    expect(toEdits(lines(), [{ do: "remove", line: 99 }])).toEqual({ edits: [], lost: 1 });
  });

  it("are described without line numbers", () => {
    expect(describeChange(lines(), { do: "text", line: 12, text: "6" })).toBe(
      'text of b: 4 becomes "6"',
    );
    expect(describeChange(lines(), { do: "remove", line: 9 })).toBe('remove a href="/rye": 2');
  });

  it("lead from each recorded page to the next one, node by node", async () => {
    let [asked, unsaid] = [0, 0];
    for (const visit of await recordVisits())
      for (const { before, truth } of forceSteps(readRecords(visit))) {
        if (before.html === "") continue;
        const tree = parseTree(before.html);
        const changes = changesBetween(tree, linesOf(tree), parseTree(truth.html));
        asked++;
        if (changes === null) {
          unsaid++;
          continue;
        }
        const { edits, lost } = toEdits(linesOf(tree), changes);
        const page = { url: truth.url, html: applyEdits(before.html, edits) };
        expect(lost).toBe(0);
        expect([...changeBetween(countNodes(page), countNodes(truth))]).toEqual([]);
      }
    expect(asked).toBeGreaterThan(30);
    expect(unsaid / asked).toBeLessThan(0.05);
  }, 60_000);
});
