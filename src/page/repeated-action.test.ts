import { describe, expect, it } from "vitest";
import type { Observation, PageNode } from "../core/observation.ts";
import { findRepeats, looksSame } from "./repeated-action.ts";

/** Each visit gives an element another ref. */
let lastRef = 0;
function page(url: string, value = ""): Observation {
  const node = (role: string, rest: Partial<PageNode> = {}): PageNode => ({
    ref: String(++lastRef),
    role,
    name: role,
    states: {},
    depth: 1,
    ...rest,
  });
  return {
    url,
    nodes: [node("button"), node("textbox", { value }), node("button")],
    tabs: [],
    lastActionError: null,
  } as unknown as Observation;
}
const clickOn = ({ nodes }: Observation, index: number) =>
  ({ kind: "click", ref: (nodes[index] as PageNode).ref }) as const;

describe("findRepeats", () => {
  it("finds actions taken before on a page that looked the same, even if refs differ", () => {
    const before = page("http://site.test/");
    const observation = page("http://site.test/");
    const isRepeat = findRepeats({
      goal: "",
      history: [{ observation: before, action: clickOn(before, 2) }],
      observation,
    });
    expect(isRepeat(clickOn(observation, 2))).toBe(true);
    expect(isRepeat(clickOn(observation, 0))).toBe(false);
    expect(isRepeat({ kind: "goBack" })).toBe(false);
  });

  it("finds none once the page shows something else", () => {
    const before = page("http://site.test/");
    for (const observation of [page("http://site.test/", "typed"), page("http://site.test/next")]) {
      const history = [{ observation: before, action: clickOn(before, 0) }];
      expect(findRepeats({ goal: "", history, observation })(clickOn(observation, 0))).toBe(false);
      expect(looksSame(before, observation)).toBe(false);
    }
  });
});
