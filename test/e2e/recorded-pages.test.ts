/** A recorded page shows what Chromium showed, and its controls are elements of their own, which can be acted on. */

import { describe, expect, it } from "vitest";
import type { PageNode } from "../../src/core/observation.ts";
import { formOwner, UNTOUCHED, valueOf } from "../../src/page/form-state.ts";
import { parsePage, type PageDocument } from "../../src/page/page-document.ts";
import { TextBrowser } from "../../src/text-browser/text-browser.ts";
import { click, press, type Step } from "../support/both-worlds.ts";
import { PageWalk } from "../support/page-walk.ts";

/** Refs differ between readings, and focus is not part of a record. */
function outline(nodes: readonly PageNode[]): string[] {
  return nodes.map(({ role, name, value, states, url, depth }) => {
    const { focused: _, ...others } = states;
    return `${"  ".repeat(depth)}${JSON.stringify([role, name, value, others, url])}`;
  });
}

const shadow = (mode: string, html: string, id = "host"): string =>
  `<x-${id} id=${id}></x-${id}><script>{ const root = ${id}.attachShadow({ mode: "${mode}" }); root.innerHTML = ${JSON.stringify(html)}; window.${id}Root = root; }</script>`;

/** A form has a field under its name, and hides its own property of that name. */
const PROPERTIES = (
  "assignedSlot attributes baseURI childElementCount childNodes children classList closest getAttribute getRootNode " +
  "id localName matches namespaceURI nodeType nodeValue parentElement parentNode querySelector shadowRoot textContent"
).split(" ");

