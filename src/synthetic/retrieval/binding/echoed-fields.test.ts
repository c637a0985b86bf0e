import { describe, expect, it } from "vitest";
import type { PageEdit } from "../../tree/page-edit.ts";
import { applyEdits } from "../../tree/page-edit.ts";
import { parseTree } from "../../tree/page-tree.ts";
import { echoFields } from "./echoed-fields.ts";

type Fields = [string, string][];

const post = (fields: Fields) => ({ method: "POST" as const, url: "http://a.test/new", fields });
const form = (title: string, kind: string, body: string): string =>
  `<form method="post"><input name="title" value="${title}"><input name="seal" type="hidden" value="s1">` +
  `<select name="kind"><option${kind === "bug" ? " selected" : ""}>bug</option><option${kind === "wish" ? " selected" : ""}>wish</option></select>` +
  `<textarea name="body">${body}</textarea></form>`;
const echo = (title: string, kind: string, body: string, page = form(title, kind, body)) => ({
  request: post([
    ["title", title],
    ["seal", "another"],
    ["kind", kind],
    ["body", body],
  ]),
  after: { html: page },
});

function shown(sent: Fields, echoes: Parameters<typeof echoFields>[2], edits: PageEdit[] = []) {
  const empty = `<!doctype html><html><body>${form("", "bug", "")}</body></html>`;
  const html = applyEdits(empty, edits);
  return applyEdits(html, echoFields(parseTree(html), post(sent), echoes));
}

const SENT: Fields = [
  ["title", "A new one"],
  ["seal", "s2"],
  ["kind", "wish"],
  ["body", "a < b"],
];

describe("echoFields", () => {
  it("writes the sent values into a form that was shown again with them", () => {
    const html = shown(SENT, [echo("Old", "wish", "text")]);
    expect(html).toContain('name="title" value="A new one"');
    expect(html).toMatch(/<option selected="">wish/u);
    expect(html).toContain("a &lt; b</textarea>");
  });

  it("keeps a field that the site answered with another value", () => {
    expect(shown(SENT, [echo("Old", "wish", "text")])).toContain('value="s1"');
    const emptied = echo("Old", "wish", "text", form("", "bug", ""));
    expect(shown(SENT, [emptied])).toContain('name="title" value=""');
    expect(shown(SENT, [])).toContain('name="title" value=""');
  });

  it("skips a choice that the box does not offer, and controls that the edits removed", () => {
    expect(shown([["kind", "praise"]], [echo("Old", "wish", "text")])).toMatch(
      /selected(="")?>bug/u,
    );
    const tree = parseTree(`<!doctype html><html><body>${form("", "bug", "")}</body></html>`);
    const title = tree.elements.find(({ attributes }) => attributes["name"] === "title");
    const gone: PageEdit = {
      kind: "remove",
      path: tree.pathOf(title as NonNullable<typeof title>),
    };
    expect(shown(SENT, [echo("Old", "wish", "text")], [gone])).not.toContain("A new one");
  });
});
