import { describe, expect, it } from "vitest";
import type { Action } from "../../core/action.ts";
import { ReplayBuffer } from "../buffer/replay-buffer.ts";
import { plansByAnalogy } from "./analogy.ts";
import type { PlannedAction } from "./plan.ts";
import { SiteLexicon } from "./site-lexicon.ts";

const lexicon = new SiteLexicon(new ReplayBuffer());

function on(action: Action, name: string, url?: string): PlannedAction {
  return { action, element: { role: "link", name, url, number: 0, place: 3, nodes: 9 } };
}
const search = (text: string): PlannedAction =>
  on({ kind: "type", ref: "1", text, submit: true }, "Search");
const open = (name: string, slug: string): PlannedAction =>
  on({ kind: "click", ref: "2" }, name, `http://s.test/item/${slug}`);
const stop = (answer: string): PlannedAction => ({
  action: { kind: "stop", answer },
  element: null,
});

describe("plansByAnalogy", () => {
  it("puts the new values where the old ones stood, in every form, and the new answer at the end", () => {
    const plan = [search("red lamp"), open("About Red Lamp", "red-lamp"), stop("5")];
    const [found] = plansByAnalogy([{ values: ["Red Lamp"], plan }], ["Blue Desk"], "7", lexicon);
    expect(found?.map(({ action, element }) => [action, element?.name, element?.url])).toEqual([
      [{ kind: "type", ref: "1", text: "blue desk", submit: true }, "Search", undefined],
      [{ kind: "click", ref: "2" }, "About Blue Desk", "http://s.test/item/blue-desk"],
      [{ kind: "stop", answer: "7" }, undefined, undefined],
    ]);
  });

  it("replaces whole words alone, and nothing twice", () => {
    const plan = [search("Ann met Annika and Bob")];
    const [found] = plansByAnalogy([{ values: ["Ann", "Bob"], plan }], ["Bob", "Ann"], "", lexicon);
    expect(found?.[0]?.action).toMatchObject({ text: "Bob met Annika and Ann" });
  });

  it("tries plans that act on every changed value before shorter ones", () => {
    const short = { values: ["Red Lamp", "1"], plan: [open("Red Lamp", "red-lamp"), stop("")] };
    const whole = {
      values: ["Blue Desk", "2"],
      plan: [search("2"), open("Blue Desk", "blue-desk"), stop("")],
    };
    const of = (quantity: string) =>
      plansByAnalogy([short, whole], ["Old Chair", quantity], "", lexicon)[0]?.length;
    expect(of("3")).toBe(3);
    expect(of("1")).toBe(2);
  });
});
