/** All learners keep the contract of learners. `cloneBehaviour` is not one: it takes demonstrations, not rollouts. */

import type { Trajectory } from "../../src/core/trajectory.ts";
import { runEpisode } from "../../src/core/episode.ts";
import {
  createGrpoLearner,
  type GrpoConfig,
  type GrpoOptions,
} from "../../src/agent/learning/grpo-learner.ts";
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

function createLearner(
  config: Partial<GrpoConfig>,
  options: GrpoOptions = {},
): (checkpoint?: Uint8Array) => LearnerSubject {
  return (checkpoint) => {
    const policy =
      checkpoint === undefined
        ? new CandidatePolicy({ tableBits: 12 }, 1)
        : decodeCheckpoint(checkpoint);
    const learnerState = checkpoint === undefined ? undefined : decodeLearnerState(checkpoint);
    const learner = createGrpoLearner(policy, config, { ...options, learnerState });
    return {
      learner,
      checkpoint: () =>
        encodeCheckpoint(policy, { moments: true, learnerState: learner.state?.() }),
    };
  };
}

const STILL = { learnsWithoutContrast: null };

describeLearnerContract("GRPO", STILL, createLearner({}));
describeLearnerContract(
  "GRPO that explores hotter and near the best",
  STILL,
  createLearner({ explorationTemperature: 1.5, reach: 2, negativeScale: 0.5, minibatchSize: 7 }),
);
describeLearnerContract(
  "GRPO that is pulled to a reference",
  STILL,
  createLearner({ klCoefficient: 0.1 }, { reference: new CandidatePolicy({ tableBits: 12 }, 1) }),
);
const demonstrated = await demonstrations();
describeLearnerContract(
  "GRPO that replays",
  { learnsWithoutContrast: "it imitates demonstrations and own successes after each batch" },
  createLearner(
    { replayCoefficient: 0.5, replaySize: 8, replayUpdates: 2 },
    { demonstrations: demonstrated },
  ),
);
