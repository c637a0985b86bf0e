/** The real environment on pages with everything that foreign sites have: its observations, and its input. */

import { describe, expect, it } from "vitest";
import { HOME, PageWalk } from "../support/page-walk.ts";

const on = new PageWalk();

describe("what is observed", () => {
  it("holds iframes of any allowed origin, iframes in iframes, and open shadow roots, and acts in them", async () => {
    on.site.pages["/inner"] =
      `<p style="height:900px">tall</p><button onclick="this.textContent='Pressed'">Press</button><iframe src="/innermost"></iframe>`;
    on.site.pages["/innermost"] = `<button onclick="this.textContent='Deep pressed'">Deep</button>`;
    on.site.pages["/partner"] =
      `<button onclick="this.textContent='Partner pressed'">Partner</button>`;
    await on.open(
      `<iframe src="/inner" style="margin:300px"></iframe><iframe src="http://partner.test/partner"></iframe>
       <div id="host"></div><script>
         const root = host.attachShadow({ mode: "open" });
         root.innerHTML = "<button>Shadow</button>";
         root.querySelector("button").onclick = (event) => { event.target.textContent = "Shadow pressed"; };
       </script>`,
      { sites: ["site", "partner"] },
    );
    for (const [before, after] of [
      ["Press", "Pressed"],
      ["Deep", "Deep pressed"],
      ["Partner", "Partner pressed"],
      ["Shadow", "Shadow pressed"],
    ] as const) {
      expect(await on.walk.click("button", before)).toBeNull();
      expect(on.walk.has("button", after), on.walk.text()).toBe(true);
    }
    const frame = on.walk.observation.nodes.findIndex((node) => node.role === "Iframe");
    const inner = on.walk.observation.nodes[frame + 1];
    expect(inner?.depth).toBe((on.walk.observation.nodes[frame]?.depth ?? 0) + 1);
  });

  it("masks passwords in nodes, snapshots and requests, whatever the field is called", async () => {
    on.site.pages["/login"] = `<title>In</title>`;
    await on.open(
      `<form method="post" action="/login"><input type="password" name="word" value="old" aria-label="Word">
       <input name="csrf_token" type="hidden" value="abc123"><input name="user" aria-label="User"><button>Log in</button></form>`,
    );
    await on.walk.type("Word", "hunter2");
    expect(on.walk.node("textbox", "Word").value).toBe("••••••••");
    const { html } = await on.walk.env.snapshot();
    expect(html).not.toMatch(/hunter2|abc123|old/);
    await on.walk.type("User", "ann");
    await on.walk.click("button", "Log in");
    expect(on.site.received[0]?.body).toBe("word=hunter2&csrf_token=abc123&user=ann");
    expect(on.walk.last.requests[0]?.fields).toEqual([
      ["word", "[masked]"],
      ["csrf_token", "[masked]"],
      ["user", "ann"],
    ]);
  });

  it("masks text typed into a password field in actions, and in the address to which a form sends it", async () => {
    on.site.pages["/login"] = `<title>In</title><a href="?word=hunter2&page=2">Next</a>`;
    await on.open(
      `<form action="/login"><input type="password" aria-label="Word" name="word"><button>Log in</button></form>
       <div style="position:relative"><input type="password" aria-label="Covered"><div style="position:absolute;inset:0">Over it</div></div>`,
    );
    await on.walk.type("Covered", "hunter1");
    expect(on.walk.observation.lastActionError).toContain("covered");
    expect(on.walk.last.performed).toMatchObject({ text: "[masked]" });
    await on.walk.type("Word", "hunter2", true);
    expect(on.site.received[0]?.path).toBe("/login?word=hunter2");
    expect(on.walk.last.performed).toMatchObject({ text: "[masked]", submit: true });
    const { observation, requests } = on.walk.last;
    const page = await on.walk.env.snapshot();
    expect(JSON.stringify([observation, requests, page.url])).not.toContain("hunter2");
    await on.walk.click("link", "Next");
    expect(on.walk.last.performed).toBeUndefined();
    expect(JSON.stringify(on.walk.last.observation)).not.toContain("hunter2");
  });

  it("shows states and values, and keeps refs while the document lives", async () => {
    await on.open(
      `<input type="checkbox" aria-label="Box"><details><summary>More</summary><p>Hidden text</p></details>
       <h2>Sub</h2><button disabled>Off</button>`,
    );
    const box = on.walk.node("checkbox", "Box");
    expect(box.states).toEqual({ checked: false });
    expect(on.walk.node("heading", "Sub").states).toEqual({ level: 2 });
    expect(on.walk.node("button", "Off").states).toEqual({ disabled: true });
    await on.walk.click("checkbox", "Box");
    expect(on.walk.node("checkbox", "Box")).toMatchObject({
      ref: box.ref,
      states: { checked: true, focused: true },
    });
  });
});

