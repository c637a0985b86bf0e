import { describe, expect, it } from "vitest";
import type { Action } from "../../../core/action.ts";
import type { Observation } from "../../../core/observation.ts";
import type { PastStep, Policy } from "../../../core/policy.ts";
import { createRandom } from "../../../core/random.ts";
import { createExplorer } from "../../../agent/baselines/explorer.ts";
import { createNoisyPolicy } from "./noisy-policy.ts";

function page(url: string): Observation {
  const link = (ref: string, name: string) => ({
    ref,
    role: "link",
    name,
    states: {},
    url: `http://site.test/${name}`,
    depth: 1,
  });
  return {
    url,
    title: "Home",
    nodes: [
      { ref: "1", role: "RootWebArea", name: "Home", states: {}, depth: 0 },
      link("2", "one"),
      link("3", "two"),
      link("4", "three"),
    ],
    tabs: [{ title: "Home", url, active: true }],
    lastActionError: null,
  };
}

const HOME = page("http://site.test/");
const AWAY = page("http://site.test/away");
const random = () => createRandom(7);
const forbids = (): boolean => false;

/** Plays `steps` steps on the pages that `next` returns. */
async function play(
  policy: Policy,
  steps: number,
  next: (action: Action) => Observation = () => HOME,
): Promise<Action[]> {
  const history: PastStep[] = [];
  let observation = HOME;
  for (let i = 0; i < steps; i++) {
    const { action } = await policy.act({ goal: "find two", history, observation });
    history.push({ observation, action });
    observation = next(action);
  }
  return history.map(({ action }) => action);
}

function demonstrator(...actions: (Action | Error)[]): Policy {
  return {
    act() {
      const action = actions.shift();
      if (action instanceof Error) throw action;
      return { action: action ?? { kind: "stop", answer: "done" } };
    },
  };
}

describe("an explorer", () => {
  it("never stops and never takes a forbidden action", async () => {
    const actions = await play(
      createExplorer({ random: random(), forbids: (_, action) => action.kind !== "goBack" }),
      20,
    );
    expect(new Set(actions.map(({ kind }) => kind))).toEqual(new Set(["goBack"]));
    const free = await play(createExplorer({ random: random(), forbids }), 60);
    expect(free.some(({ kind }) => kind === "stop")).toBe(false);
  });

  it("tries everything on a page before it repeats an action", async () => {
    const actions = await play(createExplorer({ random: random(), forbids }), 4);
    expect(new Set(actions.map((action) => JSON.stringify(action))).size).toBe(4);
  });

  it("repeats its actions for the same seed", async () => {
    const run = () => play(createExplorer({ random: random(), forbids }), 10);
    expect(await run()).toEqual(await run());
  });
});

describe("a noisy demonstrator", () => {
  const shown: Action[] = [
    { kind: "click", ref: "2" },
    { kind: "click", ref: "3" },
  ];
  const noisy = (noise: number, ...actions: (Action | Error)[]) => {
    const stream = random();
    return createNoisyPolicy({
      random: stream,
      // The noise itself never goes back here.
      explorer: createExplorer({ random: stream, forbids: (_, { kind }) => kind === "goBack" }),
      noise,
      demonstrator: demonstrator(...actions),
    });
  };

  it("equals the demonstrator without noise", async () => {
    expect(await play(noisy(0, ...shown), 3)).toEqual([...shown, { kind: "stop", answer: "done" }]);
  });

  it("goes back after noise led away, and then resumes", async () => {
    const actions = await play(noisy(1), 6, (action) => (action.kind === "goBack" ? HOME : AWAY));
    expect(actions.filter((_, index) => index % 2 === 1).map(({ kind }) => kind)).toEqual([
      "goBack",
      "goBack",
      "goBack",
    ]);
  });

  it("explores for the rest of the episode once the demonstrator is lost", async () => {
    const [first] = shown;
    const actions = await play(noisy(0, first as Action, new Error("no such button")), 12);
    expect(actions[0]).toEqual(first);
    expect(actions.some(({ kind }) => kind === "stop")).toBe(false);
  });
});
