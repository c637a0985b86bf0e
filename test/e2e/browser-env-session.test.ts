/** The real environment around its pages: tabs, dialogs, episodes, pictures, snapshots. */

import { describe, expect, it } from "vitest";
import { HOME, PageWalk } from "../support/page-walk.ts";
import { taskOn } from "../support/real-env.ts";

const on = new PageWalk();

describe("tabs, dialogs, downloads", () => {
  it("turns windows into active tabs, and closes and switches them", async () => {
    await on.open(
      `<a href="/next" target="_blank">Blank</a><button onclick="window.open('/next?w', 'w', 'width=200')">Popup</button>
       <button onclick="window.open()">Empty</button>`,
    );
    await on.walk.click("link", "Blank");
    expect(on.walk.observation.tabs).toEqual([
      { title: "Home", url: HOME, active: false },
      { title: "Next", url: `${HOME}next`, active: true },
    ]);
    expect(on.walk.last.requests).toMatchObject([{ url: `${HOME}next`, status: 200 }]);
    expect(on.walk.has("heading", "Next")).toBe(true);
    await on.walk.act({ kind: "switchTab", index: 0 });
    await on.walk.click("button", "Popup");
    expect(on.walk.observation.tabs.map((tab) => tab.url)).toEqual([
      HOME,
      `${HOME}next`,
      `${HOME}next?w`,
    ]);
    await on.walk.act({ kind: "closeTab" });
    await on.walk.act({ kind: "switchTab", index: 0 });
    expect(on.walk.observation.title).toBe("Home");
    await on.walk.click("button", "Empty");
    expect(on.walk.observation.tabs).toHaveLength(3);
    await on.walk.act({ kind: "closeTab" });
    await on.walk.act({ kind: "closeTab" });
    await on.walk.act({ kind: "closeTab" });
    expect(on.walk.observation.tabs).toEqual([{ title: "", url: "about:blank", active: true }]);
    await on.walk.act({ kind: "goto", url: HOME });
    expect(on.walk.observation.title).toBe("Home");
  });

  it("opens one tab for each start page, and activates the first", async () => {
    await on.open("");
    await on.walk.start(taskOn([HOME, `${HOME}next`]));
    expect(on.walk.observation.tabs).toEqual([
      { title: "Home", url: HOME, active: true },
      { title: "Next", url: `${HOME}next`, active: false },
    ]);
  });

  it("accepts dialogs, passes their messages to the agent, and leaves when a page asks to stay", async () => {
    await on.open(
      `<button onclick="alert('Code 42')">Alert</button>
       <button onclick="this.textContent = confirm('Sure?') ? 'Yes' : 'No'">Confirm</button>
       <a href="/next">Next</a><script>addEventListener("beforeunload", (event) => { event.preventDefault(); });</script>`,
    );
    expect(await on.walk.click("button", "Alert")).toContain("Code 42");
    expect(await on.walk.click("button", "Confirm")).toContain("Sure?");
    expect(on.walk.has("button", "Yes")).toBe(true);
    expect(await on.walk.click("link", "Next")).toBeNull();
    expect(on.walk.observation.title).toBe("Next");
  });

  it.each([
    ["that wants the other answer", `while (confirm("Again?")) n++;`, false],
    ["that no answer ends", `while (true) { confirm("Again?"); n++; }`, true],
    ["of alerts", `for (;;) { alert("Again?"); n++; }`, true],
  ])("ends a loop of dialogs %s, and the page works on", async (_, loop, isEndless) => {
    await on.open(
      `<button onclick='window.n = 0; ${loop} this.textContent = "Done"'>Loop</button><button onclick="this.textContent = n + ' turns'">Count</button>`,
    );
    const said = await on.walk.click("button", "Loop");
    expect(said).toMatch(/accepted: "Again\?" \(10 times\) .* dismissed: "Again\?"/u);
    expect(said?.includes("its script was stopped")).toBe(isEndless);
    expect(on.walk.has("button", "Done")).toBe(!isEndless);
    expect(await on.walk.click("button", "Count")).toBeNull();
    expect(on.walk.text()).toMatch(isEndless ? /button "\d\d+ turns"/u : /button "10 turns"/u);
  });

  it("continues in a blank tab if a page closed the only one", async () => {
    await on.open(`<button onclick="window.close()">Close</button>`);
    const capped = on.walk.env.cappedSettles;
    expect(await on.walk.click("button", "Close")).toBeNull();
    expect(on.walk.observation.tabs).toEqual([{ title: "", url: "about:blank", active: true }]);
    expect(on.walk.env.cappedSettles).toBe(capped);
  });

  it("activates a window that the page navigates by name", async () => {
    for (const help of ["one", "two"]) on.site.pages[`/${help}`] = `<title>${help}</title>`;
    await on.open(
      `<button onclick="window.open('/one', 'help')">One</button><a href="/two" target="help">Two</a><button>Other</button>`,
    );
    const titles = () => on.walk.observation.tabs.map(({ title, active }) => [title, active]);
    await on.walk.click("button", "One");
    expect(titles()).toEqual([
      ["Home", false],
      ["one", true],
    ]);
    await on.walk.act({ kind: "switchTab", index: 0 });
    await on.walk.click("link", "Two");
    expect(titles()).toEqual([
      ["Home", false],
      ["two", true],
    ]);
    await on.walk.act({ kind: "switchTab", index: 0 });
    await on.walk.click("button", "Other");
    expect(titles()[0]).toEqual(["Home", true]);
  });

  it("waits for a window's page, but not for a window without a page", async () => {
    on.site.pages["/file"] = (_, reply) => {
      reply.writeHead(200, { "content-disposition": "attachment; filename=x.bin" }).end("x");
    };
    on.site.pages["/nothing"] = (_, reply) => void reply.writeHead(204).end();
    await on.open(
      `<a href="/file" target="_blank">Download</a><a href="/nothing" target="_blank">Nothing</a>
       <button onclick="const w = window.open('', '_blank'); setTimeout(() => { w.location = '/next'; }, 200);">Later</button>`,
    );
    const capped = on.walk.env.cappedSettles;
    for (const name of ["Download", "Nothing"]) {
      await on.walk.click("link", name);
      expect(on.walk.observation.tabs, name).toEqual([{ title: "Home", url: HOME, active: true }]);
    }
    await on.walk.click("button", "Later");
    expect(on.walk.observation.title).toBe("Next");
    expect(on.walk.env.cappedSettles).toBe(capped);
  });

  it("does not wait a second time for a window that is never complete", async () => {
    on.site.pages["/never"] = () => new Promise<void>(() => {});
    on.site.pages["/stuck"] = `<title>Stuck</title><img src="/never"><button>Here</button>`;
    await on.open(`<a href="/stuck" target="_blank">Open</a>`);
    await on.walk.click("link", "Open");
    expect(on.walk.observation).toMatchObject({ title: "Stuck", url: `${HOME}stuck` });
    const capped = on.walk.env.cappedSettles;
    await on.walk.click("button", "Here");
    expect(on.walk.env.cappedSettles).toBe(capped);
  });

  it("cancels downloads and file choosers, and stays on the page", async () => {
    on.site.pages["/file"] = (_, reply) => {
      reply.writeHead(200, { "content-disposition": "attachment; filename=x.bin" }).end("x");
    };
    on.site.pages["/nothing"] = (_, reply) => void reply.writeHead(204).end();
    await on.open(
      `<a href="/file">Download</a><a href="/nothing">Nothing</a><a href="mailto:a@b.test">Mail</a><input type="file" aria-label="File">`,
    );
    for (const name of ["Download", "Nothing", "Mail"]) {
      await on.walk.click("link", name);
      expect(on.walk.observation.url, name).toBe(HOME);
    }
    await on.walk.click("button", "File: No file chosen").catch(() => null);
    expect(on.walk.observation.url).toBe(HOME);
  });
});

