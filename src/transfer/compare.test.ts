import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  HOUSE_ORIGINS,
  HOUSE_TASKS,
  openHouse,
  recordHouse,
} from "../../test/support/house-site.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import type { MeteredEnvPool } from "../real/harness/metered-env-pool.ts";
import { createLlmPolicy, LlmPolicyConfigSchema } from "../llm/policy/llm-policy.ts";
import { createScriptedModel } from "../llm/scripted.ts";
import { openRunFolder } from "../store/run-folder.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { ARM_NAMES } from "./arms.ts";
import { compare } from "./compare.ts";
import { type CompareConfig, CompareConfigSchema, PRESETS } from "./compare-config.ts";
import { learnModel } from "./pipeline.ts";
import type { Agent } from "../real/harness/agent.ts";
import { createPlaceboModel } from "./placebo-model.ts";
import { summarize } from "./summarize.ts";
import { openRunRecords, type RunRecords } from "./run-records.ts";

const rollouts = { groupSize: 2, tasksPerIteration: 1 };
const config = CompareConfigSchema.parse({
  ...PRESETS.quick,
  sites: ["site"],
  arms: [...ARM_NAMES],
  clone: { epochs: 2 },
  imagination: {
    steps: 8,
    rollouts,
    derive: false,
    search: {
      rounds: 1,
      search: { expansions: 12, solutions: 2 },
      choice: { rounds: 1, epochs: 1 },
    },
  },
  real: {
    steps: 30,
    stepsOf: { "bc-real": 12 },
    world: "text-browser",
    rollouts,
    coevolve: { every: 15 },
    searchSteps: 20,
  },
  points: 2,
  evaluate: [{ split: "dev", tasks: 2, points: "all" }],
});

/** An LLM that always gives the first task's answer. */
const answerer: Agent = {
  name: "llm:scripted",
  facts: {},
  policyFor: ({ seed }) =>
    createLlmPolicy({
      model: createScriptedModel(() => "I know it. ```stop [12]```"),
      config: LlmPolicyConfigSchema.parse({}),
      seed,
      price: { input: 1, output: 2 },
    }),
};

async function openPool(): Promise<MeteredEnvPool> {
  const house = await openHouse(2);
  const sent = (): number =>
    house.envs.reduce((sum, { counts }) => sum + counts.pageRequests + counts.probeRequests, 0);
  return {
    envs: house.envs,
    countRequests: () => ({ sent: sent(), unanswered: 0, pending: 0 }),
    countedBySite: () => Promise.resolve(house.received()),
    [Symbol.asyncDispose]: () => Promise.resolve(house[Symbol.asyncDispose]()),
  };
}

