import { describe, expect, it } from "vitest";
import type { Action } from "../../core/action.ts";
import type { PolicyInput } from "../../core/policy.ts";
import { createRandom } from "../../core/random.ts";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import { CandidatePolicy } from "./candidate-policy.ts";
import { logProbabilities } from "./distribution.ts";

const things = createThings(1);

/** The first page of a task, and a policy that prefers some of its candidates to others. */
async function start(): Promise<{ policy: CandidatePolicy; input: PolicyInput }> {
  const [task] = createTasks(things);
  if (task === undefined) throw new Error("Expected a task, got none.");
  const observation = await new TinyEnv(things).reset({ task });
  const policy = new CandidatePolicy({ tableBits: 12 });
  const random = createRandom(1);
  for (let i = 0; i < policy.network.table.length; i++)
    policy.network.table[i] = random.normal() / 4;
  return { policy, input: { goal: task.goal, history: [], observation } };
}

describe("CandidatePolicy", () => {
  it("draws only candidates within the cutoff below the likeliest one", async () => {
    const { policy, input } = await start();
    const state = policy.featurize(input);
    const logs = logProbabilities(policy.network.forward(state));
    const best = Math.max(...logs);
    const drawn = async (logprobCutoff: number | null): Promise<Set<number>> => {
      const sampling = policy.sampling(createRandom(2), 4, logprobCutoff);
      const seen = new Set<number>();
      for (let i = 0; i < 150; i++) {
        const { action } = (await sampling.act(input)) as { action: Action };
        seen.add(policy.decide(input, action).chosen);
      }
      return seen;
    };
    const within = [...logs.keys()].filter((i) => (logs[i] as number) >= best - 1);
    expect(within.length).toBeLessThan(logs.length);
    expect([...(await drawn(1))].sort((a, b) => a - b)).toEqual(within);
    expect((await drawn(null)).size).toBeGreaterThan(within.length);
  });

  it("gives the probability with which it drew", async () => {
    const { policy, input } = await start();
    const { logprob } = await policy.sampling(createRandom(2), 1, 1e-9).act(input);
    expect(logprob).toBe(0);
  });
});
