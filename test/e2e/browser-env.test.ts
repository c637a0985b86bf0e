/** The real environment on pages with everything that foreign sites have: what it sees, and what its input does. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Browser } from "playwright";
import { createBrowserEnv, CONTENT, launchForTest, taskOn, Walk } from "../support/real-env.ts";
import { startPageServer, type PageServer } from "../support/page-server.ts";

const HOME = "http://site.test/";

let site: PageServer;
let browser: Browser;
let walk: Walk;

beforeAll(async () => {
  site = await startPageServer();
  const origins = {
    site: { origin: "http://site.test", address: site.address },
    partner: { origin: "http://partner.test", address: site.address },
  };
  browser = await launchForTest(origins);
  walk = new Walk(createBrowserEnv({ browser, origins, evaluator: CONTENT }));
});
afterAll(async () => {
  await walk.env[Symbol.asyncDispose]();
  await browser.close();
  await site[Symbol.asyncDispose]();
});

async function open(html: string, more: Parameters<typeof taskOn>[1] = {}): Promise<void> {
  site.pages["/"] = `<!doctype html><title>Home</title>${html}`;
  site.pages["/next"] = `<!doctype html><title>Next</title><h1>Next</h1>`;
  await walk.start(taskOn([HOME], more));
  site.received.length = 0;
}

describe("what is observed", () => {
  it("holds iframes of any allowed origin, iframes in iframes, and open shadow roots, and acts in them", async () => {
    site.pages["/inner"] =
      `<p style="height:900px">tall</p><button onclick="this.textContent='Pressed'">Press</button><iframe src="/innermost"></iframe>`;
    site.pages["/innermost"] = `<button onclick="this.textContent='Deep pressed'">Deep</button>`;
    site.pages["/partner"] =
      `<button onclick="this.textContent='Partner pressed'">Partner</button>`;
    await open(
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
      expect(await walk.click("button", before)).toBeNull();
      expect(walk.has("button", after), walk.text()).toBe(true);
    }
    const frame = walk.observation.nodes.findIndex((node) => node.role === "Iframe");
    const inner = walk.observation.nodes[frame + 1];
    expect(inner?.depth).toBe((walk.observation.nodes[frame]?.depth ?? 0) + 1);
  });

  it("masks passwords in nodes, snapshots and requests, whatever the field is called", async () => {
    site.pages["/login"] = `<title>In</title>`;
    await open(
      `<form method="post" action="/login"><input type="password" name="word" value="old" aria-label="Word">
       <input name="csrf_token" type="hidden" value="abc123"><input name="user" aria-label="User"><button>Log in</button></form>`,
    );
    await walk.type("Word", "hunter2");
    expect(walk.node("textbox", "Word").value).toBe("••••••••");
    const { html } = await walk.env.snapshot();
    expect(html).not.toMatch(/hunter2|abc123|old/);
    await walk.type("User", "ann");
    await walk.click("button", "Log in");
    expect(site.received[0]?.body).toBe("word=hunter2&csrf_token=abc123&user=ann");
    expect(walk.last.requests[0]?.fields).toEqual([
      ["word", "[masked]"],
      ["csrf_token", "[masked]"],
      ["user", "ann"],
    ]);
  });

  it("shows states and values, and keeps refs while the document lives", async () => {
    await open(
      `<input type="checkbox" aria-label="Box"><details><summary>More</summary><p>Hidden text</p></details>
       <h2>Sub</h2><button disabled>Off</button>`,
    );
    const box = walk.node("checkbox", "Box");
    expect(box.states).toEqual({ checked: false });
    expect(walk.node("heading", "Sub").states).toEqual({ level: 2 });
    expect(walk.node("button", "Off").states).toEqual({ disabled: true });
    await walk.click("checkbox", "Box");
    expect(walk.node("checkbox", "Box")).toMatchObject({
      ref: box.ref,
      states: { checked: true, focused: true },
    });
  });
});

describe("what can be edited", () => {
  it("is a text field, whatever it is made of, in an editor's frame too", async () => {
    await open(
      `<div contenteditable style="height:30px"></div><p contenteditable aria-label="Note">old <b>note</b></p>
       <iframe srcdoc="<body contenteditable aria-label='Rich'><p>para</p></body>"></iframe>`,
    );
    const fields = (): (string | undefined)[][] =>
      walk.observation.nodes
        .filter(({ role }) => role === "textbox")
        .map(({ name, value }) => [name, value]);
    expect(fields()).toEqual([
      ["", undefined],
      ["Note", "old note"],
      ["Rich", "para"],
    ]);
    for (const name of ["", "Note", "Rich"])
      expect(await walk.type(name, `new ${name}`)).toBeNull();
    expect(fields()).toEqual([
      ["", "new"],
      ["Note", "new Note"],
      ["Rich", "new Rich"],
    ]);
  });
});

describe("settling", () => {
  it("waits for what scripts fetch and render late, and for the next page", async () => {
    site.pages["/data"] = async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return "fetched";
    };
    await open(
      `<button id="fetch">Fetch</button><button id="debounce">Debounce</button><button id="idle">Idle</button><button id="away">Away</button>
       <p id="out"></p><input aria-label="Live"><script>
         const load = async () => { const answer = await fetch("/data"); out.textContent = await answer.text(); };
         document.getElementById("fetch").onclick = load;
         debounce.onclick = () => setTimeout(() => { out.textContent = "waited"; }, 300);
         idle.onclick = () => {
           const until = performance.now() + 300;
           const work = () => { const end = performance.now() + 40; while (performance.now() < end); if (end > until) clearInterval(busy); };
           const busy = setInterval(work, 0);
           requestIdleCallback(() => { out.textContent = "had time"; });
         };
         away.onclick = () => setTimeout(() => { location.href = "/next"; }, 100);
         let timer;
         document.querySelector("input").oninput = () => { clearTimeout(timer); timer = setTimeout(load, 200); };
       </script>`,
    );
    await walk.click("button", "Fetch");
    expect(walk.has("StaticText", "fetched")).toBe(true);
    await walk.click("button", "Debounce");
    expect(walk.has("StaticText", "waited")).toBe(true);
    await walk.click("button", "Idle");
    expect(walk.has("StaticText", "had time")).toBe(true);
    await walk.type("Live", "abc");
    expect(walk.has("StaticText", "fetched")).toBe(true);
    expect(walk.last.requests.map(({ kind, url }) => [kind, url])).toEqual([
      ["fetch", `${HOME}data`],
    ]);
    await walk.click("button", "Away");
    expect(walk.observation.title).toBe("Next");
  });

  it("waits until a script that was added has run, not for one that never will", async () => {
    // Between one module of the chain and the next no request is under way.
    const LAST = 12;
    for (let i = 0; i <= LAST; i++)
      site.pages[`/part-${i}.js`] = (_, reply) => {
        reply.writeHead(200, { "content-type": "text/javascript" });
        reply.end(i < LAST ? `import "/part-${i + 1}.js";` : `out.textContent = "has run";`);
      };
    await open(
      `<button id="add">Add</button><button id="markup">Markup</button><p id="out"></p><div id="box"></div><script>
         add.onclick = () => document.head.append(Object.assign(document.createElement("script"), { type: "module", src: "/part-0.js" }));
         markup.onclick = () => { box.innerHTML = '<script src="/never-run.js"></' + 'script>'; };
       </script>`,
    );
    await walk.click("button", "Add");
    expect(walk.has("StaticText", "has run")).toBe(true);
    const before = walk.env.cappedSettles;
    await walk.click("button", "Markup");
    expect(walk.env.cappedSettles).toBe(before);
  });

  it("waits for what frames, idle moments and timers put off in turn", async () => {
    await open(
      `<button id="go">Go</button><p id="out"></p><script>
         const next = { frame: requestAnimationFrame, idle: requestIdleCallback, timer: (then) => setTimeout(then, 20) };
         const chain = ([kind, ...rest]) => kind === undefined ? (out.textContent = "done") : next[kind](() => chain(rest));
         go.onclick = () => chain(["timer", "frame", "idle", "timer", "idle", "frame", "timer"]);
       </script>`,
    );
    await walk.click("button", "Go");
    expect(walk.has("StaticText", "done")).toBe(true);
  });

  it("waits for a page that begins to come late", async () => {
    const LATE_MS = 4_000;
    site.pages["/late"] = async (_, reply) => {
      await new Promise((resolve) => setTimeout(resolve, LATE_MS));
      reply.end("<h1>Late</h1>");
    };
    await open(`<a href="/late">Late</a>`);
    const before = walk.env.cappedSettles;
    await walk.click("link", "Late");
    expect(walk.has("heading", "Late")).toBe(true);
    expect(walk.env.cappedSettles).toBe(before);
  });

  it("does not wait for endless timers, nor a second time for an answer that never comes", async () => {
    site.pages["/never"] = () => new Promise(() => {});
    await open(
      `<button id="poll">Poll</button><button>Other</button><p id="clock"></p><script>
        poll.onclick = () => void fetch("/never");
        (function tick() { clock.textContent = (Number(clock.textContent) || 0) + 1; setTimeout(tick, 50); })();
      </script>`,
    );
    const before = walk.env.cappedSettles;
    await walk.click("button", "Other");
    expect(walk.env.cappedSettles).toBe(before);
    await walk.click("button", "Poll");
    expect(walk.env.cappedSettles).toBe(before + 1);
    await walk.click("button", "Other");
    expect(walk.env.cappedSettles).toBe(before + 1);
  });
});

describe("input", () => {
  it("is trusted, with the events that a person's mouse and keys give", async () => {
    await open(
      `<input aria-label="Field" value="before"><button>Go</button><p id="log"></p><script>
        const seen = [];
        for (const kind of ["mousemove", "pointerdown", "mousedown", "mouseup", "click", "keydown", "beforeinput", "input", "keyup", "change"])
          document.addEventListener(kind, (event) => {
            seen.push(kind + (event.isTrusted ? "" : "!"));
            log.textContent = [...new Set(seen)].join(" ");
          }, true);
      </script>`,
    );
    await walk.type("Field", "né w");
    expect(walk.node("textbox", "Field").value).toBe("né w");
    await walk.click("button", "Go");
    const log = walk.observation.nodes.find((node) => node.name.startsWith("mousemove"))?.name;
    expect(log).toBe(
      "mousemove pointerdown mousedown mouseup click keydown beforeinput input keyup change",
    );
  });

  it("replaces what a field holds, empties it, and sends its form with Enter", async () => {
    await open(
      `<form action="/next"><input name="q" aria-label="Q" value="old text"></form><textarea aria-label="Area">a</textarea>
       <div contenteditable role="textbox" aria-label="Rich">old <b>rich</b></div>`,
    );
    await walk.type("Area", "two\nlines");
    expect((await walk.env.snapshot()).html).toContain(">two\nlines</textarea>");
    await walk.type("Rich", "new");
    expect(walk.node("textbox", "Rich").value).toBe("new");
    await walk.type("Q", "");
    expect(walk.node("textbox", "Q").value).toBeUndefined();
    await walk.type("Q", "a&b", true);
    expect(walk.observation.url).toBe(`${HOME}next?q=a%26b`);
  });

  it("works on fields that a framework controls", async () => {
    await open(
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
    await walk.type("Controlled", "abc");
    expect(walk.node("textbox", "Controlled").value).toBe("ABC");
    expect(walk.has("StaticText", "state ABc")).toBe(true);
  });

  it("chooses options with one trusted change, skips what is disabled, and says what is not there", async () => {
    await open(
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
      await walk.act({ kind: "select", ref: walk.node(role, name).ref, option });
      return walk.observation.lastActionError;
    };
    expect(await select("Sort", "Third one")).toBeNull();
    expect(await select("Sort", "First")).toBeNull();
    expect(await select("Sort", "Second")).toBeNull();
    expect(walk.node("combobox", "Sort").value).toBe("Second");
    expect(await select("Sort", "Second")).toBeNull();
    expect(await select("Only", "Single")).toBeNull();
    expect(walk.has("StaticText", "Third one+;First+;Second+;Single+;"), walk.text()).toBe(true);
    expect(await select("Many", "Blue", "listbox")).toBeNull();
    expect(walk.node("option", "Blue").states.selected).toBe(true);
    expect(await select("Sort", "Off")).toContain("disabled");
    expect(await select("Sort", "None such")).toContain("no option");
    expect(await select("Plain", "x", "button")).toContain("no select box");
    expect(walk.node("combobox", "Sort").value).toBe("Second");
  });

  it("scrolls what is out of view into it, and reaches what only a hover shows", async () => {
    await open(
      `<style>nav ul { display: none } nav:hover ul { display: block }</style>
       <nav><button>Menu</button><ul><li><a href="/next">Item</a></li></ul></nav>
       <div style="height:3000px"></div><div style="height:100px;overflow:auto"><div style="height:2000px"></div><button onclick="this.textContent='Done'">Far</button></div><div style="height:400px"></div>
       <header style="position:fixed;bottom:0;height:200px;width:100%">bar</header>`,
    );
    expect(await walk.click("button", "Far")).toBeNull();
    expect(walk.has("button", "Done")).toBe(true);
    await walk.act({ kind: "hover", ref: walk.node("button", "Menu").ref });
    expect(await walk.click("link", "Item")).toBeNull();
    expect(walk.observation.title).toBe("Next");
  });

  it("hits what a component shows in its slots, and in a closed shadow root", async () => {
    await open(
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
      expect(await walk.click("button", name)).toBeNull();
    expect(walk.has("StaticText", "x-b;x-c;x-d;"), walk.text()).toBe(true);
  });

  it("clicks the label where that is all that is shown of a box, beside the link in it", async () => {
    await open(
      `<input id="a" type="checkbox" style="position:absolute;left:-9999px"><label for="a">Agree to all these <a href="/next">long and winding terms of use</a></label>
       <label><input type="radio" style="position:fixed;left:-99px">Pick</label>`,
    );
    for (const node of walk.observation.nodes.filter(({ role }) => /checkbox|radio/.test(role))) {
      await walk.act({ kind: "click", ref: node.ref });
      expect(walk.observation.lastActionError).toBeNull();
    }
    const boxes = walk.observation.nodes.filter(({ role }) => /checkbox|radio/.test(role));
    expect(boxes.map(({ states }) => states.checked)).toEqual([true, true]);
    expect(walk.observation.url).toBe(HOME);
  });

  it("takes line breaks in one line out, and sends nothing by them", async () => {
    await open(
      `<form action="/next"><input aria-label="Line"><textarea aria-label="Area"></textarea></form>`,
    );
    await walk.type("Line", "a\nb");
    await walk.type("Area", "c\r\nd");
    expect(walk.observation.url).toBe(HOME);
    const { html } = await walk.env.snapshot();
    expect(html).toContain(`value="ab"`);
    expect(html).toContain(">c\nd</textarea>");
  });

  it("presses keys by WebArena's and Playwright's names, in any case", async () => {
    await open(
      `<input aria-label="A" value="abc"><p id="log"></p><script>
        document.addEventListener("keydown", (event) => { log.textContent += (event.ctrlKey ? "^" : "") + event.key + ";"; });
      </script>`,
    );
    await walk.click("textbox", "A");
    for (const keys of ["ctrl+a", "Delete", "space", "arrowleft", "Shift+X", "Meta", "PageDown"]) {
      await walk.act({ kind: "press", keys });
      expect(walk.observation.lastActionError).toBeNull();
    }
    expect(walk.text()).toContain("^Control;^a;Delete; ;ArrowLeft;Shift;X;Meta;PageDown;");
    expect(walk.node("textbox", "A").value).toBe("X");
    await walk.act({ kind: "press", keys: "hyper+q" });
    expect(walk.observation.lastActionError).toContain("no key combination");
  });
});

describe("actions that cannot be done", () => {
  it("say what is in the way, and change nothing", async () => {
    await open(
      `<button disabled>Off</button><button aria-disabled="true">Dimmed</button><input readonly aria-label="Fixed" value="x">
       <input type="date" readonly aria-label="Day" value="2020-01-01">
       <button style="position:absolute;width:0;height:0;padding:0;border:0;overflow:hidden">Nothing</button>
       <div style="position:relative"><a href="/next">Under</a><div class="veil" style="position:absolute;inset:0;background:#fff">Cookie notice</div></div>
       <p>Text</p>`,
    );
    expect(await walk.click("button", "Off")).toContain("is disabled");
    expect(await walk.click("button", "Dimmed")).toContain("is disabled");
    expect(await walk.type("Fixed", "y")).toContain("read-only");
    expect(await walk.click("link", "Under")).toContain('covered by <div> "Cookie notice"');
    expect(await walk.type("Text", "y", false, "StaticText")).toContain("no text field");
    expect(await walk.type("Day", "2021-02-02", false, "Date")).toContain("read-only");
    await walk.act({ kind: "goBack" });
    expect(walk.observation.lastActionError).toContain("no page to go back to");
    await walk.act({ kind: "goForward" });
    expect(walk.observation.lastActionError).toContain("no page to go forward to");
    await walk.act({ kind: "switchTab", index: 3 });
    expect(walk.observation.lastActionError).toContain("no tab 3");
    expect(walk.observation.url).toBe(HOME);
    expect(site.received).toEqual([]);
  });

  it("know a ref that was on the page before the last one no more", async () => {
    await open(`<a href="/next">Next</a>`);
    const { ref } = walk.node("link", "Next");
    await walk.click("link", "Next");
    await walk.act({ kind: "click", ref });
    expect(walk.observation.lastActionError).toContain(`[${ref}] is not on the page`);
  });
});