describe("what can be edited", () => {
  it("is a text field, however it is made, in an editor's frame too", async () => {
    await on.open(
      `<div contenteditable style="height:30px"></div><p contenteditable aria-label="Note">old <b>note</b></p>
       <iframe srcdoc="<body contenteditable aria-label='Rich'><p>para</p></body>"></iframe>`,
    );
    const fields = (): (string | undefined)[][] =>
      on.walk.observation.nodes
        .filter(({ role }) => role === "textbox")
        .map(({ name, value }) => [name, value]);
    expect(fields()).toEqual([
      ["", undefined],
      ["Note", "old note"],
      ["Rich", "para"],
    ]);
    for (const name of ["", "Note", "Rich"])
      expect(await on.walk.type(name, `new ${name}`)).toBeNull();
    expect(fields()).toEqual([
      ["", "new"],
      ["Note", "new Note"],
      ["Rich", "new Rich"],
    ]);
  });
});

describe("input", () => {
  it("is trusted, with the events that a person's mouse and keys give", async () => {
    await on.open(
      `<input aria-label="Field" value="before"><button>Go</button><p id="log"></p><script>
        const seen = [];
        for (const kind of ["mousemove", "pointerdown", "mousedown", "mouseup", "click", "keydown", "beforeinput", "input", "keyup", "change"])
          document.addEventListener(kind, (event) => {
            seen.push(kind + (event.isTrusted ? "" : "!"));
            log.textContent = [...new Set(seen)].join(" ");
          }, true);
      </script>`,
    );
    await on.walk.type("Field", "né w");
    expect(on.walk.node("textbox", "Field").value).toBe("né w");
    await on.walk.click("button", "Go");
    const log = on.walk.observation.nodes.find((node) => node.name.startsWith("mousemove"))?.name;
    expect(log).toBe(
      "mousemove pointerdown mousedown mouseup click keydown beforeinput input keyup change",
    );
  });

  it("replaces what a field holds, empties it, and sends its form with Enter", async () => {
    await on.open(
      `<form action="/next"><input name="q" aria-label="Q" value="old text"></form><textarea aria-label="Area">a</textarea>
       <div contenteditable role="textbox" aria-label="Rich">old <b>rich</b></div>`,
    );
    await on.walk.type("Area", "two\nlines");
    expect((await on.walk.env.snapshot()).html).toContain(">two\nlines</textarea>");
    await on.walk.type("Rich", "new");
    expect(on.walk.node("textbox", "Rich").value).toBe("new");
    await on.walk.type("Q", "");
    expect(on.walk.node("textbox", "Q").value).toBeUndefined();
    await on.walk.type("Q", "a&b", true);
    expect(on.walk.observation.url).toBe(`${HOME}next?q=a%26b`);
  });

  it("works on fields that a framework controls", async () => {
    await on.open(
      `<input aria-label="Controlled"><p id="out"></p><script>
        // As React does: the value's own setter is watched, and only a native change counts as one.
        const field = document.querySelector("input");
        const native = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value");
        let tracked = "";
        Object.defineProperty(field, "value", {
          get() { return native.get.call(this); },
          set(value) { tracked = value; native.set.call(this, value); },
        });
        field.addEventListener("input", () => {
          if (field.value === tracked) return;
          tracked = field.value;
          out.textContent = "state " + field.value;
          field.value = field.value.toUpperCase();
        });
      </script>`,
    );
    await on.walk.type("Controlled", "abc");
    expect(on.walk.node("textbox", "Controlled").value).toBe("ABC");
    expect(on.walk.has("StaticText", "state ABc")).toBe(true);
  });

  it("chooses options with one trusted change, skips disabled ones, and names missing ones", async () => {
    await on.open(
      `<select aria-label="Sort"><option>First</option><option disabled>Off</option><option>Second</option><option>Third  one</option></select>
       <select aria-label="Only"><option value="" disabled selected>Choose</option><option>Single</option></select>
       <select aria-label="Many" multiple><option>Red</option><option>Blue</option></select>
       <button>Plain</button><p id="log"></p><script>
        document.addEventListener("change", (event) => { log.textContent += event.target.value + (event.isTrusted ? "+" : "!") + ";"; });
      </script>`,
    );
    const select = async (
      name: string,
      option: string,
      role = "combobox",
    ): Promise<string | null> => {
      await on.walk.act({ kind: "select", ref: on.walk.node(role, name).ref, option });
      return on.walk.observation.lastActionError;
    };
    expect(await select("Sort", "Third one")).toBeNull();
    expect(await select("Sort", "First")).toBeNull();
    expect(await select("Sort", "Second")).toBeNull();
    expect(on.walk.node("combobox", "Sort").value).toBe("Second");
    expect(await select("Sort", "Second")).toBeNull();
    expect(await select("Only", "Single")).toBeNull();
    expect(on.walk.has("StaticText", "Third one+;First+;Second+;Single+;"), on.walk.text()).toBe(
      true,
    );
    expect(await select("Many", "Blue", "listbox")).toBeNull();
    expect(await select("Many", "Red", "listbox")).toBeNull();
    const chosen = () => ["Red", "Blue"].filter((o) => on.walk.node("option", o).states.selected);
    expect(chosen()).toEqual(["Red", "Blue"]);
    await on.walk.click("option", "Blue");
    expect(chosen()).toEqual(["Blue"]);
    expect(await select("Sort", "Off")).toContain("disabled");
    expect(await select("Sort", "None such")).toContain("no option");
    expect(await select("Plain", "x", "button")).toContain("not a select box");
    expect(on.walk.node("combobox", "Sort").value).toBe("Second");
  });

  it("scrolls hidden elements into view, and reaches elements that only a hover shows", async () => {
    await on.open(
      `<style>nav ul { display: none } nav:hover ul { display: block }</style>
       <nav><button>Menu</button><ul><li><a href="/next">Item</a></li></ul></nav>
       <div style="height:3000px"></div><div style="height:100px;overflow:auto"><div style="height:2000px"></div><button onclick="this.textContent='Done'">Far</button></div><div style="height:400px"></div>
       <header style="position:fixed;bottom:0;height:200px;width:100%">bar</header>`,
    );
    expect(await on.walk.click("button", "Far")).toBeNull();
    expect(on.walk.has("button", "Done")).toBe(true);
    await on.walk.act({ kind: "hover", ref: on.walk.node("button", "Menu").ref });
    expect(await on.walk.click("link", "Item")).toBeNull();
    expect(on.walk.observation.title).toBe("Next");
  });

  it("hits elements in a component's slots, and in a closed shadow root", async () => {
    await on.open(
      `<x-b><span>Element</span></x-b><x-c>Text</x-c><x-d></x-d><p id="log"></p><script>
        for (const [name, mode] of [["x-b", "open"], ["x-c", "open"], ["x-d", "closed"]])
          customElements.define(name, class extends HTMLElement {
            connectedCallback() {
              const root = this.attachShadow({ mode });
              root.innerHTML = "<button><slot>Closed</slot></button>";
              root.firstChild.onclick = () => { log.textContent += name + ";"; };
            }
          });
      </script>`,
    );
    for (const name of ["Element", "Text", "Closed"])
      expect(await on.walk.click("button", name)).toBeNull();
    expect(on.walk.has("StaticText", "x-b;x-c;x-d;"), on.walk.text()).toBe(true);
  });

  it("clicks the label where a box shows nothing else, next to the link in it", async () => {
    await on.open(
      `<input id="a" type="checkbox" style="position:absolute;left:-9999px"><label for="a">Agree to all these <a href="/next">long and winding terms of use</a></label>
       <label><input type="radio" style="position:fixed;left:-99px">Pick</label>`,
    );
    for (const node of on.walk.observation.nodes.filter(({ role }) =>
      /checkbox|radio/.test(role),
    )) {
      await on.walk.act({ kind: "click", ref: node.ref });
      expect(on.walk.observation.lastActionError).toBeNull();
    }
    const boxes = on.walk.observation.nodes.filter(({ role }) => /checkbox|radio/.test(role));
    expect(boxes.map(({ states }) => states.checked)).toEqual([true, true]);
    expect(on.walk.observation.url).toBe(HOME);
  });

  it("removes line breaks from a single-line field, and sends nothing by them", async () => {
    await on.open(
      `<form action="/next"><input aria-label="Line"><textarea aria-label="Area"></textarea></form>`,
    );
    await on.walk.type("Line", "a\nb");
    await on.walk.type("Area", "c\r\nd");
    expect(on.walk.observation.url).toBe(HOME);
    const { html } = await on.walk.env.snapshot();
    expect(html).toContain(`value="ab"`);
    expect(html).toContain(">c\nd</textarea>");
  });

  it("presses keys by WebArena's and Playwright's names, in any case", async () => {
    await on.open(
      `<input aria-label="A" value="abc"><p id="log"></p><script>
        document.addEventListener("keydown", (event) => { log.textContent += (event.ctrlKey ? "^" : "") + event.key + ";"; });
      </script>`,
    );
    await on.walk.click("textbox", "A");
    for (const keys of ["ctrl+a", "Delete", "space", "arrowleft", "Shift+X", "Meta", "PageDown"]) {
      await on.walk.act({ kind: "press", keys });
      expect(on.walk.observation.lastActionError).toBeNull();
    }
    expect(on.walk.text()).toContain("^Control;^a;Delete; ;ArrowLeft;Shift;X;Meta;PageDown;");
    expect(on.walk.node("textbox", "A").value).toBe("X");
    await on.walk.act({ kind: "press", keys: "hyper+q" });
    expect(on.walk.observation.lastActionError).toContain("not a key combination");
  });
});

