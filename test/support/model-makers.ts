/** All experience models of the toolkit by name, each made from recordings. */

import { createCopyModel, createStillModel } from "../../src/synthetic/measure/baseline-models.ts";
import { ReplayBuffer } from "../../src/synthetic/buffer/replay-buffer.ts";
import { createRetrievalModel } from "../../src/synthetic/retrieval/create-retrieval-model.ts";
import { RetrievalModel } from "../../src/synthetic/retrieval/retrieval-model.ts";
import { createPlaceboModel } from "../../src/transfer/placebo-model.ts";
import type { ModelMaker } from "../contracts/experience-model-contract.ts";

export const MODEL_MAKERS: Readonly<Record<string, ModelMaker>> = {
  RetrievalModel: (recordings) => new RetrievalModel({ buffer: new ReplayBuffer(recordings) }),
  "calibrated RetrievalModel": (recordings) =>
    createRetrievalModel({ buffer: new ReplayBuffer(recordings), maxSamples: 20 }),
  "placebo model": (recordings) => {
    const buffer = new ReplayBuffer(recordings);
    return createPlaceboModel({ model: new RetrievalModel({ buffer }), buffer, seed: 1 });
  },
  "still model": (recordings) => createStillModel(new ReplayBuffer(recordings)),
  "copy model": (recordings) => createCopyModel(new ReplayBuffer(recordings)),
};
