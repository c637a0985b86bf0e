/** What a person's hand can do beyond a click, in a real browser. */

import { describe, expect, it } from "vitest";
import type { Action } from "../../src/core/action.ts";
import { PageWalk } from "../support/page-walk.ts";

const on = new PageWalk();

async function act(action: Action): Promise<string | null> {
  return (await on.walk.act(action)).observation.lastActionError;
}

const refOf = (role: string, name: string): string => on.walk.node(role, name).ref;
const SAYS = `<p id="out">none</p><script>const say = (text) => { out.textContent += " " + text; };</script>`;
const hello = { name: "a b.txt", type: "text/plain", base64: btoa("hello") };

describe("a mouse", () => {
  it("clicks with other buttons, held keys, and twice", async () => {
    await on.open(
      `<button>Press</button>${SAYS}<script>
       for (const type of ["click", "auxclick", "contextmenu", "dblclick"]) document.querySelector("button").addEventListener(type,
         (event) => { event.preventDefault(); say([type, event.button, event.shiftKey && "shift", event.altKey && "alt"].filter((part) => part !== false).join("-")); });
       addEventListener("keydown", ({ key }) => say(key));</script>`,
    );
    const ref = refOf("button", "Press");
    expect(await act({ kind: "click", ref, button: "right" })).toBe(null);
    expect(await act({ kind: "click", ref, button: "middle" })).toBe(null);
    expect(await act({ kind: "click", ref, modifiers: "Alt+Shift" })).toBe(null);
    expect(await act({ kind: "click", ref, double: true })).toBe(null);
    const said = on.walk.observation.nodes.find(({ name }) => name.startsWith("none"))?.name;
    // Chromium reports a right click as both events.
    expect(said?.split(" ").slice(1)).toEqual(
      "contextmenu-2 auxclick-2 auxclick-1 Alt Shift click-0-shift-alt click-0 click-0 dblclick-0".split(
        " ",
      ),
    );
  });

  it("opens a link in a tab that stays behind", async () => {
    await on.open(`<a href="/next">Next</a>`);
    const ref = refOf("link", "Next");
    for (const how of [{ button: "middle" }, { modifiers: "Control" }] as const)
      expect(await act({ kind: "click", ref, ...how })).toBe(null);
    const { tabs } = on.walk.observation;
    expect(tabs.map(({ title, active }) => [title, active])).toEqual([
      ["Home", true],
      ["Next", false],
      ["Next", false],
    ]);
    expect(await act({ kind: "click", ref })).toBe(null);
    expect(on.walk.observation.title).toBe("Next");
  });

  it("checks and unchecks, and leaves alone what is as wanted", async () => {
    await on.open(
      `<label><input type="checkbox" onchange="say('box')"> Gift</label>
       <label><input type="radio" name="size" onchange="say('radio')"> Small</label>
       <div role="switch" aria-checked="false" tabindex="0" onclick="this.ariaChecked = String(this.ariaChecked !== 'true')">Dark</div>
       <button>Save</button>${SAYS}`,
    );
    const box = refOf("checkbox", "Gift");
    expect(await act({ kind: "check", ref: box, checked: true })).toBe(null);
    expect(await act({ kind: "check", ref: box, checked: true })).toBe(null);
    expect(on.walk.node("checkbox", "Gift").states.checked).toBe(true);
    const radio = refOf("radio", "Small");
    expect(await act({ kind: "check", ref: radio, checked: true })).toBe(null);
    expect(await act({ kind: "check", ref: radio, checked: false })).toContain("is a radio button");
    const dark = refOf("switch", "Dark");
    expect(await act({ kind: "check", ref: dark, checked: true })).toBe(null);
    expect(on.walk.node("switch", "Dark").states.checked).toBe(true);
    expect(await act({ kind: "check", ref: box, checked: false })).toBe(null);
    expect(on.walk.text()).toContain("none box radio box");
    const ref = refOf("button", "Save");
    expect(await act({ kind: "check", ref, checked: true })).toContain("is not a checkbox");
  });

  it("drags with the page's own events, and with the browser's", async () => {
    await on.open(
      `<div role="button" aria-label="Card" draggable="true" ondragstart="event.dataTransfer.setData('text', 'card')" style="width:80px;height:30px">C</div>
       <div role="region" aria-label="Done" ondragover="event.preventDefault()" ondrop="event.preventDefault(); say(event.dataTransfer.getData('text'))" style="width:200px;height:80px">D</div>
       <div role="slider" aria-label="Volume" aria-valuenow="0" style="width:100px;height:20px"
         onpointerdown="this.setPointerCapture(event.pointerId)" onpointerup="say('at ' + event.offsetX)">V</div>${SAYS}`,
    );
    const card = refOf("button", "Card");
    expect(await act({ kind: "drag", ref: card, to: refOf("region", "Done") })).toBe(null);
    expect(on.walk.text()).toContain("none card");
    const slider = refOf("slider", "Volume");
    expect(await act({ kind: "drag", ref: slider, to: slider, at: { x: 70, y: 10 } })).toBe(null);
    expect(on.walk.text()).toContain("none card at 70");
  });

  it("scrolls as far as asked", async () => {
    await on.open(
      `${SAYS}<div style="height:5000px"></div><script>addEventListener("scroll", () => { out.textContent = scrollY; });</script>`,
    );
    expect(await act({ kind: "scroll", direction: "down", pixels: 345 })).toBe(null);
    expect(on.walk.text()).toContain('"345"');
  });
});

describe("files", () => {
  it("reach a field, and a chooser that a button opens", async () => {
    await on.open(
      `<input type="file" aria-label="One" onchange="this.files[0].text().then((text) => say(this.files[0].name + '=' + text))">
       <button onclick="const field = document.createElement('input'); field.type = 'file'; field.multiple = true; field.onchange = () => say(field.files.length); field.click();">Attach</button>
       <button>Other</button>${SAYS}`,
    );
    const field = on.walk.observation.nodes.find(({ name }) => name.startsWith("One"))?.ref ?? "";
    expect(await act({ kind: "upload", ref: field, files: [hello] })).toBe(null);
    expect(on.walk.text()).toContain("a b.txt=hello");
    expect(await act({ kind: "upload", ref: field, files: [hello, hello] })).toContain("one file");
    const button = refOf("button", "Attach");
    expect(await act({ kind: "upload", ref: button, files: [hello, hello] })).toBe(null);
    expect(on.walk.text()).toContain("hello 2");
    const other = refOf("button", "Other");
    expect(await act({ kind: "upload", ref: other, files: [hello] })).toContain(
      "not ask for files",
    );
  });
});

describe("a dialog", () => {
  it("gets the next answer, and later ones are accepted again", async () => {
    await on.open(
      `<button onclick="say(prompt('Name?', 'nobody'))">Ask</button><button onclick="say(confirm('Sure?'))">Sure</button>${SAYS}`,
    );
    const ask = async (name: string, answer?: Action): Promise<string | null> => {
      if (answer !== undefined) expect(await act(answer)).toBe(null);
      return await act({ kind: "click", ref: refOf("button", name) });
    };
    await ask("Ask", { kind: "answerDialog", accept: true, text: "Ada" });
    expect(await ask("Sure", { kind: "answerDialog", accept: false })).toContain(
      `(confirm), which was dismissed: "Sure?"`,
    );
    await ask("Ask");
    await ask("Ask", { kind: "answerDialog", accept: false });
    expect(on.walk.text()).toContain("none Ada false nobody null");
  });
});
