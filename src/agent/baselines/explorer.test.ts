import { describe, expect, it } from "vitest";
import type { Action } from "../../core/action.ts";
import type { Observation, PageNode } from "../../core/observation.ts";
import type { PastStep } from "../../core/policy.ts";
import { createRandom } from "../../core/random.ts";
import { createExplorer } from "./explorer.ts";

const node = (ref: number, role: string, name: string, value?: string): PageNode => ({
  ref: String(ref),
  role,
  name,
  states: {},
  depth: 1,
  ...(value !== undefined && { value }),
});

/** A form with two fields, one after the other, between other things to click. */
function page(values: readonly [string, string]): Observation {
  const links = Array.from({ length: 20 }, (_, i) => node(100 + i, "link", `Thing ${i}`));
  return {
    url: "http://site.test/new",
    title: "New",
    nodes: [
      node(0, "RootWebArea", "New"),
      ...links,
      node(1, "textbox", "Title", values[0]),
      node(2, "textbox", "Text", values[1]),
      node(3, "button", "Send"),
      node(4, "button", "Report a problem"),
    ],
    tabs: [{ url: "http://site.test/new", title: "New", active: true }],
    lastActionError: null,
  };
}
const goal = 'Write "Hello there" with the title "Greetings"';
const typed = (ref: string, submit = false): Action => ({
  kind: "type",
  ref,
  text: "Greetings",
  submit,
});

/** How often, of 100 times, the explorer does what `fits` after this action. */
function share(
  before: Observation,
  action: Action,
  now: Observation,
  fits: (next: Action) => boolean,
) {
  const history: PastStep[] = [{ observation: before, action }];
  const explorer = (seed: number) =>
    createExplorer({ random: createRandom(seed), forbids: () => false });
  const actions = Array.from({ length: 100 }, (_, seed) =>
    explorer(seed).act({ goal, history, observation: now }),
  ) as { action: Action }[];
  return actions.filter((next) => fits(next.action)).length;
}
const fillsText = (action: Action): boolean =>
  action.kind === "type" && action.ref === "2" && !action.submit;
const sends = (action: Action): boolean => action.kind === "click" && action.ref === "3";

describe("createExplorer", () => {
  it("mostly fills the next field of a form that it has begun, and then sends it", () => {
    const [empty, half, full] = [page(["", ""]), page(["Greetings", ""]), page(["Greetings", "x"])];
    expect(share(empty, typed("1"), half, fillsText)).toBeGreaterThan(75);
    expect(share(half, typed("2"), full, sends)).toBeGreaterThan(75);
  });

  it("explores by chance on another page, and after Enter", () => {
    const elsewhere = {
      ...page(["", ""]),
      nodes: page(["", ""]).nodes.map((n) => ({ ...n, ref: `b${n.ref}` })),
    };
    const moves = (action: Action): boolean => action.kind === "click";
    expect(share(page(["", ""]), typed("1"), elsewhere, moves)).toBeGreaterThan(40);
    expect(
      share(page(["", ""]), typed("1", true), page(["Greetings", ""]), fillsText),
    ).toBeLessThan(40);
  });

  it("never does what is forbidden, not even in a form", () => {
    const explorer = createExplorer({
      random: createRandom(1),
      forbids: (_, action) => action.kind === "type" || sends(action),
    });
    const history: PastStep[] = [{ observation: page(["", ""]), action: typed("1") }];
    for (let i = 0; i < 50; i++) {
      const { action } = explorer.act({ goal, history, observation: page(["Greetings", ""]) }) as {
        action: Action;
      };
      expect(action.kind === "type" || sends(action)).toBe(false);
    }
  });
});
