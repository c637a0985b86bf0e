/** What a click hits and does, in Chromium and in the text browser. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BothWorlds, click, press, type, type Situation } from "../support/both-worlds.ts";

const SITUATIONS: Record<string, Situation> = {
  "a link that a host around its shadow root calls disabled": {
    start: `<div aria-disabled=true><x-a><template shadowrootmode=open><a href=/echo>In</a></template></x-a></div>`,
    steps: [click("link", "In")],
  },
  "a link that starts with the mark of a quotation": {
    start: `<a href=/echo><q>Said</q></a>`,
    steps: [click("link", "Said")],
  },
  "a field in a button": {
    start: `<form action=/echo><button name=b value=1 aria-label=B><input name=a aria-label=A></button></form>`,
    steps: [click("textbox", "A")],
  },
  "a field in a button, before its text is typed": {
    start: `<form action=/echo><button aria-label=B><textarea name=a aria-label=A>old</textarea></button></form>`,
    steps: [type("textbox", "A", "new")],
  },
  "a button in the shadow root of a button": {
    start: `<form action=/echo><button aria-label=B><x-a><template shadowrootmode=open><button>In</button></template></x-a></button></form>`,
    steps: [click("button", "In")],
  },
  "a box in a button": {
    start: `<form action=/echo><button aria-label=B><input type=checkbox aria-label=C></button></form>`,
    steps: [click("checkbox", "C")],
  },
  "a button with a command in a link and a form": {
    start: `<a href=/echo aria-label=L><form><button commandfor=p command=show-popover>Show</button></form></a><p popover id=p>P</p>`,
    steps: [click("button", "Show")],
  },
  "a link that stores a page with frames": {
    start: `<a href="/?again" download>Store</a><iframe src=/frame></iframe>`,
    steps: [click("link", "Store")],
  },
  "a page whose inert part holds a frame with fields, by keys": {
    start: `<div inert><iframe src=/frame></iframe><input autofocus></div><iframe inert srcdoc="<button autofocus>In"></iframe><button>Out</button>`,
    steps: [press("Tab"), press("Tab"), press("Enter")],
  },
};

describe("Chromium and the text browser agree on a click on", () => {
  let worlds: BothWorlds;

  beforeAll(async () => {
    worlds = await BothWorlds.open();
  });

  afterAll(async () => {
    await worlds?.[Symbol.asyncDispose]();
  });

  it.each(Object.entries(SITUATIONS))("%s", async (_, situation) => {
    const { real, text } = await worlds.play(situation);
    expect(text).toEqual(real);
  });
});
