/** All experience models of the toolkit by name, each made from recordings. */

import { createCopyModel, createStillModel } from "../../src/synthetic/measure/baseline-models.ts";
import { createScriptedModel } from "../../src/llm/scripted.ts";
import { ReplayBuffer } from "../../src/synthetic/buffer/replay-buffer.ts";
import { HybridModel } from "../../src/synthetic/reasoning/hybrid-model.ts";
import { ReasoningModel } from "../../src/synthetic/reasoning/reasoning-model.ts";
import { createRetrievalModel } from "../../src/synthetic/retrieval/create-retrieval-model.ts";
import { RetrievalModel } from "../../src/synthetic/retrieval/retrieval-model.ts";
import { createPlaceboModel } from "../../src/transfer/placebo-model.ts";
import type { ModelMaker } from "../contracts/experience-model-contract.ts";

/** A language model that changes nothing on the known page. */
const chat = createScriptedModel(
  () =>
    '{"reasoning": "a page of the site", "url": null, "changes": [], "html": null, "certainty": 0.6}',
);

export const MODEL_MAKERS: Readonly<Record<string, ModelMaker>> = {
  RetrievalModel: (recordings) => new RetrievalModel({ buffer: new ReplayBuffer(recordings) }),
  "calibrated RetrievalModel": (recordings) =>
    createRetrievalModel({ buffer: new ReplayBuffer(recordings), maxSamples: 20 }),
  "placebo model": (recordings) => {
    const buffer = new ReplayBuffer(recordings);
    return createPlaceboModel({ model: new RetrievalModel({ buffer }), buffer, seed: 1 });
  },
  ReasoningModel: (recordings) =>
    new ReasoningModel({ chat, buffer: new ReplayBuffer(recordings) }),
  HybridModel: (recordings) => {
    const buffer = new ReplayBuffer(recordings);
    const retrieval = new RetrievalModel({ buffer });
    return new HybridModel({ chat, buffer, retrieval, sureFrom: 0.8 });
  },
  "still model": (recordings) => createStillModel(new ReplayBuffer(recordings)),
  "copy model": (recordings) => createCopyModel(new ReplayBuffer(recordings)),
};
