import { describe, expect, it } from "vitest";
import {
  createTasks,
  createThings,
  demonstrate,
  type Thing,
  TinyEnv,
} from "../../../test/support/tiny-world.ts";
import { runEpisode } from "../../core/episode.ts";
import { createRandom, hashText } from "../../core/random.ts";
import type { Score } from "../../core/score.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { outcomeReward } from "../../rl/rollout.ts";
import { searchTree } from "../../rl/tree-search.ts";
import { CandidatePolicy } from "../network/candidate-policy.ts";
import { choosePlans, PlanChoiceConfigSchema } from "./choose-plans.ts";
import { CloneConfigSchema } from "./clone-behaviour.ts";
import {
  ExpertIterationConfigSchema,
  type ExpertRound,
  iterateExpert,
} from "./expert-iteration.ts";

const outcomeOf = (score: Score): number => (score.status === "scored" ? score.value : 0);
const CLONE = CloneConfigSchema.parse({ epochs: 12 });
const things = createThings(1);
const tasks = createTasks(things);

async function successRate(world: readonly Thing[], policy: CandidatePolicy): Promise<number> {
  const env = new TinyEnv(world);
  let solved = 0;
  for (const task of createTasks(world)) {
    const options = { env, policy: policy.greedy(), task, seed: 0, id: task.id, actor: "x" };
    solved += outcomeReward(await runEpisode({ ...options, source: "synthetic" }));
  }
  return solved / (2 * world.length);
}

async function iterate(env: TinyEnv): Promise<{ policy: CandidatePolicy; rounds: ExpertRound[] }> {
  const rounds: ExpertRound[] = [];
  const { policy } = await iterateExpert({
    policy: new CandidatePolicy({ tableBits: 14 }, 1),
    demonstrations: [],
    tasks,
    search: async (jobs, guide) => {
      const results = [];
      for (const { task, config } of jobs)
        results.push(await searchTree({ env, task, policy: guide.proposing(), config }));
      return results;
    },
    config: ExpertIterationConfigSchema.parse({
      rounds: 2,
      search: { expansions: 60, solutions: 1 },
    }),
    clone: CLONE,
    seed: 1,
    random: createRandom(1),
    onRound: (round) => void rounds.push(round),
  });
  return { policy, rounds };
}

describe("iterateExpert", { timeout: 60_000 }, () => {
  it("learns to solve tasks that nobody demonstrated, in a world with new names too", async () => {
    const { policy, rounds } = await iterate(new TinyEnv(things));
    expect(rounds.map(({ solved }) => solved)).toEqual([tasks.length, tasks.length]);
    // The second search is guided, so it needs less.
    expect(rounds[1]?.expansions).toBeLessThan((rounds[0]?.expansions ?? 0) / 2);
    expect(await successRate(things, policy)).toBe(1);
    expect(await successRate(createThings(2), policy)).toBeGreaterThanOrEqual(0.8);
  });

  it("learns from plans whose last check could not be decided", async () => {
    const undecided = (_: Task, checked: Score): Score =>
      outcomeOf(checked) === 0
        ? checked
        : {
            status: "unscored",
            reason: "no recording shows the page",
            checks: [
              { kind: "network_event", passed: true, detail: "" },
              { kind: "program_html", passed: null, detail: "no recording shows the page" },
            ],
          };
    const { policy, rounds } = await iterate(new TinyEnv(things, undecided));
    expect(rounds[1]?.solved).toBe(tasks.length);
    expect(await successRate(things, policy)).toBe(1);
  });

  it("learns nothing from shuffled rewards", async () => {
    const judge = ({ id }: Task) => ({
      status: "scored" as const,
      value: hashText(id, 5) % 2 === 0 ? (0 as const) : (1 as const),
      checks: [],
    });
    const { policy } = await iterate(new TinyEnv(things, judge));
    expect(await successRate(createThings(2), policy)).toBeLessThanOrEqual(0.2);
  });

  it("gives the same policy again", async () => {
    const [first, second] = [
      await iterate(new TinyEnv(things)),
      await iterate(new TinyEnv(things)),
    ];
    expect(first.policy.network.table).toEqual(second.policy.network.table);
  });
});

describe("choosePlans", () => {
  it("prefers the plan that other tasks' plans make probable to one that succeeded by luck", async () => {
    const prices = tasks.filter(({ templateId }) => templateId === 1);
    const play = async (task: Task, next: (step: number) => string): Promise<Trajectory> => {
      const env = new TinyEnv(things, () => ({ status: "scored", value: 1, checks: [] }));
      let step = 0;
      return runEpisode({
        env,
        task,
        seed: 0,
        id: task.id,
        actor: "search",
        source: "synthetic",
        policy: {
          act: ({ observation }) => {
            const ref = next(step++);
            return {
              action: ref === "" ? demonstrate(task, observation) : { kind: "click", ref },
            };
          },
        },
      });
    };
    // By luck: each task wanders over another page first. The search found that plan first.
    const found = await Promise.all(
      prices.map(async (task, i) => {
        const detour = [String(100 + ((i * 5 + 1) % things.length)), "1"];
        const lucky = await play(task, (step) => detour[step] ?? "");
        const good = await play(task, () => "");
        return { taskId: task.id, templateId: 1, plans: [lucky, good] };
      }),
    );
    const choose = (rounds: number) =>
      choosePlans({
        demonstrations: [],
        found,
        config: PlanChoiceConfigSchema.parse({ rounds }),
        clone: CLONE,
        seed: 1,
        random: createRandom(1),
      });
    const chosen = await choose(3);
    expect(chosen.map(({ plan }) => plan.transitions.length)).toEqual(prices.map(() => 2));
    expect(chosen.every(({ logprob }) => logprob !== null && logprob < 0)).toBe(true);
    const first = await choose(0);
    expect(first.map(({ plan, logprob }) => [plan, logprob])).toEqual(
      found.map(({ plans }) => [plans[0], null]),
    );
  });
});