describe("episodes", () => {
  it("leave nothing behind: storage, cookies, history, tabs, window name", async () => {
    await on.open(
      `<a href="/next">Next</a><p id="out"></p><button>Keep</button><script>
        out.textContent = "found " + [localStorage.x, sessionStorage.x, document.cookie, window.name, history.length].join();
        document.querySelector("button").onclick = () => {
          localStorage.x = sessionStorage.x = 1; document.cookie = "x=1"; window.name = "x"; window.open("/next");
        };
      </script>`,
    );
    const fresh = on.walk.text();
    await on.walk.click("button", "Keep");
    await on.walk.act({ kind: "switchTab", index: 0 });
    await on.walk.click("link", "Next");
    await on.walk.start(taskOn([HOME]));
    expect(on.walk.text()).toBe(fresh);
    expect(on.walk.observation.tabs).toHaveLength(1);
    await on.walk.act({ kind: "goBack" });
    expect(on.walk.observation.lastActionError).toContain("no page to go back to");
  });

  it("leave no data of any origin, even from other tabs and frames, and no cached answer", async () => {
    const visits = { count: 0 };
    on.site.pages["/partner"] =
      `<p></p><script>document.querySelector("p").textContent = "partner " + localStorage.x; localStorage.x = 1;</script>`;
    on.site.pages["/kept"] = (_, reply) => {
      reply.writeHead(200, { "content-type": "text/html", "cache-control": "max-age=3600" });
      reply.end(
        `<p>visit ${++visits.count}</p><script>addEventListener("pagehide", () => { localStorage.y = 1; });</script>
         <p id="out"></p><iframe src="http://partner.test/partner"></iframe><script>out.textContent = "late " + localStorage.y;</script>`,
      );
    };
    const task = taskOn([`${HOME}kept`, "http://partner.test/partner"], {
      sites: ["site", "partner"],
    });
    for (const visit of [1, 2]) {
      await on.walk.start(task);
      expect(on.walk.text()).toContain(`visit ${visit}`);
      expect(on.walk.text()).toContain("late undefined");
      expect(on.walk.text()).toContain("partner undefined");
    }
  });

  it("can be aborted in the middle of a step", async () => {
    on.site.pages["/never"] = () => new Promise(() => {});
    on.site.pages["/"] = `<a href="/never">Never</a>`;
    const abort = new AbortController();
    const first = await on.walk.env.reset({ task: taskOn([HOME]), seed: 1, signal: abort.signal });
    const ref = first.nodes.find((node) => node.role === "link")?.ref ?? "";
    const step = on.walk.env.step({ kind: "click", ref });
    abort.abort(new Error("enough"));
    await expect(step).rejects.toThrow("enough");
    await on.open("<h1>Again</h1>");
    expect(on.walk.has("heading", "Again")).toBe(true);
  });
});