const CASES: Record<string, string> = {
  "a hint under a button": `<button popovertarget=h>Info</button><p id=h popover=auto role=tooltip>Closes at 6</p><p id=other popover>closed</p><script>h.showPopover()</script>`,
  "a menu of a popover in a closed tree": `${shadow("closed", "<ul popover role=menu><li role=menuitem tabindex=0>Copy<li role=menuitem tabindex=0>Cut</ul>")}<script>hostRoot.firstChild.showPopover()</script>`,
  "a popover over a modal dialog": `<p>Below</p><dialog id=d>Sure? <button popovertarget=p>Why</button><div id=p popover>Because</div></dialog><script>d.showModal(); p.showPopover()</script>`,
  "a second dialog that stands first": `<dialog id=b><button>Inner</button></dialog><dialog id=a><button>Outer</button></dialog><p>Page</p><script>a.showModal(); b.showModal()</script>`,
  "a dialog in an inert part": `<div inert>Gone <dialog id=d role=alertdialog aria-label=Stop><button>OK</button></dialog></div><p>Page</p><script>d.showModal()</script>`,
  "a dialog of a frame": `<p>Around</p><iframe srcdoc="<p>Behind</p><dialog id=d><button>Close</button></dialog><script>d.showModal()</script>"></iframe>`,
  "links without address": `<nav><a id=one><span>Page</span> <b>2</b></a> <a tabindex=0 id=two>Top</a> <a>no link</a></nav><script>one.onclick = () => {}; two.addEventListener("mousedown", () => {})</script>`,
  "a frame of another site": `<iframe src=http://partner.test/form></iframe>`,
  "a frame in a line that aria-hidden hides": `<style>b::before { content: "New " }</style><label><b>Page</b> <iframe aria-hidden=true srcdoc="<p>Unseen"></iframe></label>`,
  "a form that aria-hidden cannot hide while the focus is in it": `<dialog id=d><form aria-hidden=true>Sure? <button>Send</button></form></dialog><script>d.showModal()</script>`,
  "a sandboxed frame in a frame": `<iframe srcdoc='<h2>Outer</h2><iframe sandbox="allow-scripts" src="/form"></iframe>'></iframe>`,
  "closed trees in closed trees": `${shadow("closed", "<slot name=a></slot><x-in></x-in>")}<script>host.innerHTML = "<button slot=a>Slotted</button>"; hostRoot.querySelector("x-in").attachShadow({ mode: "closed" }).innerHTML = "<a href=/deep>Deep</a><input aria-label=Q value=1>"</script>`,
  "a declared closed tree": `<div><template shadowrootmode=closed><button>Buy</button><slot></slot></template>light</div>`,
  "a closed tree in a frame": `<iframe src=/closed></iframe>`,
  "links of a drawing": `<svg width=300 height=90 role=img aria-label=Chart><text y=20>Sold</text></svg><svg width=300 height=90><defs><text>unused</text></defs><a xlink:href=/old><text y=20>Old <tspan>way</tspan></text></a><g><title>Group</title><a href=/bar><rect width=30 height=30 /></a></g><foreignObject width=99 height=30><button>Inside</button></foreignObject></svg>`,
  "a drawing with nothing to read": `<button aria-label=Close><svg width=9 height=9><g><path d="M0 0h9" /></g></svg></button><svg width=9 height=9 aria-hidden=true><text>x</text></svg>`,
  "generated names": `<style>body { counter-reset: n } h2::before { counter-increment: n; content: counter(n) ". " } label::after { content: " *" } td::before { content: attr(data-label) ": " } q::after { content: "!" }</style><h2>First</h2><h2>Second</h2><label>Name <input></label><table border=1><tr><th>A<th>B<tr><td data-label=A>1<td data-label=B>2</table><q>Hm</q>`,
  "hidden texts": `<style>.off { visibility: hidden } .on { visibility: visible } .cv { content-visibility: hidden } .c { display: contents }</style><table border=1><tr><th>x<th>y<tr style="visibility: collapse"><td>1<td>2</table><p class=off>no <b class=on>yes <i>also</i></b> no</p><div class=cv>skipped <p>too</p></div><p hidden=until-found>later</p><p class=c>contents <i>i</i></p><p style="opacity: 0">pale</p>`,
  "hidden by a style in a frame": `<iframe srcdoc="<style>.off { visibility: hidden } b::after { content: '%' }</style><p class=off>no</p><p>Up <b>7</b></p>"></iframe>`,
  "what a part that a style skips claims to own": `<style>h2 { content-visibility: hidden }</style><h2 aria-label=Skipped><div><div aria-owns=d></div></div></h2><div id=d><p>Sure? <button>Send</button></div>`,
  "states that HTML does not say": `<input type=checkbox id=c aria-label=All><select multiple aria-label=Many id=m><option>a<option>b<option>c</select><progress id=p aria-label=Done></progress><details id=d><summary>More</summary>inside</details><script>c.indeterminate = true; m.options[1].selected = m.options[2].selected = true; p.value = 0.3; d.open = true</script>`,
  "fields with the names of an element's properties": `<form id=f><p>Trip</p></form><script>for (const name of ${JSON.stringify(PROPERTIES)}) { const field = document.createElement("input"); field.name = name; field.setAttribute("aria-label", name); f.append(field) }</script>`,
  "roles that scripts give": `<x-s id=s tabindex=0>Sound</x-s><script>customElements.define("x-s", class extends HTMLElement { constructor() { super(); const own = this.attachInternals(); own.role = "switch"; own.ariaChecked = "true" } }); const b = document.createElement("div"); b.ariaLabel = "Reflected"; b.role = "button"; document.body.append(b)</script>`,
};

/** The tags that controls of a page stand in, by name. */
const TAGS: Record<string, Record<string, string>> = {
  "a menu of a popover in a closed tree": { Copy: "li" },
  "a dialog in an inert part": { OK: "button" },
  "links without address": { "Page 2": "a", Top: "a" },
  "a form that aria-hidden cannot hide while the focus is in it": { Send: "button" },
  "what a part that a style skips claims to own": { Send: "button", "Sure?": "p" },
  "a frame of another site": { Room: "input", Rules: "a" },
  "closed trees in closed trees": { Deep: "a", Slotted: "button", Q: "input" },
  "links of a drawing": { "Old way": "a", Inside: "button" },
  "generated names": { "Name *": "input" },
};

const FORM = `<title>Form</title><h1>Form</h1><input aria-label=Room id=r><select aria-label=Bed id=b><option>one<option>two</select>
  <input type=checkbox aria-label=Late id=c><a href=rules>Rules</a><textarea aria-label=Note id=t></textarea>
  <script>r.value = "4a"; b.value = "two"; c.checked = true; t.value = "two\\nlines"</script>`;

