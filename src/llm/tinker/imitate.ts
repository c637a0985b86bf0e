/** Supervised fine-tuning on a training engine: cross entropy on what a demonstration writes. */

import { z } from "zod";
import type { Random } from "../../core/random.ts";
import type { ChatMessage } from "../chat-model.ts";
import type { ChatTokenizer } from "./chat-tokenizer.ts";
import type { Lesson } from "./datum.ts";
import { toImitationData } from "./scale-lessons.ts";
import type { TinkerModel } from "./tinker-model.ts";

export const ImitationConfigSchema = z.strictObject({
  epochs: z.int().min(0).default(1).describe("passes over the demonstrations"),
  batchSize: z.int().min(1).default(16).describe("decisions in one gradient step"),
  learningRate: z.number().positive().default(1e-4).describe("of Adam"),
});
type ImitationConfig = z.infer<typeof ImitationConfigSchema>;

export interface ImitateOptions {
  model: TinkerModel;
  lessons: readonly Lesson[];
  config: ImitationConfig;
  random: Random;
  /** After each gradient step. @param loss mean of −log p over the learned tokens, in nats, before the step */
  onStep?: (loss: number, step: { done: number; total: number }) => void;
}

/** Returns the loss of the last epoch; null without any lesson or epoch. */
export async function imitate(options: ImitateOptions): Promise<number | null> {
  const { model, lessons, config, random, onStep } = options;
  if (lessons.length === 0) return null;
  const perEpoch = Math.ceil(lessons.length / config.batchSize);
  const total = perEpoch * config.epochs;
  let last: number | null = null;
  for (let epoch = 0, done = 0; epoch < config.epochs; epoch++) {
    const shuffled = random.shuffle(lessons);
    const losses: number[] = [];
    for (let from = 0; from < shuffled.length; from += config.batchSize) {
      const data = toImitationData(shuffled.slice(from, from + config.batchSize), model.profile);
      const [{ logProbs }] = await Promise.all([
        model.forwardBackward(data, "cross_entropy"),
        model.optimStep({ learningRate: config.learningRate }),
      ]);
      const taught = data.flatMap(({ inputs }, index) =>
        (inputs["weights"]?.data ?? []).flatMap((weight, at) =>
          weight > 0 ? [logProbs[index]?.[at] ?? 0] : [],
        ),
      );
      const loss = -taught.reduce((sum, value) => sum + value, 0) / Math.max(taught.length, 1);
      losses.push(loss);
      onStep?.(loss, { done: ++done, total });
    }
    last = losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  }
  return last;
}

/** A prompt and the reply that is to be learned, with the token that ends it. */
export function toLesson(
  tokenizer: ChatTokenizer,
  messages: readonly ChatMessage[],
  reply: string,
): Lesson {
  const end = tokenizer.stopIds.slice(0, 1);
  return {
    segments: [
      { tokens: tokenizer.encodeChat(messages), isAction: false, logProbs: [] },
      { tokens: [...tokenizer.encodeText(reply), ...end], isAction: true, logProbs: [] },
    ],
  };
}
