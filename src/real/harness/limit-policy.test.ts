import { describe, expect, it } from "vitest";
import type { Action } from "../../core/action.ts";
import { LimitError } from "../../core/errors.ts";
import type { Observation } from "../../core/observation.ts";
import type { PolicyInput, PolicyOutput } from "../../core/policy.ts";
import { limitPolicy, type PolicyLimits } from "./limit-policy.ts";

const observation: Observation = { url: "", title: "", nodes: [], tabs: [], lastActionError: null };
const LIMITS: PolicyLimits = { maxRepeats: 3, maxParseFailures: 3, maxTokens: 0 };

const after = (...actions: Action[]): PolicyInput => ({
  goal: "",
  history: actions.map((action) => ({ observation, action })),
  observation,
});
const click = (ref: string): Action => ({ kind: "click", ref });
const type = (ref: string, text: string): Action => ({ kind: "type", ref, text, submit: false });
const back: Action = { kind: "goBack" };
const scroll = (direction: "up" | "down"): Action => ({ kind: "scroll", direction });

/** The limits' own stop, or null where the policy decides. */
async function earlyStop(history: Action[], limits = LIMITS): Promise<string | null> {
  const policy = limitPolicy({ act: () => ({ action: back }) }, limits);
  const { action } = await policy.act(after(...history));
  if (policy.earlyStop === null) expect(action).toEqual(back);
  else expect(action).toEqual({ kind: "stop", answer: `Early stop: ${policy.earlyStop}` });
  return policy.earlyStop;
}

describe("early stops", () => {
  it.each<[string, Action[]]>([
    ["three clicks on one element", [click("1"), click("1"), click("1")]],
    ["three scrolls down", [scroll("down"), scroll("down"), scroll("down")]],
    ["three steps back after something else", [click("1"), back, back, back]],
    ["three texts for one field", [type("1", "a"), type("1", "b"), type("1", "c")]],
    [
      "as many with other actions between",
      [type("1", "a"), back, type("1", "b"), back, type("1", "c")],
    ],
  ])("come after %s", async (_what, history) => {
    expect(await earlyStop(history)).toBe("Same action for 3 times");
  });

  it.each<[string, Action[]]>([
    ["two", [click("1"), click("1")]],
    ["three clicks on different elements", [click("1"), click("2"), click("1")]],
    ["clicks with another action between", [click("1"), back, click("1"), click("1")]],
    ["scrolls in both directions", [scroll("down"), scroll("up"), scroll("down")]],
    ["texts for different fields", [type("1", "a"), type("2", "a"), type("3", "a")]],
    ["four equal waits", Array.from({ length: 4 }, (): Action => ({ kind: "wait", ms: 1_000 }))],
    ["nothing", []],
  ])("do not come after %s", async (_what, history) => {
    expect(await earlyStop(history)).toBeNull();
  });

  it("can be turned off", async () => {
    const history = [back, back, back, back];
    expect(await earlyStop(history, { ...LIMITS, maxRepeats: 0 })).toBeNull();
  });

  it("come after three answers in a row that hold no action", async () => {
    let calls = 0;
    const policy = limitPolicy({ act: () => (calls++, {} as PolicyOutput) }, LIMITS);
    const { action } = await policy.act(after());
    expect(action).toEqual({
      kind: "stop",
      answer: "Early stop: Failed to parse actions for 3 times",
    });
    expect(calls).toBe(3);
  });

  it("ask again after an answer without an action, and return it as it is without that limit", async () => {
    let calls = 0;
    const late = { act: () => (++calls < 3 ? ({} as PolicyOutput) : { action: back }) };
    expect((await limitPolicy(late, LIMITS).act(after())).action).toEqual(back);
    const wrong = limitPolicy(
      { act: () => ({}) as PolicyOutput },
      { ...LIMITS, maxParseFailures: 0 },
    );
    expect(await wrong.act(after())).toEqual({});
  });
});

describe("the limit of tokens", () => {
  it("sums what the policy reports, and throws above the limit", async () => {
    const usage = { inputTokens: 40, outputTokens: 10, usd: 0.5 };
    const policy = limitPolicy(
      { act: () => ({ action: back, usage }) },
      { ...LIMITS, maxTokens: 100 },
    );
    await policy.act(after());
    await policy.act(after());
    expect(policy.usage).toEqual({ inputTokens: 80, outputTokens: 20, usd: 1 });
    await expect(policy.act(after())).rejects.toThrow(LimitError);
    expect(policy.usage.usd).toBe(1.5);
  });
});
