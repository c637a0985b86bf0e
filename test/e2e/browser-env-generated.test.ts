/** What a style sheet adds to a page's text is read as a person reads it. */

import { describe, expect, it } from "vitest";
import { PageWalk } from "../support/page-walk.ts";

describe("content that styles generate", () => {
  const on = new PageWalk();

  async function texts(style: string, body: string): Promise<string[]> {
    await on.open(`<style>${style}</style>${body}`);
    const { nodes } = on.walk.observation;
    return nodes.flatMap(({ role, name }) => (role === "StaticText" ? [name] : []));
  }

  it.each([
    ["an arrow", "▲"],
    ["a currency behind the amount", "€"],
    ["brackets", "("],
    ["a sign of comparison", "≥"],
    ["an emoji", "🔒"],
    ["several signs", "*/*"],
  ])("is a text: %s", async (_, sign) => {
    expect(await texts(`b::before { content: "${sign}" }`, "<p>Rate <b>7</b></p>")).toEqual([
      "Rate",
      sign,
      "7",
    ]);
    expect(await texts(`b::after { content: "${sign}" }`, "<p><b></b> is the sign</p>")).toEqual([
      sign,
      "is the sign",
    ]);
  });

  it("is part of the name of the control that it stands in, and no text of its own", async () => {
    expect(await texts(`button::before { content: "−" }`, "<button>5</button>")).toEqual([]);
    expect(on.walk.has("button", "−5")).toBe(true);
  });

  it("leaves letters of an icon font out of a name, unless it has no others", async () => {
    const style = `.find::before { content: "\\f002" } .save::after { content: "\\f0c7" }`;
    const icon = (name: string): string => `<i class="${name}"></i>`;
    await texts(
      style,
      `<button>${icon("find")} Find</button><button>Save ${icon("save")}</button><button>${icon("find")}</button><button>${icon("save")}</button>`,
    );
    const buttons = on.walk.observation.nodes.filter(({ role }) => role === "button");
    expect(buttons.map(({ name }) => name)).toEqual(["Find", "Save", "\uf002", "\uf0c7"]);
  });

  it.each([
    ["a letter of an icon font", "\\f101"],
    ["an icon font's letter outside the first plane", "\\f0001"],
    ["a character without width", "\\200b"],
    ["blanks", "\\a0  "],
    ["a bullet", "•"],
  ])("is nothing to read: %s", async (_, sign) => {
    expect(await texts(`b::before { content: "${sign}" }`, "<p><b>7</b> rooms</p>")).toEqual([
      "7",
      "rooms",
    ]);
  });
});