describe("the window", () => {
  const MEASURES =
    "[innerWidth, innerHeight, screen.width, visualViewport.height, document.documentElement.clientWidth, matchMedia('(min-width: 1280px)').matches]";

  it("has WebArena's size for layout and scripts, and takes clicks in its far corner", async () => {
    await on.open(
      `<p id="out"></p><button style="position:fixed; right:0; bottom:0" onclick="out.textContent = 'hit at ' + (event.clientX > 1200)">Corner</button>
       <h1></h1><script>document.querySelector("h1").textContent = ${MEASURES}.join(" ")</script>`,
    );
    expect(on.walk.has("heading", "1280 720 1280 720 1280 true")).toBe(true);
    await on.walk.click("button", "Corner");
    expect(on.walk.observation.nodes.some((node) => node.name === "hit at true")).toBe(true);
  });

  it("shows the effect of scrolling in the same step", async () => {
    await on.open(
      `<h1 style="position:fixed">At 0</h1><div style="height:5000px"></div>
       <script>addEventListener("scroll", () => { document.querySelector("h1").textContent = "At " + scrollY })</script>`,
    );
    await on.walk.act({ kind: "scroll", direction: "down" });
    expect(on.walk.has("heading", "At 720")).toBe(true);
    await on.walk.act({ kind: "scroll", direction: "up" });
    expect(on.walk.has("heading", "At 0")).toBe(true);
  });

  it("keeps its size after a screenshot", async () => {
    await on.open(`<button onclick="this.textContent = ${MEASURES}.join(' ')">Measure</button>`);
    await on.walk.env.screenshot();
    await on.walk.click("button", "Measure");
    expect(on.walk.has("button", "1280 720 1280 720 1280 true")).toBe(true);
  });
});

