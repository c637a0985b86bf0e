/** What a model read and wrote in one episode, as tokens: the sampled ones are kept and never encoded again. */

import type { Random } from "../../core/random.ts";
import type { ChatModel, ChatReply } from "../chat-model.ts";
import type { ChatTokenizer } from "./chat-tokenizer.ts";
import type { Segment } from "./datum.ts";
import type { Sampler } from "./tinker-model.ts";

/** One call of the model. */
export interface Turn {
  readonly prompt: readonly number[];
  readonly completion: readonly number[];
  readonly logProbs: readonly number[];
}

export interface EpisodeRecord {
  readonly turns: readonly Turn[];
  readonly model: ChatModel;
}

export interface EpisodeRecordOptions {
  name: string;
  sampler: Sampler;
  tokenizer: ChatTokenizer;
  random: Random;
}

/** A chat model for one episode, and what it did. */
export function recordEpisode({
  name,
  sampler,
  tokenizer,
  random,
}: EpisodeRecordOptions): EpisodeRecord {
  const turns: Turn[] = [];
  const written = new Map<string, readonly number[]>();
  const episode = random.int(2 ** 31);
  return {
    turns,
    model: {
      name,
      async complete({ messages, maxTokens, temperature }): Promise<ChatReply> {
        const prompt = tokenizer.encodeChat(messages, ({ role, content }) =>
          role === "assistant" ? written.get(content) : undefined,
        );
        const sample = await sampler.sample(
          prompt,
          { maxTokens, temperature, seed: random.int(2 ** 31), stop: tokenizer.stopIds },
          episode,
        );
        turns.push({ prompt, completion: sample.tokens, logProbs: sample.logProbs });
        const text = tokenizer.decode(sample.tokens);
        written.set(text, sample.tokens);
        return {
          text,
          finish: sample.stopReason,
          usage: {
            promptTokens: prompt.length,
            completionTokens: sample.tokens.length,
            cached: false,
          },
          tokens: { ids: sample.tokens, logProbs: sample.logProbs },
        };
      },
    },
  };
}

/**
 * Turns as sequences. A turn whose prompt starts with exactly what stands already continues the sequence:
 * (p1, a1) (p1 + a1 + p2, a2) (p3, a3) gives [p1 a1 p2 a2] [p3 a3].
 */
export function mergeTurns(turns: readonly Turn[]): Segment[][] {
  const sequences: Segment[][] = [];
  let known: readonly number[] = [];
  for (const { prompt, completion, logProbs } of turns) {
    const action: Segment = { tokens: completion, isAction: true, logProbs };
    const continues = known.length > 0 && known.every((id, index) => prompt[index] === id);
    const read = continues ? prompt.slice(known.length) : prompt;
    const segments: Segment[] = [{ tokens: read, isAction: false, logProbs: [] }, action];
    if (continues) sequences.at(-1)?.push(...segments);
    else sequences.push(segments);
    known = [...prompt, ...completion];
  }
  return sequences;
}
