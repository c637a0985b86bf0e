/** A worker thread that searches in a dream. It learns the dream once and takes one task after another. */

import { parentPort, workerData } from "node:worker_threads";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import type { CandidatePolicy } from "../agent/network/candidate-policy.ts";
import { decodeCheckpoint } from "../agent/network/checkpoint.ts";
import { type SearchConfig, type SearchResult, searchTree } from "../rl/tree-search.ts";
import { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { createRetrievalModel } from "../synthetic/retrieval/create-retrieval-model.ts";
import { createPlaceboModel } from "./placebo-model.ts";

/** The dream to search in. */
export interface DreamWorld {
  recordings: readonly Trajectory[];
  origins: Readonly<Record<string, string>>;
  /** Searches in the placebo of this seed instead. */
  placeboSeed: number | null;
  minCertainty?: number;
}

/** One task to search. */
export interface SearchOrder {
  index: number;
  task: Task;
  config: SearchConfig;
  /** Given when the policy differs from that of the worker's last task. */
  checkpoint: Uint8Array | null;
}

/** The worker's answer; the first one, `index` −1, says that it is ready. */
export interface SearchAnswer {
  index: number;
  result: SearchResult | null;
  /** What went wrong; null with a result. */
  error: string | null;
}

const port = parentPort;
if (port === null) throw new Error("Expected a worker thread, got the main thread.");
const { recordings, origins, placeboSeed, minCertainty } = workerData as DreamWorld;
const buffer = new ReplayBuffer(recordings);
const model = await createRetrievalModel({ buffer });
const env = createExperienceEnv({
  model: placeboSeed === null ? model : createPlaceboModel({ model, buffer, seed: placeboSeed }),
  evaluator: createEvaluator(),
  origins,
  ...(minCertainty !== undefined && { minCertainty }),
});
let policy: CandidatePolicy | null = null;
const answer = (message: SearchAnswer): void => port.postMessage(message);
port.on("message", ({ index, task, config, checkpoint }: SearchOrder) => {
  if (checkpoint !== null) policy = decodeCheckpoint(checkpoint);
  if (policy === null) throw new Error("Expected a policy with the first task, got none.");
  void searchTree({ env, task, policy: policy.proposing(), config }).then(
    (result) => answer({ index, result, error: null }),
    (error: unknown) => answer({ index, result: null, error: String(error) }),
  );
});
answer({ index: -1, result: null, error: null });
