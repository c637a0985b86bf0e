/** Reads a server's answer in OpenAI's form. Servers differ, so only what is needed is checked. */

import { z } from "zod";
import { ModelError } from "../core/errors.ts";
import type { ReplyTokens } from "../core/reply-tokens.ts";
import { reportIssues } from "../core/schema-issues.ts";
import type { ChatReply, ChatRequest } from "./chat-model.ts";

const ContentSchema = z.union([z.string(), z.array(z.looseObject({ text: z.string().nullish() }))]);
const MessageSchema = z.looseObject({
  content: ContentSchema.nullish(),
  refusal: z.string().nullish(),
  tool_calls: z
    .array(
      z.looseObject({
        function: z.looseObject({ name: z.string(), arguments: z.string().nullish() }).nullish(),
      }),
    )
    .nullish(),
});
const LogProbsSchema = z.looseObject({
  content: z
    .array(z.looseObject({ logprob: z.number(), id: z.int().min(0).nullish().catch(null) }))
    .nullish(),
});
const TokenIdsSchema = z.array(z.int().min(0)).nullish().catch(null);
const CompletionSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        message: MessageSchema,
        finish_reason: z.string().nullish(),
        logprobs: LogProbsSchema.nullish().catch(null),
        token_ids: TokenIdsSchema,
        prompt_token_ids: TokenIdsSchema,
      }),
    )
    .min(1),
  // vLLM has it here, and some servers in the choice.
  prompt_token_ids: TokenIdsSchema,
  usage: z
    .looseObject({ prompt_tokens: z.number().nullish(), completion_tokens: z.number().nullish() })
    .nullish()
    .catch(null),
});
type Completion = z.infer<typeof CompletionSchema>;
type Choice = Completion["choices"][number];

/** @throws ModelError if the answer is not a completion */
export function readReply(body: unknown, request: ChatRequest, address: string): ChatReply {
  const parsed = CompletionSchema.safeParse(body);
  if (!parsed.success)
    throw new ModelError(
      `Expected a chat completion from ${address}, got something else: ${reportIssues(parsed.error, body)}. Check that the address ends in /v1 and speaks OpenAI's protocol.`,
    );
  const { choices, usage } = parsed.data;
  const choice = choices[0] as Choice;
  const text = textOf(choice.message);
  const tokens = tokensOf(choice, choice.prompt_token_ids ?? parsed.data.prompt_token_ids);
  return {
    text,
    finish: finishOf(choice),
    usage: {
      promptTokens:
        usage?.prompt_tokens ?? estimateTokens(request.messages.map(({ content }) => content)),
      completionTokens: usage?.completion_tokens ?? estimateTokens([text]),
      cached: false,
    },
    ...(tokens !== null && { tokens }),
  };
}

/** A server that reads tool calls out of a reply gives the first one back as the JSON that it was. */
function textOf({ content, refusal, tool_calls: calls }: Choice["message"]): string {
  const text = Array.isArray(content)
    ? content.map((part) => part.text ?? "").join("")
    : (content ?? "");
  if (text !== "") return text;
  const call = calls?.[0]?.function;
  if (call) return `{"name": ${JSON.stringify(call.name)}, "arguments": ${call.arguments || "{}"}}`;
  return refusal ?? "";
}

function finishOf({ finish_reason: reason, message }: Choice): ChatReply["finish"] {
  if (reason === "content_filter" || message.refusal) return "filtered";
  if (reason === "stop" || reason === "length") return reason;
  return "other";
}

function tokensOf(
  { logprobs, token_ids: ids }: Choice,
  promptIds: readonly number[] | null | undefined,
): ReplyTokens | null {
  const content = logprobs?.content ?? [];
  const named = content.flatMap(({ id }) => (id == null ? [] : [id]));
  if (content.length === 0 && !ids?.length) return null;
  return {
    ids: ids ?? named,
    logProbs: content.map(({ logprob }) => logprob),
    ...(promptIds?.length && { promptIds }),
  };
}

/** For a server that does not count: four characters each, close to the mean of English. */
function estimateTokens(texts: readonly string[]): number {
  return Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / 4);
}
