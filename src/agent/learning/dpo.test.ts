import { beforeAll, describe, expect, it } from "vitest";
import { createTasks, createThings, TinyEnv } from "../../../test/support/tiny-world.ts";
import { demonstrations, successRate } from "../../../test/support/tiny-training.ts";
import { createRandom } from "../../core/random.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { pairByOutcome, type TrajectoryPair } from "../../rl/preference-pairs.ts";
import { collectRollouts } from "../../rl/rollout.ts";
import { CandidatePolicy } from "../network/candidate-policy.ts";
import { logProbabilities } from "../network/distribution.ts";
import { type DpoConfig, preferBehaviour } from "./dpo.ts";

const [known, unknown] = [createThings(1), createThings(2)];
const TASKS = createTasks(known);
const SCOPES: DpoConfig["scope"][] = ["step", "trajectory"];
const newPolicy = (): CandidatePolicy => new CandidatePolicy({ tableBits: 12 });

let pairs: TrajectoryPair[] = [];
/** Demonstrations against what a new policy did in the same tasks. */
beforeAll(async () => {
  const groups = await collectRollouts({
    envs: [new TinyEnv(known)],
    policy: (random) => newPolicy().sampling(random),
    tasks: TASKS,
    groupSize: 16,
    random: createRandom(1),
    source: "synthetic",
    actor: "start",
    idPrefix: "start",
  });
  const trajectories = [
    ...(await demonstrations(known, TASKS)),
    ...groups.flatMap((group) => group.trajectories),
  ];
  pairs = pairByOutcome(trajectories, { perTask: 16, random: createRandom(2) });
});

const train = async (
  trained: readonly TrajectoryPair[],
  config: Partial<DpoConfig>,
): Promise<CandidatePolicy> => {
  const policy = newPolicy();
  const options = { learningRate: 0.003, epochs: 5, ...config };
  await preferBehaviour({ policy, pairs: trained, config: options, random: createRandom(3) });
  return policy;
};

/** log π of a whole trajectory. */
function logprobOf(policy: CandidatePolicy, { goal, transitions }: Trajectory): number {
  return transitions.reduce((sum, { observation, action }, step) => {
    const history = transitions.slice(0, step);
    const { state, chosen } = policy.decide({ goal, history, observation }, action);
    return sum + (logProbabilities(policy.network.forward(state))[chosen] as number);
  }, 0);
}

function randomPolicy(): CandidatePolicy {
  const policy = newPolicy();
  const random = createRandom(4);
  for (let i = 0; i < policy.network.table.length; i++)
    policy.network.table[i] = 0.1 * random.normal();
  return policy;
}

describe("preferBehaviour", { timeout: 60_000 }, () => {
  it.each(SCOPES)(
    "carries preferences over to a world with only new names, by %s",
    async (scope) => {
      expect(await successRate(unknown, createTasks(unknown), newPolicy())).toBe(0);
      const policy = await train(pairs, { scope });
      expect(await successRate(unknown, createTasks(unknown), policy)).toBeGreaterThanOrEqual(0.9);
    },
  );

  it.each(SCOPES)(
    "learns nothing about the tasks from shuffled preferences, by %s",
    async (scope) => {
      const coin = createRandom(5);
      const shuffled = pairs.map(({ chosen, rejected }) =>
        coin.next() < 0.5 ? { chosen, rejected } : { chosen: rejected, rejected: chosen },
      );
      const policy = await train(shuffled, { scope });
      expect(await successRate(known, TASKS, policy)).toBeLessThanOrEqual(0.1);
    },
  );

  it("starts at log 2, and reports the implicit rewards of whole trajectories", async () => {
    const reference = randomPolicy();
    const policy = reference.clone();
    const one = pairs.slice(0, 1) as [TrajectoryPair];
    const options = { policy, reference, pairs: one, random: createRandom(1) };
    const config = { beta: 0.5, scope: "trajectory" as const, epochs: 1 };
    const first = await preferBehaviour({ ...options, config });
    expect(first.epochs[0]?.loss).toBeCloseTo(Math.log(2), 9);
    const reward = (side: Trajectory): number =>
      0.5 * (logprobOf(policy, side) - logprobOf(reference, side));
    // Steps that both share are in neither sum, and cancel in the margin.
    const margin = reward(one[0].chosen) - reward(one[0].rejected);
    expect(margin).toBeGreaterThan(0);
    const second = await preferBehaviour({ ...options, config });
    const [epoch] = second.epochs;
    expect((epoch?.chosenReward ?? 0) - (epoch?.rejectedReward ?? 0)).toBeCloseTo(margin, 6);
    expect(epoch?.loss).toBeCloseTo(Math.log1p(Math.exp(-margin)), 6);
  });

  it("moves each parameter against the slope of the paper's loss", async () => {
    const policy = randomPolicy();
    const reference = policy.clone();
    const [pair] = pairs as [TrajectoryPair];
    const { head } = policy.network;
    const loss = (): number => {
      const reward = (side: Trajectory): number =>
        0.5 * (logprobOf(policy, side) - logprobOf(reference, side));
      return Math.log1p(Math.exp(reward(pair.rejected) - reward(pair.chosen)));
    };
    const slopes = [...head].map((value, i) => {
      head[i] = value + 1e-2;
      const above = loss();
      head[i] = value - 1e-2;
      const below = loss();
      head[i] = value;
      return (above - below) / 2e-2;
    });
    const before = head.slice();
    await preferBehaviour({
      policy,
      pairs: [pair],
      config: { beta: 0.5, scope: "trajectory", epochs: 1, learningRate: 0.01 },
      random: createRandom(1),
    });
    const clear = slopes.map((_, i) => i).filter((i) => Math.abs(slopes[i] as number) > 1e-3);
    expect(clear.length).toBeGreaterThan(head.length / 2);
    // Adam's first step is the learning rate, whatever the size of the slope.
    for (const i of clear)
      expect((head[i] as number) - (before[i] as number)).toBeCloseTo(
        -0.01 * Math.sign(slopes[i] as number),
        4,
      );
  });

  it("leaves out pairs that no step of the policy distinguishes", async () => {
    const policy = newPolicy();
    const [{ chosen }] = pairs as [TrajectoryPair];
    const same = [{ chosen, rejected: { ...chosen } }];
    const summary = await preferBehaviour({ policy, pairs: same, random: createRandom(1) });
    expect(summary).toMatchObject({ pairs: 0, skipped: 1 });
    expect(policy.network.table.every((value) => value === 0)).toBe(true);
  });
});
