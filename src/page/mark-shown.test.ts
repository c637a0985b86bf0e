import { describe, expect, it } from "vitest";
import type { PageNode } from "../core/observation.ts";
import { withOpen, withValue } from "./edit-state.ts";
import { UNTOUCHED } from "./form-state.ts";
import { markShown } from "./mark-shown.ts";
import { parsePage, type PageDocument } from "./page-document.ts";
import { numberMark } from "./shown-marks.ts";
import { takeSnapshot } from "./snapshot.ts";

const URL = "http://site.test/page";

/**
 * A page as a recording holds it, and the nodes that the browser showed.
 *
 * @param numbered elements that have numbers, by the names of nodes
 */
function record(
  body: string,
  change: (nodes: PageNode[]) => PageNode[],
  numbered: Record<string, number> = {},
): PageDocument {
  const html = `<!doctype html><html><head><title>Page</title></head><body>${body}</body></html>`;
  const numbers = new Map<string, number>();
  const shown = change([...parsePage(html, URL).nodes]).map((node, i) => {
    const number = numbered[node.name];
    if (number !== undefined) numbers.set(String(i + 1), number);
    return { ...node, ref: String(i + 1) };
  });
  const marked = parsePage(markShown({ url: URL, html }, shown, numbers).page.html, URL);
  expect(marked.nodes.map(withoutRef)).toEqual(shown.map(withoutRef));
  expect(new Set(marked.nodes.map(({ ref }) => ref)).size).toBe(shown.length);
  return marked;
}

const withoutRef = (node: PageNode): PageNode => ({ ...node, ref: "" });
const named = (document: PageDocument, name: string): PageNode =>
  document.nodes.find((node) => node.name === name) as PageNode;
const rename =
  (from: string, to: Partial<PageNode>) =>
  (nodes: PageNode[]): PageNode[] =>
    nodes.map((node) => (node.name === from ? { ...node, ...to } : node));
const text = (name: string, depth: number): PageNode => ({
  ref: "0",
  role: "StaticText",
  name,
  states: {},
  depth,
});