let folder: string;
let offline: Trajectory[];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "compare-"));
  offline = await recordHouse({ solves: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the comparison in this folder until `stopsAt` holds, or to its end. */
async function run(
  name: string,
  stopsAt: (records: RunRecords) => boolean = () => false,
  arms = config.arms,
): Promise<RunRecords> {
  const own = { ...config, arms };
  using runFolder = openRunFolder(join(folder, name), own, { mayGrow: ["arms"] });
  using records = await openRunRecords(runFolder);
  await using world = await openPool();
  await using texts = await openPool();
  const { model, buffer } = await learnModel(offline);
  const stop = new AbortController();
  const evaluator = createEvaluator();
  const watch = (): void => {
    if (stopsAt(records)) stop.abort(new Error("stopped"));
  };
  await compare({
    config: own,
    records,
    tasks: { train: HOUSE_TASKS, dev: HOUSE_TASKS },
    origins: HOUSE_ORIGINS,
    dataOf: () =>
      Promise.resolve({
        offline,
        recordings: offline,
        buffer,
        imagine: (kind, seed) => [
          createExperienceEnv({
            model: kind === "dream" ? model : createPlaceboModel({ model, buffer, seed }),
            evaluator,
            origins: HOUSE_ORIGINS,
          }),
        ],
      }),
    world,
    agent: answerer,
    textWorld: () => Promise.resolve(texts),
    practiceWorld: () => Promise.resolve(texts),
    isHeldOut: () => false,
    workers: 1,
    file: (...names) => runFolder.file(...names),
    onProgress: watch,
    log: watch,
    warn: () => {},
    now: () => 0,
    signal: stop.signal,
  });
  return records;
}

/** Digests by name. */
const checkpoints = (name: string): Record<string, string> => {
  const path = join(folder, name, "checkpoints");
  const digest = (file: string): string =>
    createHash("sha256")
      .update(readFileSync(join(path, file)))
      .digest("hex");
  return Object.fromEntries(readdirSync(path).map((file) => [file, digest(file)]));
};

describe("a comparison of all arms", { timeout: 600_000 }, () => {
  let records: RunRecords;
  beforeAll(async () => {
    records = await run("whole");
  }, 600_000);

  it("searches in the dream, in the placebo, on the sites, in the truth, and after real steps", () => {
    const rounds = records.rounds.map(({ name, round }) => `${name} ${round}`);
    expect(rounds).toEqual([
      "dream-1-searched 1",
      "placebo-1-searched 1",
      "oracle-1-searched 1",
      "dream-coevolve-1-15-searched 1",
      "dream-coevolve-1-30-searched 1",
      "search-real-1-searched 1",
    ]);
    const [dream, placebo, oracle] = records.rounds;
    expect(dream?.solved).toBe(HOUSE_TASKS.length);
    expect(oracle?.solved).toBe(HOUSE_TASKS.length);
    expect(placebo?.solved).toBeLessThan(HOUSE_TASKS.length);
  });

  it("gives every arm its own number of real steps, and pays for each", () => {
    const paid = (name: string): number =>
      records.expenses
        .filter(({ line, arm }) => line === "training" && arm === name)
        .reduce((sum, { steps }) => sum + steps, 0);
    const trained = (name: string): number =>
      Math.max(...records.trainings.filter(({ arm }) => arm === name).map(({ steps }) => steps));
    for (const arm of ["bc-real", "dream-real", "dream-coevolve", "placebo-real", "real-scratch"])
      expect(paid(arm), arm).toBe(trained(arm));
    expect(trained("bc-real")).toBeLessThan(trained("dream-real"));
    expect(paid("search-real")).toBeGreaterThan(0);
    expect(paid("search-real")).toBeLessThanOrEqual(30);
    expect(paid("oracle")).toBe(0);
  });

  it("writes the oracle's requests on a line of their own", () => {
    const unpaid = records.expenses.filter(({ line }) => line === "unpaid search");
    expect(new Set(unpaid.map(({ arm }) => arm))).toEqual(new Set(["oracle"]));
    for (const { requests, countedBySite } of records.expenses)
      expect(requests).toBe(countedBySite);
  });

  it("evaluates every arm at each of its points on all tasks", () => {
    const points = records.evaluations.map(({ arm, realSteps }) => `${arm} ${realSteps}`);
    const expected = [
      "bc 0",
      "dream 0",
      "placebo 0",
      "oracle 0",
      "real-scratch 0",
      "agent 0",
      "bc-real 12",
      ...["dream-real", "dream-coevolve", "placebo-real", "search-real", "real-scratch"].map(
        (arm) => `${arm} 30`,
      ),
    ];
    expect([...new Set(points)].sort()).toEqual(expected.sort());
    expect(points).toHaveLength(2 * expected.length);
  });

  it("evaluates the agent as it is, on the ledger, and counts what its model cost", () => {
    const rows = records.evaluations.filter(({ arm }) => arm === "agent");
    expect(rows.map(({ status }) => status).sort()).toEqual(["failure", "success"]);
    const spent = records.expenses.filter(({ arm }) => arm === "agent");
    expect(spent).toMatchObject([{ line: "evaluation", episodes: 2, steps: 2 }]);
    const { arms, agent } = summarize({
      config,
      records,
      agent: answerer.name,
      bcCheckpoint: {},
      fidelities: {},
      seconds: {},
    });
    expect(agent).toBe("llm:scripted");
    const usage = arms.find(({ arm }) => arm === "agent")?.usage;
    // Two replies of five words each.
    expect(usage).toMatchObject({ outputTokens: 10 });
    expect(usage?.usd).toBeCloseTo(((usage?.inputTokens ?? 0) + 20) / 1e6, 9);
    expect(arms.filter(({ arm, usage: cost }) => arm !== "agent" && cost !== null)).toEqual([]);
  });

  it("clones the placebo's plans as long as the dream's", () => {
    const [dream] = records.rounds;
    const trainings = records.trainings.filter(({ arm }) => arm === "placebo");
    expect(dream?.cloneSteps).toBeGreaterThan(0);
    expect(trainings).toHaveLength(1);
  });

  it("ends with the same checkpoints after it was stopped in its searches and got more arms", async () => {
    const stopped = (at: (kept: RunRecords) => boolean, arms?: CompareConfig["arms"]) =>
      expect(run("resumed", at, arms)).rejects.toThrow("stopped");
    await stopped(
      ({ rounds }) => rounds.some(({ name }) => name === "dream-coevolve-1-15-searched"),
      ["dream-coevolve", "search-real"],
    );
    await stopped(({ expenses }) => expenses.some(({ arm }) => arm === "search-real"));
    const resumed = await run("resumed");
    const names = (rounds: RunRecords["rounds"]): string[] =>
      rounds.map((round) => JSON.stringify(round)).sort();
    expect(names(resumed.rounds)).toEqual(names(records.rounds));
    expect(checkpoints("resumed")).toEqual(checkpoints("whole"));
  });
});
