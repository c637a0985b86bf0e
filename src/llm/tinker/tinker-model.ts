/** One adapter on a training engine. Its requests go out one after the other, each with the next number. */

import { z } from "zod";
import { ConfigError, ModelError } from "../../core/errors.ts";
import {
  decodeSamplesJson,
  decodeSamplesProto,
  decodeTrainingJson,
  decodeTrainingProto,
  encodeTrainingJson,
  encodeTrainingProto,
  type Sample,
  toJsonChunks,
  type TrainingRequest,
  type TrainingResult,
} from "./codec.ts";
import { assertDatum, type Datum } from "./datum.ts";
import type { EngineProfile, LossName } from "./engine-profile.ts";
import { parseReply } from "./parse-reply.ts";
import type { EngineReply, Transport } from "./transport.ts";

export interface AdamParams {
  learningRate: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
  weightDecay?: number;
}

export interface SamplingParams {
  maxTokens: number;
  temperature: number;
  seed: number;
  /** Ids of tokens that end a reply. The server has no others. */
  stop: readonly number[];
}

/** Samples from the weights as they were when it was made. A later one makes it stale. */
export interface Sampler {
  /** One reply. @param episode the same number for all turns of an episode: servers keep their cache for it */
  sample(prompt: readonly number[], params: SamplingParams, episode: number): Promise<Sample>;
}

interface TinkerModelOptions {
  id: string;
  profile: EngineProfile;
  transport: Transport;
  nextSamplingSession: () => number;
  assertAlive: () => void;
}

const PendingSchema = z.looseObject({ request_id: z.string() });
const SavedSchema = z.looseObject({ path: z.string() });
const SamplerSchema = z.looseObject({
  path: z.string().nullish(),
  sampling_session_id: z.string().nullish(),
});
const OptimSchema = z.looseObject({
  metrics: z.record(z.string(), z.number().nullable()).nullish(),
});

/** Limits of Thinking Machines' own SDK. */
const MOST_DATUMS = 1024;
const MOST_TOKENS = 400_000;