/** Dialogs that a script opens, and how they close without one. */
const DIALOGS: Record<string, [html: string, opening: Step[], closing: Step[]]> = {
  "by Escape": [
    `<p>Page <a href=/x>Link</a></p><main><dialog id=d>Sure? <button>OK</button></dialog></main><script>d.showModal()</script>`,
    [],
    [press("Escape")],
  ],
  "by a button, in an inert part": [
    `<div inert><p>Off</p><dialog id=d><form method=dialog><button>OK</button></form></dialog></div><p>Page</p><script>d.showModal()</script>`,
    [],
    [click("button", "OK")],
  ],
  "the second, which stands first": [
    `<dialog id=b><form method=dialog><button>Inner</button></form></dialog><dialog id=a><button onclick="b.showModal()">Outer</button></dialog><button onclick="a.showModal()">Open</button>`,
    [click("button", "Open"), click("button", "Outer")],
    [press("Escape"), press("Escape")],
  ],
  "in a frame": [
    `<p>Around</p><iframe srcdoc="<p>Behind</p><dialog id=d><form method=dialog><button>Close</button></form></dialog><script>d.showModal()</script>"></iframe>`,
    [],
    [click("button", "Close")],
  ],
  "below a popover": [
    `<button onclick="d.showModal()">Open</button><dialog id=d>Sure? <button popovertarget=p>Why</button><div id=p popover>Because</div></dialog>`,
    [click("button", "Open"), click("button", "Why")],
    [press("Escape"), press("Escape")],
  ],
};

