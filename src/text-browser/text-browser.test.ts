import { describe, expect, it } from "vitest";
import type { PageEvent, PageRequest } from "../core/experience.ts";
import type { Observation } from "../core/observation.ts";
import { actionErrors } from "../page/action-errors.ts";
import { TextBrowser } from "./text-browser.ts";
import type { Reaction } from "./transport.ts";

interface Site {
  browser: TextBrowser;
  loads: PageRequest[];
  events: PageEvent[];
}

/** A browser on pages by path. A page's script is a function of the event. */
async function open(
  pages: Record<string, string>,
  script: (event: PageEvent) => Partial<Reaction> | null = () => null,
  start = "http://site.test/",
): Promise<Site> {
  const loads: PageRequest[] = [];
  const events: PageEvent[] = [];
  const browser = new TextBrowser({
    origins: ["http://site.test"],
    transport: {
      load(request) {
        loads.push(request);
        const { pathname } = new URL(request.url);
        return {
          url: request.url,
          status: 200,
          html: pages[pathname] ?? `<title>None</title>`,
          hops: [{ ...request, kind: "document", status: 200, redirect: null }],
        };
      },
      react(event) {
        events.push(event);
        const did = script(event);
        return did === null ? null : { html: null, preventDefault: false, requests: [], ...did };
      },
    },
  });
  await browser.open([start]);
  return { browser, loads, events };
}

const find = (observation: Observation, role: string, name: string) => {
  const node = observation.nodes.find((one) => one.role === role && one.name === name);
  if (node === undefined) throw new Error(`no ${role} ${name}`);
  return node;
};

const click = async ({ browser }: Site, role: string, name: string): Promise<Observation> => {
  await browser.perform({ kind: "click", ref: find(browser.observe(), role, name).ref });
  return browser.observe();
};

