import { describe, expect, it } from "vitest";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import { runEpisode } from "../../core/episode.ts";
import type { PolicyInput } from "../../core/policy.ts";
import { createRandom } from "../../core/random.ts";
import type { Task } from "../../core/task.ts";
import { CandidatePolicy } from "./candidate-policy.ts";
import { createFeaturizer } from "./features.ts";
import { memoizeStates } from "./state-cache.ts";

const BITS = 12;
const things = createThings(1);
const [task] = createTasks(things) as [Task];

/** Every state that some random episodes reach. */
async function states(): Promise<PolicyInput[]> {
  const env = new TinyEnv(things);
  const inputs: PolicyInput[] = [];
  for (let seed = 0; seed < 30; seed++) {
    const policy = new CandidatePolicy({ tableBits: BITS }).sampling(createRandom(seed));
    const { goal, transitions } = await runEpisode({
      env,
      policy,
      task,
      seed,
      id: "x",
      actor: "x",
      source: "synthetic",
    });
    for (const [step, { observation }] of transitions.entries())
      inputs.push({ goal, history: transitions.slice(0, step), observation });
  }
  return inputs;
}

describe("memoizeStates", () => {
  it("gives the computed result, and computes a repeated state once", async () => {
    const inputs = await states();
    let computed = 0;
    const featurize = createFeaturizer(BITS);
    const memo = memoizeStates((input) => {
      computed++;
      return featurize(input);
    });
    for (const input of [...inputs, ...inputs]) expect(memo(input)).toEqual(featurize(input));
    expect(computed).toBeLessThanOrEqual(inputs.length);
  });

  it("distinguishes states by all their parts", async () => {
    const [first, second] = (await states()).filter(({ history }) => history.length === 1);
    if (first === undefined || second === undefined) throw new Error("Expected two states.");
    const memo = memoizeStates((input) => input);
    const { goal, history, observation } = first;
    const [past] = history as [PolicyInput["history"][number]];
    const others: PolicyInput[] = [
      first,
      { ...first, goal: `${goal}!` },
      { ...first, history: [] },
      { ...first, history: [past, past] },
      { ...first, history: [{ ...past, action: { kind: "goBack" } }] },
      { ...first, history: [{ ...past, observation: { ...past.observation, url: "http://o/" } }] },
      { ...first, observation: { ...observation, nodes: [...observation.nodes] } },
      { ...first, observation: { ...observation, lastActionError: "no" } },
      { ...first, observation: { ...observation, tabs: [] } },
    ];
    for (const other of others) expect(memo(other)).toBe(other);
    for (const other of others) expect(memo({ ...other })).toBe(other);
    // The same page in another object, as a dream shows it, is the same state.
    expect(memo({ goal, history, observation: { ...observation } })).toBe(first);
  });

  it("keeps at most the given number of states", () => {
    const observation = { url: "", title: "", nodes: [], tabs: [], lastActionError: null };
    const memo = memoizeStates((input) => input, 2);
    const of = (goal: string): PolicyInput => ({ goal, history: [], observation });
    const [a, b, c] = [of("a"), of("b"), of("c")];
    for (const input of [a, b, c]) memo(input);
    const again = of("a");
    expect(memo(again)).toBe(again);
    expect(memo(of("c"))).toBe(c);
  });
});
