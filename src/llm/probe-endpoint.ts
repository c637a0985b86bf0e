/** Tries out what a server supports: chat, JSON by schema, seed, stop, log-probabilities, token ids, context length. */

import { z } from "zod";
import { DreamgymError } from "../core/errors.ts";
import { findJson } from "../page/find-json.ts";
import type { ChatReply, ChatRequest } from "./chat-model.ts";
import type { OpenAiModel } from "./openai-compatible.ts";

export interface EndpointFinding {
  feature: "chat" | "schema" | "seed" | "stop" | "log-probs" | "token-ids" | "context";
  /** Null: it could not be found out. */
  supported: boolean | null;
  detail: string;
}

const SCHEMA = z.strictObject({ color: z.enum(["red", "green"]), count: z.int() });
const ask = (content: string, more: Partial<ChatRequest> = {}): ChatRequest => ({
  messages: [{ role: "user", content }],
  maxTokens: 40,
  temperature: 0,
  ...more,
});

/**
 * Sends about seven short requests. What a server does not support is a finding, not an error.
 *
 * @throws ConfigError, ModelError where the server does not answer at all
 */
export async function* probeEndpoint(
  model: OpenAiModel,
  signal?: AbortSignal,
): AsyncGenerator<EndpointFinding> {
  const reply = await model.complete(ask("Say hello in one word."), signal);
  const { promptTokens, completionTokens } = reply.usage;
  yield {
    feature: "chat",
    supported: reply.text.trim() !== "",
    detail: `${JSON.stringify(reply.text.trim().slice(0, 60))}, ${promptTokens} tokens in and ${completionTokens} out`,
  };
  for (const probe of [probeSchema, probeSeed, probeStop, probeTokens]) {
    try {
      yield* await probe(model, signal);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof DreamgymError)) throw error;
      yield { feature: PROBED.get(probe) ?? "chat", supported: false, detail: error.message };
    }
  }
  yield await probeContext(model, signal);
}

type Probe = (model: OpenAiModel, signal?: AbortSignal) => Promise<EndpointFinding[]>;

/** The prompt does not name the fields: a reply has them where the server enforces the schema. */
const probeSchema: Probe = async (model, signal) => {
  const request = ask("Describe three apples.", { schema: z.toJSONSchema(SCHEMA) });
  const { text } = await model.complete(request, signal);
  const supported =
    !model.rejected.has("response_format") &&
    findJson(text).some((value) => SCHEMA.safeParse(value).success);
  const detail = supported ? "enforced" : "not enforced: replies are checked, and repaired once";
  return [{ feature: "schema", supported, detail }];
};

const probeSeed: Probe = async (model, signal) => {
  const say = async (seed: number): Promise<string> => {
    const request = ask("Invent a name for a ship.", { seed, temperature: 1.5, maxTokens: 12 });
    return (await model.complete(request, signal)).text;
  };
  const [first, again, other] = [await say(1), await say(1), await say(2)];
  if (model.rejected.has("seed"))
    return [{ feature: "seed", supported: false, detail: "the server rejects it" }];
  const supported = first === again ? (first === other ? null : true) : false;
  const detail =
    supported === null
      ? "all samples were the same"
      : supported
        ? "the same seed gives the same reply"
        : "the same seed gave two replies: runs cannot be repeated without the journal";
  return [{ feature: "seed", supported, detail }];
};

const probeStop: Probe = async (model, signal) => {
  const request = ask("Count from 1 to 9, with commas: 1, 2, 3", { stop: ["6"] });
  const { text } = await model.complete(request, signal);
  const supported = model.rejected.has("stop")
    ? false
    : /[45]/u.test(text)
      ? !/[6-9]/u.test(text)
      : null;
  const detail =
    supported === null
      ? `the reply was ${JSON.stringify(text.slice(0, 40))}`
      : supported
        ? "ends the reply"
        : "the server ignores it";
  return [{ feature: "stop", supported, detail }];
};

const probeTokens: Probe = async (model, signal) => {
  const { tokens } = await model.complete(ask("Say yes.", { tokens: true, maxTokens: 4 }), signal);
  const { ids = [], logProbs = [] }: Partial<NonNullable<ChatReply["tokens"]>> = tokens ?? {};
  return [
    {
      feature: "log-probs",
      supported: logProbs.length > 0,
      detail: logProbs.length > 0 ? `of ${logProbs.length} tokens` : "the server gives none",
    },
    {
      feature: "token-ids",
      supported: ids.length > 0,
      detail: ids.length > 0 ? `of ${ids.length} tokens` : "the server gives none",
    },
  ];
};

const PROBED = new Map<Probe, EndpointFinding["feature"]>([
  [probeSchema, "schema"],
  [probeSeed, "seed"],
  [probeStop, "stop"],
  [probeTokens, "log-probs"],
]);

async function probeContext(model: OpenAiModel, signal?: AbortSignal): Promise<EndpointFinding> {
  const length = await model.contextLength(signal);
  return {
    feature: "context",
    supported: length === null ? null : true,
    detail: length === null ? "the server does not say how long" : `${length} tokens`,
  };
}
