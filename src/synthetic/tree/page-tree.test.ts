import { describe, expect, it } from "vitest";
import { parseTree } from "./page-tree.ts";

const jar = (name: string, state: string): ReadonlySet<string> =>
  parseTree(
    `<!doctype html><html class="${name}"><body class="about-${name} wide"><main>` +
      `<h1 id="${name}-jar">${name} jar <a href="#${name}-jar">#</a></h1>` +
      `<p><b class="state-${state}">${state}</b></p><form id="lend"><button class="send">Send</button></form>` +
      `</main></body></html>`,
  ).signatures();

describe("the build of a page", () => {
  it("is the same for pages of a kind whose classes and ids name what they are about", () => {
    expect(jar("oak", "full")).toEqual(jar("elm", "empty"));
  });

  it("still has the names of places", () => {
    const build = [...jar("oak", "full")].join("\n");
    expect(build).toContain("form#lend>button.send");
    const shelf = (id: string): ReadonlySet<string> =>
      parseTree(`<main><div id="${id}"><p>Oak</p></div></main>`).signatures();
    expect(shelf("top")).not.toEqual(shelf("bottom"));
  });
});
