/** One of everything that a training engine does, always with the same requests: recorded once, and replayed in tests. */

import { createRandom } from "../../src/core/random.ts";
import { toDatum } from "../../src/llm/tinker/datum.ts";
import { imitate } from "../../src/llm/tinker/imitate.ts";
import { prefer } from "../../src/llm/tinker/prefer.ts";
import { toPolicyGradientData } from "../../src/llm/tinker/scale-lessons.ts";
import type { TinkerEngine } from "../../src/llm/tinker/tinker-engine.ts";

/** The token that ends a reply. */
const END = 2;
const PROMPT = [1, 40, 41, 42];
const read = (tokens: number[]) => ({ tokens, isAction: false, logProbs: [] });
const written = (tokens: number[], logProbs: number[] = []) => ({
  tokens,
  isAction: true,
  logProbs,
});

/** What the engine answered. */
export async function useEngine(engine: TinkerEngine, baseModel: string) {
  const model = await engine.createModel({ baseModel, rank: 8, seed: 1 });
  const losses: number[] = [];
  await imitate({
    model,
    lessons: [{ segments: [read(PROMPT), written([50, 51, END])] }],
    config: { epochs: 4, batchSize: 1, learningRate: 0.01 },
    random: createRandom(1),
    onStep: (loss) => losses.push(loss),
  });
  const sampler = await model.sync();
  const params = { maxTokens: 3, temperature: 1, seed: 7, stop: [END] };
  const sample = await sampler.sample(PROMPT, params, 0);
  const data = toPolicyGradientData(
    [
      { segments: [read(PROMPT), written(sample.tokens, sample.logProbs)], advantage: 1 },
      { segments: [read(PROMPT), written([60, 61], [-5, -5])], advantage: -1 },
    ],
    model.profile,
  );
  const trained = await model.forwardBackward(data, "ppo", {
    clip_low_threshold: 0.8,
    clip_high_threshold: 1.2,
  });
  const stepped = await model.optimStep({ learningRate: 0.001 });
  const margins: number[] = [];
  await prefer({
    model,
    pairs: [
      {
        chosen: [[read(PROMPT), written([50, 51, END])]],
        rejected: [[read(PROMPT), written([60, 61, END])]],
      },
    ],
    config: { beta: 0.1, epochs: 2, batchSize: 1, learningRate: 0.01 },
    random: createRandom(1),
    onStep: ({ loss }) => margins.push(loss),
  });
  const probe = [toDatum({ segments: [read(PROMPT), written([50, 51, END])] })];
  const before = await model.forward(probe);
  const path = await model.save("saved");
  // A new adapter starts from the saved weights and knows the same.
  const second = await engine.createModel({ baseModel, rank: 8, seed: 2, loadFrom: path });
  const after = await second.forward(probe);
  return { losses, sample, trained, stepped, margins, path, before, after };
}