describe("TextBrowser", () => {
  it("opens a link in a tab that stays behind, ticks what is not ticked, and clicks twice", async () => {
    const { browser, loads } = await open({
      "/": `<a href="/b">to B</a><input type="checkbox" aria-label="Gift"><details><summary>More</summary>text</details><button>Go</button>`,
      "/b": `<title>B</title>`,
    });
    const ref = (role: string, name: string): string => find(browser.observe(), role, name).ref;
    const link = ref("link", "to B");
    await browser.perform({ kind: "click", ref: link, button: "middle" });
    await browser.perform({ kind: "click", ref: link, modifiers: "Control" });
    await browser.perform({ kind: "click", ref: link, button: "right" });
    expect(loads).toHaveLength(3);
    expect(browser.observe().tabs.map(({ active }) => active)).toEqual([true, false, false]);
    const box = ref("checkbox", "Gift");
    for (const checked of [true, true, false, true])
      await browser.perform({ kind: "check", ref: box, checked });
    expect(find(browser.observe(), "checkbox", "Gift").states.checked).toBe(true);
    await browser.perform({ kind: "click", ref: box, double: true });
    expect(find(browser.observe(), "checkbox", "Gift").states.checked).toBe(true);
    await browser.perform({ kind: "check", ref: ref("button", "Go"), checked: true });
    expect(browser.observe().lastActionError).toContain("is not a checkbox");
    await browser.perform({ kind: "upload", ref: ref("button", "Go"), files: [] });
    expect(browser.observe().lastActionError).toBe(actionErrors.noUploads());
  });

  it("follows a link from a text inside it, and sends one request each for back and forward", async () => {
    const site = await open({ "/": `<a href="/b#x">to <b>B</b></a>`, "/b": `<title>B</title>` });
    expect(await click(site, "link", "to B")).toMatchObject({
      title: "B",
      url: "http://site.test/b#x",
    });
    await site.browser.perform({ kind: "goBack" });
    expect(site.browser.url).toBe("http://site.test/");
    await site.browser.perform({ kind: "goForward" });
    expect(site.browser.url).toBe("http://site.test/b#x");
    expect(site.loads.map((load) => new URL(load.url).pathname)).toEqual(["/", "/b", "/", "/b"]);
    await site.browser.perform({ kind: "goForward" });
    expect(site.browser.observe().lastActionError).toBe("There is no page to go forward to.");
  });

  it("types into every editable element, and into no read-only one", async () => {
    const { browser } = await open({
      "/": `<p contenteditable aria-label="Note">old <b>note</b></p><input type="date" readonly aria-label="Day" value="2020-01-01"><input type="range" readonly aria-label="Size" value="5">`,
    });
    const type = async (role: string, name: string, text: string) => {
      const { ref } = find(browser.observe(), role, name);
      await browser.perform({ kind: "type", ref, text, submit: false });
      return [find(browser.observe(), role, name).value, browser.observe().lastActionError];
    };
    expect(await type("textbox", "Note", "new")).toEqual(["new", null]);
    const [day, problem] = await type("Date", "Day", "2021-02-02");
    expect(day).toBe("2020-01-01");
    expect(problem).toContain("read-only");
    expect(await type("slider", "Size", "7")).toEqual(["7", null]);
  });

  it("jumps inside a page without a request, and back again", async () => {
    const site = await open({ "/": `<a href="#end">End</a>` });
    await click(site, "link", "End");
    expect(site.browser.url).toBe("http://site.test/#end");
    await site.browser.perform({ kind: "goBack" });
    expect(site.browser.url).toBe("http://site.test/");
    expect(site.loads).toHaveLength(1);
  });

  it("opens a tab for target=_blank, switches and closes tabs", async () => {
    const site = await open({
      "/": `<title>A</title><a href="/b" target=_blank>B</a>`,
      "/b": `<title>B</title>`,
    });
    expect((await click(site, "link", "B")).tabs).toEqual([
      { title: "A", url: "http://site.test/", active: false },
      { title: "B", url: "http://site.test/b", active: true },
    ]);
    await site.browser.perform({ kind: "switchTab", index: 2 });
    expect(site.browser.observe().lastActionError).toBe(actionErrors.unknownTab(2));
    await site.browser.perform({ kind: "closeTab" });
    expect(site.browser.observe().title).toBe("A");
    await site.browser.perform({ kind: "closeTab" });
    expect(site.browser.url).toBe("about:blank");
  });

  it("types, toggles, selects, and submits on Enter; the snapshot shows the state before", async () => {
    const site = await open({
      "/": `<form action=/s method=post><label>Q <input name=q></label><label><input type=checkbox name=c>C</label>
        <select name=o aria-label=O><option>one<option>two</select><button name=go value=1>Go</button></form>`,
    });
    const { browser } = site;
    await click(site, "checkbox", "C");
    const option = "two";
    await browser.perform({
      kind: "select",
      ref: find(browser.observe(), "combobox", "O").ref,
      option,
    });
    const { ref } = find(browser.observe(), "textbox", "Q");
    await browser.perform({ kind: "type", ref, text: "lamp", submit: false });
    const seen = browser.observe();
    expect(find(seen, "textbox", "Q")).toMatchObject({ value: "lamp", states: { focused: true } });
    expect(find(seen, "checkbox", "C").states).toEqual({ checked: true });
    expect(find(seen, "option", "two").states).toEqual({ selected: true });
    const { html } = browser.snapshot();
    expect(html).toContain('value="lamp"');
    expect(html).toContain('<option selected="">two');
    expect(browser.document.html).not.toContain("lamp");
    await browser.perform({ kind: "press", keys: "Enter" });
    expect(site.loads.at(-1)).toEqual({
      method: "POST",
      url: "http://site.test/s",
      fields: [
        ["q", "lamp"],
        ["c", "on"],
        ["o", "two"],
        ["go", "1"],
      ],
    });
  });

  it("adds a selected option in a multiple-choice list, and replaces all choices on a click", async () => {
    const site = await open({
      "/": `<select aria-label=Many multiple><option selected>Red<option>Blue</select>`,
    });
    const { browser } = site;
    const chosen = () =>
      browser.observe().nodes.flatMap(({ states, name }) => (states.selected ? [name] : []));
    const { ref } = find(browser.observe(), "listbox", "Many");
    await browser.perform({ kind: "select", ref, option: "Blue" });
    expect(chosen()).toEqual(["Red", "Blue"]);
    await click(site, "option", "Blue");
    expect(chosen()).toEqual(["Blue"]);
  });

  it("puts the focus on an invalid field instead of submitting the form", async () => {
    const site = await open({
      "/": `<form><input aria-label=A required><button>Go</button></form>`,
    });
    const seen = await click(site, "button", "Go");
    expect(find(seen, "textbox", "A").states.focused).toBe(true);
    expect(site.loads).toHaveLength(1);
  });

  it("says why an action failed, and leaves the page unchanged", async () => {
    const site = await open({
      "/": `<button disabled>Off</button><input aria-label=R readonly><select aria-label=S><option disabled>x</select><p>Text</p>`,
    });
    const problem = async (
      action: Parameters<TextBrowser["perform"]>[0],
    ): Promise<string | null> => {
      await site.browser.perform(action);
      return site.browser.observe().lastActionError;
    };
    const ref = (role: string, name: string): string =>
      find(site.browser.observe(), role, name).ref;
    expect(await problem({ kind: "click", ref: "1" })).toMatch(/not on the page/u);
    expect(await problem({ kind: "click", ref: ref("button", "Off") })).toMatch(/is disabled/u);
    const field = { kind: "type", text: "x", submit: false } as const;
    expect(await problem({ ...field, ref: ref("textbox", "R") })).toMatch(/is read-only/u);
    expect(await problem({ ...field, ref: ref("StaticText", "Text") })).toMatch(
      /not a text field/u,
    );
    const select = { kind: "select", ref: ref("combobox", "S") } as const;
    expect(await problem({ ...select, option: "x" })).toMatch(/is disabled/u);
    expect(await problem({ ...select, option: "y" })).toMatch(/has no option "y"/u);
    expect(await problem({ kind: "press", keys: "Hyper+x" })).toMatch(/not a key combination/u);
    expect(await problem({ kind: "goto", url: "http://other.test/" })).toMatch(
      /outside the sites/u,
    );
    expect(await problem({ kind: "goto", url: "file:///etc" })).toMatch(/not a complete address/u);
    expect(await problem({ kind: "scroll", direction: "down" })).toBeNull();
    expect(site.loads).toHaveLength(1);
  });

  it("never requests a page of another origin, and does not accept its old refs", async () => {
    const site = await open({ "/": `<a href="http://other.test/">Out</a>` });
    const { ref } = find(site.browser.observe(), "link", "Out");
    await site.browser.perform({ kind: "click", ref });
    expect(site.loads).toHaveLength(1);
    expect(site.browser.observe().lastActionError).toMatch(/outside the sites/u);
    await site.browser.perform({ kind: "click", ref });
    expect(site.browser.observe().lastActionError).toMatch(/not on the page/u);
  });

  it("lets a script answer first and prevent the default", async () => {
    const html = `<a href="/b">Go</a><button>Fold</button><p>open</p>`;
    const site = await open({ "/": html }, ({ element }) =>
      element === 3 ? { preventDefault: true } : { html: html.replace("open", "shut") },
    );
    const prevented = await click(site, "link", "Go");
    expect(site.events[0]).toEqual({ kind: "click", element: 3, text: null });
    expect(prevented.url).toBe("http://site.test/");
    const folded = await click(site, "button", "Fold");
    expect(find(folded, "StaticText", "shut")).toBeDefined();
    expect(find(folded, "button", "Fold").states.focused).toBe(true);
    expect(site.loads).toHaveLength(1);
  });

  it("opens only one of several details with the same name", async () => {
    const site = await open({
      "/": `<details name=d open><summary>One</summary>1st</details><details name=d><summary>Two</summary>2nd</details>`,
    });
    const seen = await click(site, "DisclosureTriangle", "Two");
    expect(seen.nodes.map((node) => node.name)).toEqual(expect.arrayContaining(["2nd"]));
    expect(seen.nodes.map((node) => node.name)).not.toContain("1st");
  });

  it("shows the same nodes after a partial update as after a full one", async () => {
    const body = `<label>A <input id=a></label><table border=1><tr><td>Row <input id=b aria-label=B></td><td>x</td></tr></table>`;
    const site = await open({ "/": body });
    for (const name of ["A", "B"]) {
      const { ref } = find(site.browser.observe(), "textbox", name);
      await site.browser.perform({ kind: "type", ref, text: `new ${name}`, submit: false });
    }
    const [, cell] = site.browser.observe().nodes.filter(({ role }) => /row|cell/u.test(role));
    expect(cell?.name).toBe("Row new B");
    const { html } = site.browser.snapshot();
    const again = await open({ "/": html });
    const outline = ({ nodes }: Observation) =>
      nodes.map(({ role, name, value, depth }) => ({ role, name, value, depth }));
    expect(outline(site.browser.observe())).toEqual(outline(again.browser.observe()));
  });
});
