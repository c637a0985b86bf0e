/** The contract of every `Policy`: one suite, run against each implementation. */

import { beforeAll, describe, expect, it } from "vitest";
import { ActionSchema, type Action } from "../../src/core/action.ts";
import type { Observation } from "../../src/core/observation.ts";
import type { Policy, PolicyInput, PolicyOutput } from "../../src/core/policy.ts";
import { createRandom, type Random } from "../../src/core/random.ts";
import { deepFreeze } from "../support/deep-freeze.ts";

export interface PolicySubject {
  /** A policy that starts an episode. */
  createPolicy(random: Random): Policy;
  /** The inputs of a policy in whole episodes, each from an empty history on. At least two inputs in all. */
  episodes: readonly (readonly PolicyInput[])[];
}

export interface PolicyTraits {
  /** Whether each action comes with its log π. */
  hasLogprob: boolean;
  /** Why it may throw on a page without anything to act on; null where it must act. */
  throwsOnBarePage: string | null;
}

const BARE_PAGE: Observation = {
  url: "http://site.test/bare",
  title: "",
  nodes: [
    { ref: "1", role: "RootWebArea", name: "", states: {}, depth: 0 },
    { ref: "2", role: "StaticText", name: "Nothing to do here.", states: {}, depth: 1 },
  ],
  tabs: [{ title: "", url: "http://site.test/bare", active: true }],
  lastActionError: null,
};
const NO_PAGE: Observation = {
  url: "about:blank",
  title: "",
  nodes: [],
  tabs: [{ title: "", url: "about:blank", active: true }],
  lastActionError: null,
};

async function act(policy: Policy, inputs: readonly PolicyInput[]): Promise<PolicyOutput[]> {
  const outputs: PolicyOutput[] = [];
  for (const input of inputs) outputs.push(await policy.act(input));
  return outputs;
}

/** Why an action does not fit this observation; null where it fits. */
function misfit(action: Action, { nodes, tabs }: Observation): string | null {
  if ("ref" in action && !nodes.some(({ ref }) => ref === action.ref))
    return `the page has no element ${action.ref}`;
  if (action.kind === "switchTab" && tabs[action.index] === undefined)
    return `tab ${action.index} does not exist`;
  return null;
}

/** Names the suite and runs it; `open` is called once, before the first test. */
export function describePolicyContract(
  name: string,
  { hasLogprob, throwsOnBarePage }: PolicyTraits,
  open: () => PolicySubject | Promise<PolicySubject>,
): void {
  describe(`${name} as a Policy`, () => {
    let subject: PolicySubject;
    const create = (seed = 1): Policy => subject.createPolicy(createRandom(seed));
    beforeAll(async () => {
      subject = await open();
      expect(subject.episodes.every(([first]) => first?.history.length === 0)).toBe(true);
      expect(subject.episodes.flat().length).toBeGreaterThan(1);
    });

    it("gives actions that fit the schema and the observation", async () => {
      for (const inputs of subject.episodes)
        for (const [step, { action }] of (await act(create(), inputs)).entries()) {
          expect(ActionSchema.parse(action)).toEqual(action);
          expect(misfit(action, (inputs[step] as PolicyInput).observation)).toBeNull();
        }
    });

    it("leaves its input unchanged", async () => {
      for (const inputs of subject.episodes) {
        const frozen = inputs.map((input) => deepFreeze(structuredClone(input)));
        expect(await act(create(), frozen)).toEqual(await act(create(), inputs));
      }
    });

    it("acts alike on the same input with the same random stream", async () => {
      for (const inputs of subject.episodes)
        expect(await act(create(), inputs)).toEqual(await act(create(), inputs));
    });

    it("does not change when another policy acts in between", async () => {
      for (const inputs of subject.episodes) {
        const alone = await act(create(), inputs);
        const [one, other] = [create(), create(2)];
        const outputs: PolicyOutput[] = [];
        for (const input of inputs) {
          await other.act(input);
          outputs.push(...(await act(one, [input])));
        }
        expect(outputs).toEqual(alone);
      }
    });

    it(`gives ${hasLogprob ? "a finite log-probability of at most 0" : "no log-probability"}`, async () => {
      for (const inputs of subject.episodes)
        for (const { logprob } of await act(create(), inputs))
          if (hasLogprob) {
            expect(Number.isFinite(logprob)).toBe(true);
            expect(logprob).toBeLessThanOrEqual(0);
          } else expect(logprob).toBeUndefined();
    });

    it("acts on a page without anything to act on, and without a page", async ({ skip }) => {
      if (throwsOnBarePage !== null) return skip(throwsOnBarePage);
      for (const observation of [BARE_PAGE, NO_PAGE])
        for (const seed of [1, 2, 3, 4, 5]) {
          const { action } = await create(seed).act({ goal: "Find it", history: [], observation });
          expect(ActionSchema.parse(action)).toEqual(action);
          expect(misfit(action, observation)).toBeNull();
        }
    });
  });
}
