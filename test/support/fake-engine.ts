/**
 * A training engine in a few lines, with a policy that really learns: the logits of the next token depend on the token
 * before it alone. It speaks the JSON form of the Tinker API, and sums losses over tokens.
 */

import { createRandom, type Random } from "../../src/core/random.ts";
import { bodyOf, listen, type Local } from "./engine-transcript.ts";

interface WireDatum {
  model_input: { chunks: { tokens: number[] }[] };
  loss_fn_inputs: Record<string, { data: number[] } | undefined>;
}

interface Body {
  request_id?: string;
  model_id?: string;
  path?: string;
  seq_id?: number;
  prompt?: { chunks: { tokens: number[] }[] };
  sampling_params?: { max_tokens: number; seed: number; stop: number[] };
  forward_backward_input?: {
    data: WireDatum[];
    loss_fn: string;
    loss_fn_config?: Record<string, number> | null;
  };
  forward_input?: { data: WireDatum[]; loss_fn: string };
  adam_params?: { learning_rate: number };
}

export interface FakeEngine extends Local {
  /** Submissions by path, in order, without polls and heartbeats. */
  readonly log: string[];
}

/** Plain gradient descent: this many times the learning rate that a client names. */
const RATE = 1000;

export async function startFakeEngine(vocabulary: number): Promise<FakeEngine> {
  const log: string[] = [];
  const results = new Map<string, unknown>();
  const models = new Map<string, Bigram>();
  const saved = new Map<string, Bigram>();
  let next = 1;
  const later = (result: unknown): unknown => {
    const id = String(next++);
    results.set(id, result);
    return { request_id: id, future_id: id, status: "pending" };
  };

  function answer(path: string, body: Body): unknown {
    const model = models.get(body.model_id ?? "");
    switch (path) {
      case "healthz":
        return { status: "ok" };
      case "create_session":
        return { session_id: "session_1" };
      case "session_heartbeat":
        return {};
      case "create_model": {
        const id = `model_${next}`;
        models.set(id, new Bigram(vocabulary));
        return { model_id: id, ...(later({ model_id: id }) as object) };
      }
      case "load_weights":
        model?.copy(saved.get(body.path ?? "") as Bigram);
        return later({});
      case "save_weights": {
        const name = `tinker://${body.model_id}/weights/${body.path}`;
        const copy = new Bigram(vocabulary);
        copy.copy(model as Bigram);
        saved.set(name, copy);
        return later({ path: name });
      }
      case "save_weights_for_sampler":
        return later({
          path: `tinker://${body.model_id}/${body.seq_id}`,
          sampling_session_id: null,
        });
      case "asample": {
        const { model_path: source } = body as { model_path?: string };
        const id = source?.split("/")[2] ?? "";
        return later({ sequences: [(models.get(id) as Bigram).sample(body)] });
      }
      case "forward":
      case "forward_backward": {
        const input = body.forward_backward_input ?? body.forward_input;
        return later(
          (model as Bigram).train(input as NonNullable<typeof input>, path === "forward"),
        );
      }
      case "optim_step":
        return later({ metrics: { "skyrl.ai/grad_norm": (model as Bigram).step(body) } });
      default:
        return later({});
    }
  }

  const server = await listen(async (request, response) => {
    const path = (request.url ?? "").replace("/api/v1/", "");
    const text = (await bodyOf(request)).toString();
    const body = (text === "" ? {} : JSON.parse(text)) as Body;
    const isQuiet = ["healthz", "retrieve_future", "session_heartbeat"].includes(path);
    if (!isQuiet) log.push(path);
    const reply =
      path === "retrieve_future" ? results.get(body.request_id ?? "") : answer(path, body);
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(reply));
  });
  return { ...server, log };
}

class Bigram {
  readonly #size: number;
  #logits: Float64Array;
  #gradient: Float64Array;

  constructor(size: number) {
    this.#size = size;
    this.#logits = new Float64Array(size * size);
    this.#gradient = new Float64Array(size * size);
  }

  copy(other: Bigram): void {
    this.#logits = other.#logits.slice();
  }

  /** log p of every next token. */
  #logProbs(token: number): number[] {
    const row = [...this.#logits.subarray(token * this.#size, (token + 1) * this.#size)];
    const largest = Math.max(...row);
    const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    return row.map((logit) => logit - largest - Math.log(total));
  }

  sample({ prompt, sampling_params: params }: Body): unknown {
    const random: Random = createRandom(params?.seed ?? 0);
    let last = prompt?.chunks[0]?.tokens.at(-1) ?? 0;
    const [tokens, logprobs]: [number[], number[]] = [[], []];
    while (tokens.length < (params?.max_tokens ?? 1)) {
      const all = this.#logProbs(last);
      let left = random.next();
      const chosen = all.findIndex((value) => (left -= Math.exp(value)) < 0);
      last = chosen < 0 ? this.#size - 1 : chosen;
      tokens.push(last);
      logprobs.push(all[last] as number);
      if (params?.stop.includes(last)) return { stop_reason: "stop", tokens, logprobs };
    }
    return { stop_reason: "length", tokens, logprobs };
  }

  train(
    { data, loss_fn: loss, loss_fn_config: config }: NonNullable<Body["forward_backward_input"]>,
    isForward: boolean,
  ): unknown {
    const outputs = data.map(({ model_input: input, loss_fn_inputs: inputs }) => {
      const tokens = input.chunks.flatMap((chunk) => chunk.tokens);
      const now = tokens.map((token, at) => {
        const target = inputs["target_tokens"]?.data[at] ?? 0;
        const all = this.#logProbs(token);
        const logprob = all[target] as number;
        const slope = slopeOf(loss, config ?? {}, {
          logprob,
          weight: inputs["weights"]?.data[at] ?? 1,
          old: inputs["logprobs"]?.data[at] ?? 0,
          advantage: inputs["advantages"]?.data[at] ?? 0,
        });
        if (!isForward && slope !== 0)
          for (const [index, value] of all.entries()) {
            const place = token * this.#size + index;
            const direction = Number(index === target) - Math.exp(value);
            this.#gradient[place] = (this.#gradient[place] as number) + slope * direction;
          }
        return logprob;
      });
      return { logprobs: { data: now, dtype: "float32", shape: [now.length] } };
    });
    return { loss_fn_output_type: "scalar", loss_fn_outputs: outputs, metrics: {} };
  }

  step({ adam_params: adam }: Body): number {
    const norm = Math.sqrt(this.#gradient.reduce((sum, value) => sum + value * value, 0));
    for (const [place, value] of this.#gradient.entries())
      this.#logits[place] =
        (this.#logits[place] as number) - (adam?.learning_rate ?? 0) * RATE * value;
    this.#gradient.fill(0);
    return norm;
  }
}

/** dL/d log p of one token. */
function slopeOf(
  loss: string,
  config: Readonly<Record<string, number>>,
  { logprob, weight, old, advantage }: Record<"logprob" | "weight" | "old" | "advantage", number>,
): number {
  if (weight === 0) return 0;
  if (loss === "cross_entropy") return -weight;
  const ratio = Math.exp(logprob - old);
  const { clip_low_threshold: low = 0, clip_high_threshold: high = Number.POSITIVE_INFINITY } =
    config;
  const isClipped = loss === "ppo" && (advantage > 0 ? ratio > high : ratio < low);
  return isClipped ? 0 : -ratio * advantage * weight;
}