describe("markShown", () => {
  it("leaves a page as it is where the browser showed what its HTML says", () => {
    const page = { url: URL, html: "<p>One</p><a href=/two>Two</a>" };
    expect(markShown(page, parsePage(page.html, URL).nodes).page).toBe(page);
  });

  it("shows the name that a style gives, on the same element", () => {
    const page = record("<a href=/save>Save</a>", rename("Save", { name: "→ Save" }));
    expect(page.elementOf(named(page, "→ Save").ref)?.attribs["href"]).toBe("/save");
  });

  it("shows text that a style adds, and finds the element that it stands in", () => {
    const page = record("<p>Price <b>7</b></p>", (nodes) =>
      nodes.flatMap((node) => (node.name === "7" ? [node, text("EUR", node.depth)] : [node])),
    );
    expect(page.elementOf(named(page, "EUR").ref)?.name).toBe("b");
    expect(page.shows(named(page, "EUR").ref, UNTOUCHED)).toBe(true);
  });

  it("does not take an unknown control for the one before it", () => {
    const page = record("<p><button>One</button></p>", (nodes) =>
      nodes.flatMap((node) => (node.name === "One" ? [node, { ...node, name: "Two" }] : [node])),
    );
    expect(page.elementOf(named(page, "Two").ref)?.name).toBe("p");
  });

  it("finds the element of a node that the browser shows elsewhere, by its number", () => {
    const [link, text] = [0, 1].map((number) => numberMark(number).join("="));
    const isMoved = ({ name }: PageNode): boolean => name === "One" || name === "Moved";
    const page = record(
      `<a href=/one ${link}>One</a><p id=moved ${text}>Moved</p><a href=/two>Two</a>`,
      (nodes) => [...nodes.filter((node) => !isMoved(node)), ...nodes.filter(isMoved)],
      { One: 0, Moved: 1 },
    );
    const { ref } = named(page, "One");
    expect(page.elementOf(ref)?.attribs["href"]).toBe("/one");
    expect(page.refOf(page.elementOf(ref) as never)).toBe(ref);
    expect(page.elementOf(named(page, "Moved").ref)?.attribs["id"]).toBe("moved");
  });

  it("says which shown nodes no element computes", () => {
    const page = { url: URL, html: "<p>One</p>" };
    const { nodes } = parsePage(page.html, URL);
    const more: PageNode = { ref: "99", role: "button", name: "More", states: {}, depth: 1 };
    expect(markShown(page, nodes).unknown).toEqual([]);
    expect(markShown(page, [...nodes, more]).unknown).toEqual(["99"]);
  });

  it("merges texts that the browser shows as one", () => {
    record("<p>one <span>two</span> three</p>", (nodes) =>
      nodes.flatMap((node) => {
        if (node.name === "one") return [{ ...node, name: "one two three" }];
        return node.name === "two" || node.name === "three" ? [] : [node];
      }),
    );
  });

  it("hides what a style hides, and moves up what stands inside it", () => {
    const page = record("<ul><li>A</li><li><a href=/b>B</a></li></ul>", (nodes) =>
      nodes.flatMap((node) => {
        if (node.role === "list") return [];
        return [{ ...node, depth: Math.max(0, node.depth - (node.depth > 1 ? 1 : 0)) }];
      }),
    );
    expect(page.nodes.some(({ role }) => role === "list")).toBe(false);
  });

  it("marks only the second of two equal texts", () => {
    const page = record("<p>x<br>x</p>", (nodes) =>
      nodes.map((node, i) => (i === nodes.length - 1 ? { ...node, name: "y" } : node)),
    );
    const texts = page.nodes.filter(({ role }) => role === "StaticText");
    expect(texts.map(({ name }) => name)).toEqual(["x", "y"]);
  });

  it("ignores where the focus was", () => {
    const page = { url: URL, html: "<input aria-label=Name>" };
    const nodes = parsePage(page.html, URL).nodes.map((node) =>
      node.role === "textbox" ? { ...node, states: { focused: true as const } } : node,
    );
    expect(markShown(page, nodes).page).toBe(page);
  });

  it("shows what is typed into a field whose recorded value differs from its HTML", () => {
    const page = record(
      "<input aria-label=Kind value=all><p>more</p>",
      rename("Kind", { value: "All kinds" }),
    );
    const field = page.elements.find(({ name }) => name === "input");
    const typed = withValue(UNTOUCHED, field as never, "some");
    expect(page.nodesIn(typed).find(({ name }) => name === "Kind")?.value).toBe("some");
    // The dream's session keeps the page as HTML.
    const kept = takeSnapshot(page, typed, URL);
    expect(named(parsePage(kept.html, URL), "Kind").value).toBe("some");
  });

  it("keeps its marks where the page changes elsewhere", () => {
    const page = record(
      "<details><summary>More</summary>inner</details><a href=/save>Save</a>",
      rename("Save", { name: "SAVE!" }),
    );
    const details = page.elements.find(({ name }) => name === "details");
    const opened = page.nodesIn(withOpen(UNTOUCHED, details as never, true));
    expect(opened.map(({ name }) => name)).toEqual(expect.arrayContaining(["inner", "SAVE!"]));
  });

  it("shows the new content of an element that was edited after the recording", () => {
    const page = record("<a href=/save>Save</a>", rename("Save", { name: "→ Save" }));
    const edited = parsePage(page.html.replace(">Save<", ">Send<"), URL);
    // What the style puts before it stays.
    expect(edited.nodes.map(({ name }) => name)).toContain("→ Send");
    const uppercase = record("<a href=/save>Save</a>", rename("Save", { name: "SAVE" }));
    const changed = parsePage(uppercase.html.replace(">Save<", ">Send<"), URL);
    expect(changed.nodes.map(({ name }) => name)).toContain("Send");
  });

  it("takes no mark from an attribute that it did not write", () => {
    const nodes = parsePage('<p data-dreamgym-shown="[1]">Text</p>', URL).nodes;
    expect(nodes.map(({ name }) => name)).toContain("Text");
  });
});