describe("impossible actions", () => {
  it("name the obstacle, and change nothing", async () => {
    await on.open(
      `<button disabled>Off</button><button aria-disabled="true">Dimmed</button><input readonly aria-label="Fixed" value="x">
       <input type="date" readonly aria-label="Day" value="2020-01-01">
       <button style="position:absolute;width:0;height:0;padding:0;border:0;overflow:hidden">Nothing</button>
       <div style="position:relative"><a href="/next">Under</a><div class="veil" style="position:absolute;inset:0;background:#fff">Cookie notice</div></div>
       <p>Text</p>`,
    );
    expect(await on.walk.click("button", "Off")).toContain("is disabled");
    expect(await on.walk.click("button", "Dimmed")).toContain("is disabled");
    expect(await on.walk.type("Fixed", "y")).toContain("read-only");
    expect(await on.walk.click("link", "Under")).toContain('covered by <div> "Cookie notice"');
    expect(await on.walk.type("Text", "y", false, "StaticText")).toContain("not a text field");
    expect(await on.walk.type("Day", "2021-02-02", false, "Date")).toContain("read-only");
    await on.walk.act({ kind: "goBack" });
    expect(on.walk.observation.lastActionError).toContain("no page to go back to");
    await on.walk.act({ kind: "goForward" });
    expect(on.walk.observation.lastActionError).toContain("no page to go forward to");
    await on.walk.act({ kind: "switchTab", index: 3 });
    expect(on.walk.observation.lastActionError).toContain("no tab 3");
    expect(on.walk.observation.url).toBe(HOME);
    expect(on.site.received).toEqual([]);
  });

  it("do not accept a ref from a page before the last one", async () => {
    await on.open(`<a href="/next">Next</a>`);
    const { ref } = on.walk.node("link", "Next");
    await on.walk.click("link", "Next");
    await on.walk.act({ kind: "click", ref });
    expect(on.walk.observation.lastActionError).toContain(`[${ref}] is not on the page`);
  });
});
