/** All learners keep the contract of learners. `cloneBehaviour` is not one: it takes demonstrations, not rollouts. */

import type { Trajectory } from "../../src/core/trajectory.ts";
import { runEpisode } from "../../src/core/episode.ts";
import { createGrpoLearner } from "../../src/agent/learning/grpo-learner.ts";
import type { LearnerOptions } from "../../src/agent/learning/policy-learner.ts";
import { createPpoLearner } from "../../src/agent/learning/ppo-learner.ts";
import type { Learner } from "../../src/rl/learner.ts";
import { CandidatePolicy } from "../../src/agent/network/candidate-policy.ts";
import {
  decodeCheckpoint,
  decodeLearnerState,
  encodeCheckpoint,
} from "../../src/agent/network/checkpoint.ts";
import { createTasks, createThings, demonstrate, TinyEnv } from "../support/tiny-world.ts";
import { describeLearnerContract, type LearnerSubject } from "./learner-contract.ts";

/** Demonstrations of a world whose things never occur in the contract's rollouts. */
async function demonstrations(): Promise<Trajectory[]> {
  const things = createThings(2);
  const env = new TinyEnv(things);
  const trajectories: Trajectory[] = [];
  for (const task of createTasks(things))
    trajectories.push(
      await runEpisode({
        env,
        task,
        seed: 0,
        id: task.id,
        actor: "demonstrator",
        source: "synthetic",
        policy: { act: ({ observation }) => ({ action: demonstrate(task, observation) }) },
      }),
    );
  return trajectories;
}

function createLearner<Config>(
  create: (policy: CandidatePolicy, config: Config, options: LearnerOptions) => Learner,
  config: Config,
  options: LearnerOptions = {},
): (checkpoint?: Uint8Array) => LearnerSubject {
  return (checkpoint) => {
    const policy =
      checkpoint === undefined
        ? new CandidatePolicy({ tableBits: 12 }, 1)
        : decodeCheckpoint(checkpoint);
    const learnerState = checkpoint === undefined ? undefined : decodeLearnerState(checkpoint);
    const learner = create(policy, config, { ...options, learnerState });
    return {
      learner,
      checkpoint: () =>
        encodeCheckpoint(policy, { moments: true, learnerState: learner.state?.() }),
    };
  };
}

const STILL = { learnsWithoutContrast: null };

describeLearnerContract("GRPO", STILL, createLearner(createGrpoLearner, {}));
describeLearnerContract(
  "GRPO that explores hotter and near the best",
  STILL,
  createLearner(createGrpoLearner, {
    explorationTemperature: 1.5,
    reach: 2,
    negativeScale: 0.5,
    minibatchSize: 7,
  }),
);
describeLearnerContract(
  "GRPO that is pulled to a reference",
  STILL,
  createLearner(
    createGrpoLearner,
    { klCoefficient: 0.1 },
    { reference: new CandidatePolicy({ tableBits: 12 }, 1) },
  ),
);
const demonstrated = await demonstrations();
describeLearnerContract(
  "GRPO that replays",
  { learnsWithoutContrast: "it imitates demonstrations and own successes after each batch" },
  createLearner(
    createGrpoLearner,
    { replayCoefficient: 0.5, replaySize: 8, replayUpdates: 2 },
    { demonstrations: demonstrated },
  ),
);

const VALUES = {
  learnsWithoutContrast: "its values learn from every outcome, and its advantages from its values",
};
describeLearnerContract("PPO", VALUES, createLearner(createPpoLearner, {}));
describeLearnerContract(
  "PPO with everything on",
  VALUES,
  createLearner(
    createPpoLearner,
    {
      explorationTemperature: 1.5,
      reach: 2,
      negativeScale: 0.5,
      minibatchSize: 7,
      klCoefficient: 0.1,
      valueClipRange: 0.2,
      bootstrapTruncated: true,
      replayCoefficient: 0.5,
      replaySize: 8,
      replayUpdates: 2,
    },
    {
      demonstrations: demonstrated,
      reference: new CandidatePolicy({ tableBits: 12 }, 1),
    },
  ),
);
