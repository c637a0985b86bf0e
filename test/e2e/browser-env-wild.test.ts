/** Pages from real applications, where the obvious approach silently does the wrong thing. */

import { describe, expect, it } from "vitest";
import { PageWalk } from "../support/page-walk.ts";

const on = new PageWalk();

const SELECT = `<label>Rows <select id="rows"><option>10</option><option>25</option><option>50</option><option>100</option></select></label><p id="out">none</p>`;

async function selectRows(option: string): Promise<string | null> {
  const { ref } = on.walk.node("combobox", "Rows");
  return (await on.walk.act({ kind: "select", ref, option })).observation.lastActionError;
}

describe("in the wild", () => {
  it("selects the wanted option even if the page reacts to keys", async () => {
    const report = `rows.addEventListener("change", () => { out.textContent += " " + rows.value; })`;
    for (const script of [
      // Controlled: a key's handler renders the box again.
      `let value = "10"; document.addEventListener("keydown", () => { rows.value = value; }); rows.onchange = () => { value = rows.value; }; ${report}`,
      `rows.onkeydown = (event) => event.preventDefault(); ${report}`,
    ]) {
      await on.open(`${SELECT}<script>${script}</script>`);
      expect(await selectRows("100")).toBe(null);
      expect(on.walk.node("combobox", "Rows").value).toBe("100");
      expect(on.walk.text()).toMatch(/none.* 100/u);
    }
  });

  it("notifies a box that returns to its first option once", async () => {
    await on.open(
      `${SELECT}<script>rows.onchange = () => { out.textContent += " " + rows.value; rows.selectedIndex = 0; };</script>`,
    );
    expect(await selectRows("50")).toBe(null);
    expect(on.walk.has("StaticText", "none 50")).toBe(true);
    expect(on.walk.node("combobox", "Rows").value).toBe("10");
  });

  it("clicks elements in padded or scaled frames below the window, and detects covers", async () => {
    on.site.pages["/in"] = () =>
      `<style>button { display: block; height: 30px; margin: 0 }</style><body style="margin:0">${["One", "Two", "Three"].map((name) => `<button onclick="this.textContent='${name} pressed'">${name}</button>`).join("")}`;
    for (const style of ["", "padding:35px", "transform:scale(.5)", "border:20px solid"]) {
      await on.open(
        `<div style="height:1500px"></div><iframe title="In" src="/in" style="${style}"></iframe><div style="height:1500px"></div>`,
      );
      expect(await on.walk.click("button", "Two"), style).toBe(null);
      expect(on.walk.has("button", "Two pressed"), style).toBe(true);
    }
    await on.open(
      `<iframe title="In" src="/in"></iframe><consent-banner></consent-banner><script>
         document.querySelector("consent-banner").attachShadow({ mode: "open" }).innerHTML =
           '<div style="position:fixed;inset:0">We use cookies</div>';
       </script>`,
    );
    expect(await on.walk.click("button", "Two")).toContain("covered by <div>");
  });

  it("acts on pages, and frames, that overwrite the browser's own names", async () => {
    const replace = `<script>
      for (const name of ["Event", "Element", "Document", "HTMLInputElement", "HTMLSelectElement", "getComputedStyle", "getSelection",
        "Array", "JSON", "Map", "Number", "Object", "Promise", "RegExp", "Set", "String", "WeakMap", "WeakSet", "setTimeout"]) window[name] = null;
      Node.prototype.getRootNode = Element = null;
    </script>`;
    on.site.pages["/in"] = () =>
      `<input type="date" aria-label="When"><input aria-label="Inner">${replace}`;
    await on.open(
      `<input aria-label="Outer"><div contenteditable role="textbox" aria-label="Note">old</div>
       <select multiple aria-label="Many"><option>Red</option><option>Blue</option></select>
       ${SELECT}<iframe title="In" src="/in"></iframe>${replace}`,
    );
    expect(on.walk.observation.title).toBe("Home");
    expect(await on.walk.type("Outer", "tea")).toBe(null);
    expect(await on.walk.type("Note", "new")).toBe(null);
    expect(await selectRows("50")).toBe(null);
    const { ref } = on.walk.node("listbox", "Many");
    expect(
      (await on.walk.act({ kind: "select", ref, option: "Blue" })).observation.lastActionError,
    ).toBe(null);
    expect(await on.walk.type("When", "2026-03-01", false, "Date")).toBe(null);
    expect(await on.walk.type("Inner", "cup")).toBe(null);
    expect(on.walk.node("textbox", "Outer").value).toBe("tea");
    expect(on.walk.node("textbox", "Note").value).toBe("new");
    expect(on.walk.node("combobox", "Rows").value).toBe("50");
    expect(on.walk.node("option", "Blue").states.selected).toBe(true);
    expect(on.walk.node("Date", "When").value).toContain("2026");
    expect(on.walk.node("textbox", "Inner").value).toBe("cup");
  });

  it("shows the field and the buttons inside a self-declared combo box", async () => {
    await on.open(
      `<div role="combobox" aria-label="Country" aria-expanded="false"><span>Chosen</span><input type="search" aria-label="Find a country"><button>Clear</button></div>`,
    );
    expect(await on.walk.type("Find a country", "nor", false, "searchbox")).toBe(null);
    expect(on.walk.node("searchbox", "Find a country").value).toBe("nor");
    expect(await on.walk.click("button", "Clear")).toBe(null);
    expect(on.walk.has("StaticText", "Chosen")).toBe(false);
  });

  it("shows and hits wordless pictures with a tooltip, and no others", async () => {
    await on.open(
      `<style>div { width: 20px; height: 20px }</style>
       <div title="Open" onclick="document.title = 'Opened'"></div>
       <div title="Close" onclick="document.title = 'Closed'"><svg width="9" height="9"><path d="M0 0h9v9z"/></svg></div>
       <p title="A tip">Text</p><div title="Around">Said</div>`,
    );
    expect(on.walk.observation.nodes.filter(({ role }) => role === "generic")).toMatchObject([
      { name: "Open" },
      { name: "Close" },
    ]);
    expect(await on.walk.click("generic", "Close")).toBe(null);
    expect(on.walk.observation.title).toBe("Closed");
    expect(await on.walk.click("generic", "Open")).toBe(null);
    expect(on.walk.observation.title).toBe("Opened");
  });

  it("writes into editors that take keys in an invisible field", async () => {
    await on.open(
      `<div id="editor" style="position:relative;width:300px;height:80px">
         <div style="overflow:hidden;position:absolute;width:3px;height:0"><textarea id="keys" aria-label="Code" style="position:absolute;width:1000px;height:14px"></textarea></div>
         <pre id="shown" style="position:absolute;inset:0;margin:0">old text</pre>
       </div><div id="modal" style="position:fixed;inset:0;background:white" hidden>Modal</div><button onclick="modal.hidden = false" style="position:relative">Cover</button><script>
         let isAll = false;
         const write = (text) => { shown.textContent = (isAll ? "" : shown.textContent) + text; isAll = false; };
         editor.onmousedown = (event) => { event.preventDefault(); keys.focus(); };
         keys.onkeydown = (event) => {
           if (event.ctrlKey && event.key === "a") { event.preventDefault(); isAll = true; }
           if (event.key === "Delete") write("");
         };
         keys.oninput = () => { write(keys.value); keys.value = ""; };
       </script>`,
    );
    const shown = () => on.walk.observation.nodes.find(({ role }) => role === "StaticText")?.name;
    expect(await on.walk.type("Code", "new (text)")).toBe(null);
    expect(shown()).toBe("new (text)");
    expect(await on.walk.type("Code", "other")).toBe(null);
    expect(shown()).toBe("other");
    expect(await on.walk.type("Code", "")).toBe(null);
    expect(shown()).not.toBe("other");
    await on.walk.click("button", "Cover");
    expect(await on.walk.type("Code", "through")).toContain('covered by <div> "Modal"');
  });

  it("shows words and signs from style sheets, but not letters of icon fonts", async () => {
    await on.open(
      `<style>i::before { content: "\\f0ad" } li + li::before { content: "/" } b::after { content: "New" }</style>
       <p><i></i> Tools</p><ul><li>One</li><li>Two</li></ul><b></b>`,
    );
    const texts = on.walk.observation.nodes.filter(({ role }) => role === "StaticText");
    expect(texts.map(({ name }) => name)).toEqual(["Tools", "One", "/", "Two", "New"]);
  });

  it("shows texts that a label contains by chance, and controls nested in others", async () => {
    await on.open(
      `<article aria-label="Product 250 g of tea, 5 in stock"><h2>Tea</h2><span>5</span><p>250</p><button>Buy</button></article>
       <div role="checkbox" aria-checked="false" tabindex="0">I accept the <a href="/next">terms</a></div>
       <div contenteditable role="textbox" aria-label="Note">Milk <input type="checkbox" aria-label="bought"></div>
       <img alt="Map" width="40" height="40" src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" usemap="#map"><map name="map"><area shape="rect" coords="0,0,40,40" href="/next" alt="Left"></map>`,
    );
    for (const text of ["5", "250"]) expect(on.walk.has("StaticText", text), text).toBe(true);
    expect(on.walk.has("StaticText", "Tea")).toBe(false);
    expect(on.walk.has("checkbox", "bought")).toBe(true);
    expect(on.walk.has("link", "Left")).toBe(true);
    expect(await on.walk.click("link", "Left")).toBe(null);
    expect(on.walk.observation.title).toBe("Next");
    await on.walk.act({ kind: "goBack" });
    expect(await on.walk.click("link", "terms")).toBe(null);
    expect(on.walk.observation.title).toBe("Next");
  });

  it("ticks a box that the element next to it draws", async () => {
    await on.open(
      `<div style="position:relative;width:20px;height:20px"><input type="checkbox" aria-label="Agree" style="opacity:0;position:absolute"><ins style="position:absolute;inset:0"></ins></div>
       <script>document.querySelector("ins").onclick = () => document.querySelector("input").click();</script>`,
    );
    expect(await on.walk.click("checkbox", "Agree")).toBe(null);
    expect(on.walk.node("checkbox", "Agree").states.checked).toBe(true);
  });

  it("opens a list at the box of a field that lets the mouse through", async () => {
    const field = (attributes: string): string =>
      `<input aria-label="Status" readonly value="Draft" ${attributes}>`;
    const box = `<div class="box" style="cursor:pointer">${field('style="pointer-events:none"')}<i>▾</i></div>`;
    await on.open(
      `${box}<p>Other</p><script>document.querySelector(".box").onclick = () => { document.title = "Open"; };</script>`,
    );
    expect(await on.walk.click("textbox", "Status")).toBe(null);
    expect(on.walk.observation.title).toBe("Open");
    // What lies over a field still covers it, and so does a box of several fields.
    await on.open(
      `<div style="position:relative">${field("")}<b style="position:absolute;inset:0"></b></div>`,
    );
    expect(await on.walk.click("textbox", "Status")).toContain("covered by <b>");
    await on.open(`<div>${field('style="pointer-events:none"')}<input aria-label="Name"></div>`);
    expect(await on.walk.click("textbox", "Status")).toContain("covered by <div>");
    await on.open(field('style="pointer-events:none"'));
    expect(await on.walk.click("textbox", "Status")).toContain("covered by");
  });

  it("does not wait for a page that asks its site again and again", async () => {
    on.site.pages["/poll"] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      return "nothing new";
    };
    await on.open(
      `<button onclick="document.title = ++count">Count</button><script>
         var count = 0;
         (async () => { for (;;) await fetch("/poll").then((answer) => answer.text()); })();
       </script>`,
    );
    const before = on.walk.env.cappedSettles;
    for (let count = 1; count <= 3; count++) {
      // The agent thinks: a new poll is under way when it acts.
      await new Promise((resolve) => setTimeout(resolve, 2_300));
      await on.walk.click("button", "Count");
      expect(on.walk.observation.title).toBe(String(count));
    }
    expect(on.walk.env.cappedSettles).toBe(before);
  });

  it("reads pages whose pictures are named like the document's own properties, and pages without elements", async () => {
    await on.open(
      `<img name="title" alt="Pear"><img name="querySelectorAll" alt="Plum"><button onclick="document.replaceChildren()">Empty</button>`,
    );
    const before = on.walk.env.cappedSettles;
    expect(on.walk.observation.title).toBe("Home");
    expect(await on.walk.click("button", "Empty")).toBe(null);
    expect(on.walk.env.cappedSettles).toBe(before);
    expect((await on.walk.env.snapshot()).html).toContain("<!doctype html>");
  });

  it("reports a dialog during the load of a start page", async () => {
    await on.open(`<button>Go</button><script>alert("Session expired")</script>`);
    expect(on.walk.observation.lastActionError).toContain("Session expired");
    expect(await on.walk.click("button", "Go")).toBe(null);
  });
});