describe("the pointer", () => {
  it("is not on the next episode's page", async () => {
    const page = `<style>.more { display: none } nav:hover .more { display: block } nav { height: 600px }</style>
      <nav onmouseover="document.title = 'Touched'"><button>Menu</button><a class=more href=/next>More</a></nav>`;
    await on.open(page);
    const first = on.walk.observation;
    expect(on.walk.has("link", "More")).toBe(false);
    for (const act of ["click", "hover"] as const) {
      await on.walk.act({ kind: act, ref: on.walk.node("button", "Menu").ref });
      expect(on.walk.has("link", "More")).toBe(true);
      await on.open(page);
      // A pointer over the page shows with its next frame.
      await on.walk.env.screenshot();
      await on.walk.act({ kind: "press", keys: "Shift" });
      for (const shown of [first, on.walk.observation]) {
        expect(shown.title).toBe("Home");
        expect(shown.nodes.map(({ name }) => name)).toEqual(first.nodes.map(({ name }) => name));
      }
    }
  });
});

describe("a screenshot", () => {
  it("shows the current tab as a PNG of WebArena's window", async () => {
    await on.open(`<body style="background:#336699">`);
    const png = await on.walk.env.screenshot();
    expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1280, 720]);
  });
});

describe("a snapshot", () => {
  it("is self-contained: live form state, shadow roots, frames, hidden marks; no scripts, styles or handlers", async () => {
    on.site.pages["/inner"] = `<p>Inside</p>`;
    await on.open(
      `<style>.gone { display: none } .loud { text-transform: uppercase }</style><p class="loud">sale</p><script>window.secret = 1</script>
       <input aria-label="Name"><input type="checkbox" aria-label="Box" checked><select aria-label="S"><option selected>a</option><option>b</option></select>
       <textarea aria-label="T"></textarea><div class="gone">Gone</div><div id="host"></div>
       <button onclick="host.dataset.done=1" style="color:red">Act</button><iframe src="/inner"></iframe>
       <svg><title>Star</title><path d="M0 0"/></svg>
       <script>host.attachShadow({ mode: "open" }).innerHTML = "<i>In shadow</i>";</script>`,
    );
    await on.walk.type("Name", `a "b" <c>`);
    await on.walk.click("checkbox", "Box");
    await on.walk.act({ kind: "select", ref: on.walk.node("combobox", "S").ref, option: "b" });
    await on.walk.type("T", "x < y");
    const { html, url } = await on.walk.env.snapshot();
    expect(url).toBe(HOME);
    expect(html).toContain(`<input aria-label="Name" value="a &quot;b&quot; &lt;c>">`);
    expect(html).toContain(`<input type="checkbox" aria-label="Box">`);
    expect(html).toContain("<option>a</option><option selected>b</option>");
    expect(html).toContain(">x &lt; y</textarea>");
    expect(html).toContain(`<div class="gone" hidden>Gone</div>`);
    expect(html).toContain(`<template shadowrootmode="open"><i>In shadow</i></template>`);
    expect(html).toContain("&lt;p>Inside&lt;/p>");
    expect(html).toContain(`<p class="loud">SALE</p>`);
    expect(on.walk.has("StaticText", "SALE")).toBe(true);
    expect(html).toContain("<svg><title>Star</title></svg>");
    expect(html).not.toMatch(/<script|<style|onclick|style=|<path/);
  });
});