describe("a recorded page", () => {
  const on = new PageWalk();

  async function record(html: string): Promise<PageDocument> {
    on.site.pages["/form"] = FORM;
    on.site.pages["/closed"] = shadow("closed", "<p>Shade</p><a href=next>Next</a>");
    await on.open(html, { sites: ["site", "partner"] });
    const page = await on.walk.env.snapshot();
    return parsePage(page.html, page.url);
  }

  it.each(Object.entries(CASES))("shows the nodes that Chromium showed: %s", async (name, html) => {
    const page = await record(html);
    expect(outline(page.nodes)).toEqual(outline(on.walk.observation.nodes));
    for (const [control, tag] of Object.entries(TAGS[name] ?? {})) {
      const ref = page.nodes.find((node) => node.name === control)?.ref ?? "";
      expect([control, page.elementOf(ref)?.name]).toEqual([control, tag]);
    }
  });

  it("is recorded while its frames and shadow trees come and go", async () => {
    on.site.pages["/form"] = FORM;
    await on.open(`<main></main><script>
      const turn = () => {
        const main = document.querySelector("main");
        main.innerHTML = "<iframe src=http://partner.test/form></iframe><b></b>";
        main.lastChild.attachShadow({ mode: "closed" }).innerHTML = "<a href=/x>x</a>";
      };
      setInterval(turn, 20); turn();</script>`);
    for (let i = 0; i < 3; i++) expect((await on.walk.env.snapshot()).html).toContain("<main");
    await on.walk.act({ kind: "press", keys: "Tab" });
    expect(on.walk.observation.title).toBe("Home");
  });

  it.each([
    ["only its header names", "text/html; charset=iso-8859-2", "", "ISO-8859-2", "%B1"],
    ["its header names first", "text/html; charset=utf-8", "latin1", "UTF-8", "%C4%85"],
    ["it declares", "text/html", "iso-8859-2", "iso-8859-2", "%B1"],
  ])("keeps the encoding that %s", async (_, type, declared, named, written) => {
    await on.open("<p>First</p>");
    on.site.pages["/in"] = (__, reply) => {
      reply.writeHead(200, { "content-type": type });
      const meta = declared === "" ? "" : `<meta charset=${declared}>`;
      reply.end(`<!doctype html>${meta}<a href="/?q=&#261;">Find</a>`);
    };
    await on.walk.act({ kind: "goto", url: "http://site.test/in" });
    const { html, url } = await on.walk.env.snapshot();
    const page = parsePage(html, url);
    expect(page.encoding.toLowerCase()).toBe(named.toLowerCase());
    expect(page.nodes.find(({ role }) => role === "link")?.url).toBe(
      `http://site.test/?q=${written}`,
    );
    expect(outline(page.nodes)).toEqual(outline(on.walk.observation.nodes));
  });

  it.each(Object.entries(DIALOGS))(
    "closes its dialogs: %s",
    async (_, [html, opening, closing]) => {
      await on.open(html);
      for (const step of opening) await on.walk.act(step(on.walk.observation));
      const page = await on.walk.env.snapshot();
      const answer = { url: page.url, status: 200, html: page.html, hops: [] };
      const transport = { load: () => answer, react: () => null };
      const text = new TextBrowser({ transport, origins: ["http://site.test"] });
      await text.open([page.url]);
      for (const step of closing) {
        const covered = outline(on.walk.observation.nodes);
        await on.walk.act(step(on.walk.observation));
        await text.perform(step(text.observe()));
        expect(outline(on.walk.observation.nodes)).not.toEqual(covered);
        expect(outline(text.observe().nodes)).toEqual(outline(on.walk.observation.nodes));
      }
    },
  );

  it("keeps that a script removed a choice", async () => {
    const page = await record(
      `<select><option>One</select><select id=none><option>Two</select><script>none.selectedIndex = -1</script>`,
    );
    const selects = page.elements.filter(({ name }) => name === "select");
    expect(selects.map((select) => valueOf(select, UNTOUCHED))).toEqual(["One", ""]);
  });

  it("has the addresses of a frame as the frame reads them", async () => {
    const page = await record(`<iframe src=http://partner.test/form></iframe>`);
    expect(page.nodes.find(({ name }) => name === "Rules")?.url).toBe("http://partner.test/rules");
  });

  it("finds a link that only the pointer sees", async () => {
    const page = await record(
      `<ul onclick="void 0"><li><button>One</button> <a href=/x aria-hidden=true>Two</a></li></ul>`,
    );
    expect(outline(page.nodes)).toEqual(outline(on.walk.observation.nodes));
    const target = page.nodes.find(({ states }) => states.clickable === true);
    expect(page.elementOf(target?.ref ?? "")?.name).toBe("a");
  });

  it("keeps the form of a control outside of it", async () => {
    const page = await record(
      `<table><form action=/one><tr><td><input name=a></td></tr></form><form action=/two><tr><td><input name=b></td></tr></form></table>
       <div><form action=/three></div><input name=c></form><input name=d>
       <form action=/four><style>i::before { content: "4" }</style><i></form><form action=/five><input name=e></form><input name=f></i></form><input name=g>
       <form action=/six id=six><input name=h></form><input name=k>
       <script>const inner = document.createElement("form"); inner.action = "/seven"; inner.innerHTML = "<input name=i>"; six.append(inner, Object.assign(document.createElement("input"), { name: "j" }))</script>`,
    );
    const owners = page.elements.flatMap((element) =>
      element.name === "input"
        ? [[element.attribs["name"], formOwner(element)?.attribs["action"]]]
        : [],
    );
    expect(owners).toEqual([
      ["a", "/one"],
      ["b", "/two"],
      ["c", "/three"],
      ["d", undefined],
      ["e", "/five"],
      ["f", "/four"],
      ["g", undefined],
      ["h", "/six"],
      ["i", "/seven"],
      ["j", "/six"],
      ["k", undefined],
    ]);
  });

  it("leaves out the fields' secrets, in closed trees and frames too", async () => {
    const fields = `<input type=password aria-label=P value='Kq7 open sesame'><input type=hidden name=csrf_token value='Zx9 hidden'>`;
    on.site.pages["/secret"] = fields;
    const page = await record(
      `${shadow("closed", fields)}<iframe src=http://partner.test/secret></iframe><p>Kq7 open sesame, Zx9 hidden</p>`,
    );
    expect(page.html).not.toMatch(/sesame|Zx9/u);
    expect(page.html.match(/\[masked\]/gu)?.length).toBe(6);
  });
});