export class TinkerModel {
  readonly id: string;
  readonly profile: EngineProfile;
  readonly #options: TinkerModelOptions;
  #seq = 0;
  #generation = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: TinkerModelOptions) {
    this.id = options.id;
    this.profile = options.profile;
    this.#options = options;
  }

  /** Adds up gradients. A large batch goes out in parts, which add up the same. @throws ModelError, ConfigError */
  async forwardBackward(
    data: readonly Datum[],
    loss: LossName,
    config: Readonly<Record<string, number>> = {},
  ): Promise<TrainingResult> {
    if (!this.profile.losses.includes(loss))
      throw new ConfigError(
        `Expected a loss that ${this.profile.name} has (${this.profile.losses.join(", ")}), got ${loss}.`,
      );
    return await this.#train(data, loss, config, false);
  }

  /** Log-probabilities without a gradient. @throws ConfigError where the engine has no such call */
  async forward(data: readonly Datum[]): Promise<number[][]> {
    if (!this.profile.hasForward)
      throw new ConfigError(
        `The engine profile ${this.profile.name} cannot compute log-probabilities without a gradient. Use another engine for it.`,
      );
    return (await this.#train(data, "cross_entropy", {}, true)).logProbs;
  }

  /** Applies the gradients. Returns the server's figures. */
  async optimStep(adam: AdamParams): Promise<Record<string, number>> {
    const reply = await this.#submit((seqId) => ({
      path: "optim_step",
      body: {
        type: "optim_step",
        model_id: this.id,
        adam_params: {
          learning_rate: adam.learningRate,
          beta1: adam.beta1 ?? 0.9,
          beta2: adam.beta2 ?? 0.95,
          eps: adam.epsilon ?? 1e-8,
          weight_decay: adam.weightDecay ?? 0,
        },
        seq_id: seqId,
      },
    }));
    const { metrics } = parseReply(OptimSchema, reply.json, "optim_step");
    return Object.fromEntries(
      Object.entries(metrics ?? {}).flatMap(([key, value]) =>
        value === null ? [] : [[key, value]],
      ),
    );
  }

  /** Publishes the current weights for sampling. */
  async sync(): Promise<Sampler> {
    const generation = ++this.#generation;
    const session = this.#options.nextSamplingSession();
    const reply = await this.#submit((seqId) => ({
      path: "save_weights_for_sampler",
      body: {
        type: "save_weights_for_sampler",
        model_id: this.id,
        sampling_session_seq_id: session,
        seq_id: seqId,
      },
    }));
    const { path, sampling_session_id: id } = parseReply(
      SamplerSchema,
      reply.json,
      "save_weights_for_sampler",
    );
    const source = id ? { sampling_session_id: id } : { model_path: path };
    return {
      sample: (prompt, params, episode) => {
        // Sampling from older weights of a live model sets its training weights back on some servers.
        if (generation !== this.#generation)
          throw new ModelError("Expected the newest sampler of the model, got an older one.");
        return this.#sample(source, prompt, params, episode);
      },
    };
  }

  /** Saves weights and optimiser. @returns `tinker://…`, to load from. @param name new for each call */
  async save(name: string): Promise<string> {
    const reply = await this.#submit((seqId) => ({
      path: "save_weights",
      body: { type: "save_weights", model_id: this.id, path: name, seq_id: seqId },
    }));
    return parseReply(SavedSchema, reply.json, "save_weights").path;
  }

  async load(path: string): Promise<void> {
    await this.#submit((seqId) => ({
      path: "load_weights",
      body: { type: "load_weights", model_id: this.id, path, optimizer: true, seq_id: seqId },
    }));
  }

  async unload(): Promise<void> {
    await this.#submit(() => ({
      path: "unload_model",
      body: { type: "unload_model", model_id: this.id },
    }));
  }

  async #train(
    data: readonly Datum[],
    loss: LossName,
    config: Readonly<Record<string, number>>,
    forwardOnly: boolean,
  ): Promise<TrainingResult> {
    for (const datum of data) assertDatum(datum);
    const results = await Promise.all(
      chunked(data).map(async (part) => {
        const request = { modelId: this.id, data: part, loss, config, forwardOnly };
        const reply = await this.#submit((seqId) => this.#trainingCall({ ...request, seqId }));
        return reply.bytes === null
          ? decodeTrainingJson(reply.json)
          : decodeTrainingProto(reply.bytes);
      }),
    );
    return {
      logProbs: results.flatMap(({ logProbs }) => logProbs),
      metrics: Object.assign({}, ...results.map(({ metrics }) => metrics)) as Record<
        string,
        number
      >,
    };
  }

  #trainingCall(request: TrainingRequest): { path: string; body: unknown } {
    if (this.profile.encoding === "protobuf")
      return { path: "forward_backward", body: encodeTrainingProto(request) };
    const path = request.forwardOnly ? "forward" : "forward_backward";
    return { path, body: encodeTrainingJson(request) };
  }

  async #sample(
    source: object,
    prompt: readonly number[],
    { maxTokens, temperature, seed, stop }: SamplingParams,
    episode: number,
  ): Promise<Sample> {
    this.#options.assertAlive();
    const { transport } = this.#options;
    const { json } = await transport.call({
      path: "asample",
      body: {
        type: "sample",
        ...source,
        seq_id: episode,
        prompt: toJsonChunks(prompt),
        num_samples: 1,
        sampling_params: { max_tokens: maxTokens, temperature, top_k: -1, top_p: 1, seed, stop },
      },
      isSafe: true,
    });
    const reply = await transport.wait(parseReply(PendingSchema, json, "asample").request_id);
    const [sample] =
      reply.bytes === null ? decodeSamplesJson(reply.json) : decodeSamplesProto(reply.bytes);
    if (sample === undefined || sample.tokens.length !== sample.logProbs.length)
      throw new ModelError(
        "Expected a sample with a log-probability for each token, got another form.",
      );
    return sample;
  }

  /** Sends in order, one submission at a time, and waits for the result outside of the queue. */
  async #submit(make: (seqId: number) => { path: string; body: unknown }): Promise<EngineReply> {
    const { transport, assertAlive, profile } = this.#options;
    const send = async (): Promise<string> => {
      assertAlive();
      const { path, body } = make(++this.#seq);
      const isSafe = profile.idempotentSeq && !path.startsWith("save_");
      const reply = await transport.call({ path, body, isSafe });
      return parseReply(PendingSchema, reply.json, path).request_id;
    };
    const submitted = this.#last.then(send, send);
    this.#last = submitted.catch(() => {});
    return await transport.wait(await submitted);
  }
}

/** Parts within the limits of a request. */
function chunked(data: readonly Datum[]): Datum[][] {
  const parts: Datum[][] = [];
  let tokens = Number.POSITIVE_INFINITY;
  for (const datum of data) {
    const last = parts.at(-1);
    if (
      last === undefined ||
      last.length >= MOST_DATUMS ||
      tokens + datum.tokens.length > MOST_TOKENS
    ) {
      parts.push([datum]);
      tokens = datum.tokens.length;
    } else {
      last.push(datum);
      tokens += datum.tokens.length;
    }
  }
  return parts;
}
