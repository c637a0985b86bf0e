/**
 * A request in OpenAI's form, for servers that know different parts of it. A server that rejects a parameter never gets
 * it again: `response_format`, `seed`, `logprobs`, and for some models also `temperature` or `max_tokens`.
 */

import type { ChatRequest } from "./chat-model.ts";

/** Parameters that a request can do without, or that have another name. */
const OPTIONAL = [
  "response_format",
  "return_token_ids",
  "top_logprobs",
  "logprobs",
  "seed",
  "stop",
  "temperature",
  "max_tokens",
] as const;
type Optional = (typeof OPTIONAL)[number];

interface Rejection {
  /** HTTP. */
  status?: number | undefined;
  param?: unknown;
  message: string;
}

/** Bad Request and Unprocessable Entity. */
const REJECTING = new Set([400, 422]);
/** Names that stand in no other message. Some servers fail (500, 501) on what they do not know, and name it. */
const UNMISTAKABLE = new Set(["response_format", "return_token_ids", "top_logprobs", "logprobs"]);

export interface Dialect {
  /** What the server rejected so far. */
  readonly rejected: ReadonlySet<string>;
  write(model: string, request: ChatRequest): Record<string, unknown>;
  /** Notes what a rejection is about. False if it names nothing that `body` has and can do without. */
  learnFrom(rejection: Rejection, body: object): boolean;
}

export function createDialect(): Dialect {
  const rejected = new Set<string>();
  return {
    rejected,
    write(model, request) {
      const optional: Partial<Record<Optional, unknown>> = optionalOf(request);
      const sent = Object.entries(optional).filter(([name]) => !rejected.has(name));
      return {
        model,
        messages: request.messages,
        ...Object.fromEntries(sent),
        // Newer models of OpenAI know only this name.
        ...(rejected.has("max_tokens") && { max_completion_tokens: request.maxTokens }),
      };
    },
    learnFrom({ status, param, message }, body) {
      const named = OPTIONAL.filter(
        (name) =>
          name in body &&
          (REJECTING.has(status ?? 0) ||
            ((status === 500 || status === 501) && UNMISTAKABLE.has(name))),
      ).find(
        (name) =>
          (typeof param === "string" && param.split(/[.[]/u)[0] === name) ||
          new RegExp(`\\b${name}\\b`, "u").test(message) ||
          (name === "response_format" &&
            /json[_ ]?schema|grammar|structured output/iu.test(message)),
      );
      if (named === undefined) return false;
      rejected.add(named);
      return true;
    },
  };
}

function optionalOf(request: ChatRequest): Partial<Record<Optional, unknown>> {
  const { maxTokens, temperature, seed, stop, schema, tokens } = request;
  return {
    max_tokens: maxTokens,
    temperature,
    ...(seed !== undefined && { seed }),
    ...(stop !== undefined && stop.length > 0 && { stop }),
    ...(schema !== undefined && {
      response_format: {
        type: "json_schema",
        json_schema: { name: "reply", schema, strict: isStrict(schema) },
      },
    }),
    // `return_token_ids` is vLLM's.
    ...(tokens === true && { logprobs: true, return_token_ids: true }),
  };
}

/** Whether a schema keeps OpenAI's rules for strict ones: objects require each of their keys, and have no others. */
function isStrict(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return true;
  const { properties, required, additionalProperties } = schema as Record<string, unknown>;
  if (typeof properties === "object" && properties !== null) {
    const names = Array.isArray(required) ? required : [];
    const hasAll = Object.keys(properties).every((name) => names.includes(name));
    if (!hasAll || additionalProperties !== false) return false;
  }
  return Object.values(schema).every(isStrict);
}
