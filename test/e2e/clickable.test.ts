/** Elements that scripts made clickable have a node, in Chromium, in a recording, and as far as HTML says it. */

import { describe, expect, it } from "vitest";
import { parsePage } from "../../src/page/page-document.ts";
import { lineOf } from "../support/both-worlds.ts";
import { PageWalk } from "../support/page-walk.ts";

/** Reports a click on what has the class `hit`. */
const REPORT = `document.title = event.currentTarget.id || "page"`;
const listen = (selector: string, type = "click"): string =>
  `<script>for (const e of document.querySelectorAll("${selector}")) e.addEventListener("${type}", (event) => { ${REPORT} })</script>`;

describe("an element that scripts made clickable", () => {
  const on = new PageWalk();

  /** The clickable nodes of a page, which its recording must show alike. */
  async function targets(body: string): Promise<string[]> {
    await on.open(body);
    const { nodes } = on.walk.observation;
    const { html, url } = await on.walk.env.snapshot();
    const recorded = parsePage(html, url).nodes;
    expect(recorded.map(lineOf)).toEqual(nodes.map(lineOf));
    return nodes
      .filter(({ states }) => states.clickable === true)
      .map(({ role, name }) => `${role} ${name}`.trim());
  }

  it.each([
    ["a box", `<div id=x class=hit>Delete</div>`, "generic Delete"],
    ["a part of a line", `<p>Now <span id=x class=hit>delete</span> it</p>`, "generic delete"],
    [
      "a letter of an icon font",
      `<p>Row <i id=x class=hit style="padding:9px"></i></p>`,
      "generic",
    ],
    [
      "an icon with a tooltip",
      `<i id=x class=hit title=Delete style="padding:9px"></i>`,
      "generic Delete",
    ],
    ["a picture without a text", `<img id=x class=hit width=20 height=20 src="data:,">`, "img"],
    ["a drawing", `<canvas id=x class=hit width=20 height=20></canvas>`, "Canvas"],
    ["an item of a list", `<ul><li id=x class=hit>One<li>Two</ul>`, "listitem"],
    ["a heading", `<h2 id=x class=hit>More</h2>`, "heading More"],
    ["a day in a table for layout", `<table><tr><td id=x class=hit>7<td>8</table>`, "generic 7"],
    ["a row", `<table><tr><th>Name<tr id=x class=hit><td>Ann</table>`, "row"],
    ["a card", `<div id=x class=hit><h3>Lamp</h3><p>12 left</p></div>`, "generic"],
    [
      "lines of text",
      `<div id=x class=hit><div>Lamp</div><div>12 left</div></div>`,
      "generic Lamp 12 left",
    ],
  ])("has a node: %s", async (_, body, node) => {
    expect(await targets(`<p>Before</p>${body}${listen(".hit")}`)).toEqual([node]);
    const { nodes } = on.walk.observation;
    const { ref } = nodes.find(({ states }) => states.clickable === true) ?? { ref: "0" };
    await on.walk.act({ kind: "click", ref });
    expect(on.walk.observation.title).toBe("x");
  });

  it.each(["mousedown", "mouseup", "pointerdown", "pointerup", "dblclick"])(
    "counts where scripts listen to %s",
    async (type) => {
      expect(await targets(`<p>A</p><div class=hit>Go</div>${listen(".hit", type)}`)).toEqual([
        "generic Go",
      ]);
    },
  );

  it.each([
    ["a property", `<div id=x>Go</div><script>x.onclick = () => 1</script>`],
    ["an attribute", `<div onclick="go()">Go</div>`],
    [
      "a closed shadow root",
      `<x-a></x-a><script>
      const root = document.querySelector("x-a").attachShadow({ mode: "closed" });
      root.innerHTML = "<div>Go</div>"; root.firstChild.onclick = () => 1</script>`,
    ],
    ["a frame", `<iframe srcdoc="<div onclick='go()'>Go</div>"></iframe>`],
    [
      "a listener that comes late",
      `<div id=x>Go</div><script>setTimeout(() => x.onclick = () => 1, 50)</script>`,
    ],
  ])("is found by %s", async (_, body) => {
    expect(await targets(`<p>Before</p>${body}`)).toEqual(["generic Go"]);
  });

  it.each([
    ["hidden", `<div class=hit hidden>Go</div>`],
    ["hidden by a style", `<div class=hit style="display:none">Go</div>`],
    ["out of the tree", `<div class=hit aria-hidden=true>Go</div>`],
    [
      "the page",
      `<main>Text</main><script>document.body.onclick = document.onclick = () => 1</script>`,
    ],
    ["a control", `<button class=hit>Go</button><a class=hit href=/x>Go</a><input class=hit>`],
    ["inside a control", `<button>Go <i class=hit>now</i></button>`],
    ["a label", `<label class=hit>Go <input type=checkbox></label>`],
    ["the root of an application", `<div class=hit><p>Text</p><button>Go</button></div>`],
    ["a wheel over it", `<div id=x>Go</div><script>x.onwheel = x.onkeydown = () => 1</script>`],
  ])("is none that is %s", async (_, body) => {
    expect(await targets(`<p>Before</p>${body}${listen(".hit")}`)).toEqual([]);
  });

  it("is marked by its pointer where one listener serves many elements", async () => {
    const rows = `<div><span class=open>Lamp</span> <span>12</span></div><div><span class=open>Chair</span></div>`;
    const style = `<style>.open { cursor: pointer }</style>`;
    const script = `<script>root.addEventListener("click", () => 1)</script>`;
    const page = `${style}<div id=root>${rows}</div>`;
    expect(await targets(`${page}${script}`)).toEqual(["generic Lamp", "generic Chair"]);
    // A pointer without a listener is mere style.
    expect(await targets(page)).toEqual([]);
  });

  it("is a link without an address where a part of the page listens for it", async () => {
    const menu = `<ul id=menu><li><a>Lamp</a><li><a>Chair</a></ul><p>See <a>here</a></p>`;
    const on = (target: string): string =>
      `<script>${target}.addEventListener("click", () => 1)</script>`;
    expect(await targets(`${menu}${on("menu")}`)).toEqual(["generic Lamp", "generic Chair"]);
    expect(await targets(`${menu}${on("document")}`)).toEqual([]);
  });

  it("is a card with a button in it, if the card has the pointer", async () => {
    const card = `<div class=hit style="cursor:pointer">Lamp <button>Like</button></div>`;
    expect(await targets(`<p>Shop</p>${card}${listen(".hit")}`)).toEqual(["generic"]);
    const wrapper = `<div class=hit style="cursor:pointer"><button>Like</button></div>`;
    expect(await targets(`<p>Shop</p>${wrapper}${listen(".hit")}`)).toEqual([]);
  });
});
