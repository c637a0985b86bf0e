/** All policies keep the contract of policies, on episodes of a bundled site that its demonstrators played. */

import { afterAll, expect } from "vitest";
import { createDemonstrator, TEMPLATES } from "../../fixtures/index.ts";
import { SITE_URLS } from "../../fixtures/site-urls.ts";
import {
  createNotAvailablePolicy,
  createRandomPolicy,
  createWordOverlapPolicy,
} from "../../src/agent/baselines/baseline-policies.ts";
import { createExplorer } from "../../src/agent/baselines/explorer.ts";
import { CandidatePolicy } from "../../src/agent/network/candidate-policy.ts";
import { loadBundledTasks } from "../../fixtures/index.ts";
import { runEpisode } from "../../src/core/episode.ts";
import { createStopPolicy, type Policy, type PolicyInput } from "../../src/core/policy.ts";
import { createRandom, type Random } from "../../src/core/random.ts";
import type { TaskConfig } from "../../src/evaluation/task-config.ts";
import { toTask } from "../../src/evaluation/to-task.ts";
import { createNoisyPolicy } from "../../src/real/record/collect/noisy-policy.ts";
import type { HttpEnv } from "../../src/text-browser/http/http-env.ts";
import { openSitesOverHttp } from "../support/http-sites.ts";
import { describePolicyContract, type PolicyTraits } from "./policy-contract.ts";

const SITE = "shopping";
/** Tasks of different templates. */
const TASKS = 4;

interface Played {
  config: TaskConfig;
  inputs: PolicyInput[];
}

const sites = openSitesOverHttp([SITE]);
afterAll(async () => await (await sites)[Symbol.asyncDispose]());

/** The observations of successful demonstrators. It leaves out tasks that need a script: the text browser runs none. */
async function playDemonstrations(): Promise<Played[]> {
  const env = (await sites).envs[0] as HttpEnv;
  const playable = new Set(TEMPLATES.flatMap(({ id, scriptOnly }) => (scriptOnly ? [] : [id])));
  const byTemplate = new Map(
    loadBundledTasks("train", [SITE])
      .filter(({ intent_template_id }) => playable.has(intent_template_id))
      .map((config) => [config.intent_template_id, config]),
  );
  const played: Played[] = [];
  for (const config of [...byTemplate.values()].slice(0, TASKS)) {
    const { goal, transitions, score } = await runEpisode({
      env,
      policy: createDemonstrator(config),
      task: toTask(config, SITE_URLS),
      seed: 0,
      id: String(config.task_id),
      actor: "demonstrator",
      source: "real",
    });
    expect(score, config.intent).toMatchObject({ status: "scored", value: 1 });
    const inputs = transitions.map(({ observation }, step) => ({
      goal,
      history: transitions.slice(0, step),
      observation,
    }));
    played.push({ config, inputs });
  }
  return played;
}

const played = playDemonstrations();

function createTrainedPolicy(): CandidatePolicy {
  const policy = new CandidatePolicy({ tableBits: 12 }, 1);
  const random = createRandom("weights");
  for (let i = 0; i < policy.network.table.length; i++)
    policy.network.table[i] = 0.5 * random.normal();
  return policy;
}
const trained = createTrainedPolicy();
const createOpenExplorer = (random: Random): Policy =>
  createExplorer({ random, forbids: () => false });
const ACTS: PolicyTraits = { hasLogprob: false, throwsOnBarePage: null };
const KNOWS_PI: PolicyTraits = { ...ACTS, hasLogprob: true };

const POLICIES: readonly [string, PolicyTraits, (random: Random) => Policy][] = [
  ["a new CandidatePolicy", KNOWS_PI, (random) => new CandidatePolicy().sampling(random)],
  ["a sampling CandidatePolicy", KNOWS_PI, (random) => trained.sampling(random, 0.7)],
  ["a CandidatePolicy of short reach", KNOWS_PI, (random) => trained.sampling(random, 1, 0.5)],
  ["a greedy CandidatePolicy", KNOWS_PI, () => trained.greedy()],
  ["the explorer", ACTS, createOpenExplorer],
  [
    "an explorer that may do nothing",
    ACTS,
    (random) => createExplorer({ random, forbids: () => true }),
  ],
  ["the random policy", ACTS, createRandomPolicy],
  ["the not-available policy", ACTS, createNotAvailablePolicy],
  ["the word-overlap policy", ACTS, createWordOverlapPolicy],
  ["a stop policy", ACTS, () => createStopPolicy("an answer")],
  [
    "a noisy policy",
    ACTS,
    (random) =>
      createNoisyPolicy({
        demonstrator: createWordOverlapPolicy(),
        explorer: createOpenExplorer(random.fork("explorer")),
        random,
        noise: 0.5,
      }),
  ],
];

for (const [name, traits, createPolicy] of POLICIES)
  describePolicyContract(name, traits, async () => ({
    createPolicy,
    episodes: (await played).map(({ inputs }) => inputs),
  }));

for (const index of Array.from({ length: TASKS }).keys())
  describePolicyContract(
    `demonstrator ${index + 1}`,
    {
      hasLogprob: false,
      throwsOnBarePage: "a demonstrator knows one site, and throws where the page is another",
    },
    async () => {
      const { config, inputs } = (await played)[index] as Played;
      return { createPolicy: () => createDemonstrator(config), episodes: [inputs] };
    },
  );
