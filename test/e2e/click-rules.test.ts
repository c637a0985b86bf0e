/** What a click hits and does, in Chromium and in the text browser. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BothWorlds, click, type Situation } from "../support/both-worlds.ts";

const SITUATIONS: Record<string, Situation> = {
  "a link that a host around its shadow root calls disabled": {
    start: `<div aria-disabled=true><x-a><template shadowrootmode=open><a href=/echo>In</a></template></x-a></div>`,
    steps: [click("link", "In")],
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
