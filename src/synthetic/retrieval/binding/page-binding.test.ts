import { describe, expect, it } from "vitest";
import { applyEdits } from "../../tree/page-edit.ts";
import { parseTree } from "../../tree/page-tree.ts";
import { type PageExample, bindPage } from "./page-binding.ts";
import { featuresOf } from "./request-features.ts";

interface Animal {
  name: string;
  kind: string;
  age: string;
  friends: string[];
}

/** A page on one animal: a table of its properties, and one of its friends. */
function about({ name, kind, age, friends }: Animal): PageExample {
  const rows = friends.map((friend) => `<tr><td>${friend}</td><td>${friend}s</td></tr>`).join("");
  const html =
    `<!doctype html><html><body><h1>${name}</h1><table class="facts">` +
    `<tr><th>Kind:</th><td>${kind}</td></tr><tr><th>Age:</th><td>${age}</td></tr></table>` +
    `<table class="friends">${rows}</table></body></html>`;
  return { id: name, tree: parseTree(html), features: new Map([["segment:1", name]]) };
}

describe("bindPage", () => {
  const skeleton = about({ name: "rex", kind: "dog", age: "3", friends: ["mia", "tom"] });
  const peers = [
    about({ name: "mia", kind: "cat", age: "7", friends: ["rex", "leo"] }),
    about({ name: "tom", kind: "hen", age: "1", friends: ["leo", "mia"] }),
  ];
  const made = bindPage(skeleton, peers, new Map([["segment:1", "zoe"]]));
  const html = applyEdits(skeleton.tree.html, made.edits);

  it("keeps a row that has a label of its own, although its content is unknown", () => {
    expect(html).toContain("<h1>zoe</h1>");
    expect(html).toContain("<th>Kind:</th><td>…</td>");
    expect(html).toContain("<th>Age:</th><td>…</td>");
  });

  it("leaves out the entries of a list when nothing is known about them", () => {
    expect(html).toContain('<table class="friends"><tbody></tbody></table>');
  });
});

describe("a toolbar of a page never seen", () => {
  const jar = (name: string, version: number, seeds: string[]): PageExample => {
    const address = `/jar/${name}`;
    const rows = seeds.map((seed) => `<li><a href="/seed/${seed}">${seed}</a></li>`).join("");
    const html =
      `<!doctype html><html><body><h1>${name}</h1><ul class="tools">` +
      `<li><a href="${address}?do=edit&amp;version=${version}" title="Edit"><i></i></a></li>` +
      `<li><a href="${address}?do=notes">Notes (${version})</a></li></ul>` +
      `<ul class="seeds">${rows}</ul></body></html>`;
    const request = { method: "GET", url: `http://seeds.test${address}`, fields: null } as const;
    return { id: name, tree: parseTree(html), features: featuresOf(request, null, null) };
  };
  const oak = jar("oak", 3, ["acorn", "cup"]);
  const made = bindPage(oak, [jar("elm", 5, ["wing", "nut"])], jar("yew", 0, []).features);
  const html = applyEdits(oak.tree.html, made.edits);

  it("keeps its controls, which lead to the page's own address", () => {
    expect(html).toContain('<a href="/jar/yew?do=edit" title="Edit">');
    expect(html).toContain('<a href="/jar/yew?do=notes">…</a>');
  });

  it("is not like the entries of a list, which stay unknown", () => {
    expect(html).toContain('<ul class="seeds"></ul>');
  });
});

describe("a list in an order never seen", () => {
  const rows = (names: readonly string[]): string =>
    names.map((name) => `<tr><td><a href="/seed/${name}">${name}</a></td></tr>`).join("");
  const at = (sort: string, target = "/seeds"): PageExample["features"] =>
    new Map([
      ["target", target],
      ["param:sort", sort],
    ]);
  const view = (id: string, names: readonly string[], path?: string): PageExample => ({
    id,
    tree: parseTree(`<table><tbody>${rows(names)}</tbody></table>`),
    features: at(id, path),
  });
  const make = (skeleton: PageExample, peers: readonly PageExample[]) => {
    const made = bindPage(skeleton, peers, at("weight"));
    return { html: applyEdits(skeleton.tree.html, made.edits), guesses: made.guesses };
  };
  const byName = view("name", ["ash", "elm", "oak"]);

  it("still has the entries that most other orders have, as guesses", () => {
    const { html, guesses } = make(byName, [
      view("age", ["oak", "ash", "elm"]),
      view("price", ["elm", "oak", "ash"]),
    ]);
    expect(html).toContain(rows(["ash", "elm", "oak"]));
    expect(guesses).toContain("oak");
  });

  it("knows no entries from lists at other paths, which are about other things", () => {
    const { html } = make(byName, [
      view("age", ["oak", "ash", "elm"], "/trees"),
      view("price", ["elm", "oak", "ash"], "/fruits"),
    ]);
    expect(html).toContain("<tbody></tbody>");
  });

  it("lacks the entries that some other views lack", () => {
    const { html } = make(byName, [
      view("age", ["oak", "yew", "fir"]),
      view("price", ["elm", "oak", "ash"]),
    ]);
    expect(html).toContain(`<tbody>${rows(["oak"])}</tbody>`);
  });
});

describe("a field of a page never seen", () => {
  const form = (name: string, code: string): PageExample => ({
    id: name,
    tree: parseTree(
      `<form><input name="code" required value="${code}"><input name="note" value="${code}"></form>`,
    ),
    features: new Map([["segment:1", name]]),
  });
  const rex = form("rex", "R-71");
  const made = bindPage(
    rex,
    [form("mia", "M-05"), form("tom", "T-12")],
    new Map([["segment:1", "zoe"]]),
  );
  const html = applyEdits(rex.tree.html, made.edits);

  it("holds an open place if the form cannot be sent without it", () => {
    expect(html).toContain('<input name="code" required="" value="…"><input name="note">');
  });
});
