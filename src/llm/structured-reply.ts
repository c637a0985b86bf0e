/** A reply as JSON of a schema, with one repair round. It works also where the server ignores the schema. */

import { z } from "zod";
import { ModelError } from "../core/errors.ts";
import { reportIssues } from "../core/schema-issues.ts";
import { findJson } from "../page/find-json.ts";
import type { ChatMessage, ChatModel, ChatReply, ChatRequest } from "./chat-model.ts";

/** A reply that does not follow the schema, after the repair too. */
export class ReplyFormatError extends ModelError {
  /** The last reply, as it came. */
  readonly text: string;

  constructor(message: string, text: string) {
    super(message);
    this.text = text;
  }
}

export interface StructuredReply<T> {
  value: T;
  /** One, or two after a repair. */
  replies: readonly ChatReply[];
}

/** @throws ReplyFormatError; what the model throws */
export async function completeStructured<T>(
  model: ChatModel,
  request: Omit<ChatRequest, "schema">,
  schema: z.ZodType<T>,
  signal?: AbortSignal,
): Promise<StructuredReply<T>> {
  const jsonSchema = toJsonSchema(schema);
  const replies: ChatReply[] = [];
  const messages: ChatMessage[] = [...request.messages];
  for (;;) {
    const reply = await model.complete(
      { ...request, messages: [...messages], schema: jsonSchema },
      signal,
    );
    replies.push(reply);
    const read = readStructured(reply, schema);
    if ("value" in read) return { value: read.value, replies };
    if (replies.length > 1)
      throw new ReplyFormatError(`${model.name}: ${read.problem}`, reply.text);
    messages.push(
      { role: "assistant", content: reply.text },
      {
        role: "user",
        content: `${read.problem} Answer again, with nothing but JSON that follows this schema: ${JSON.stringify(jsonSchema)}`,
      },
    );
  }
}

/** Fields with a default are asked for, and filled in where they are missing. Strict schemas know no default. */
function toJsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, {
    override({ jsonSchema }) {
      delete jsonSchema.default;
    },
  });
}

function readStructured<T>(
  { text, finish }: ChatReply,
  schema: z.ZodType<T>,
): { value: T } | { problem: string } {
  const cut = finish === "length" ? " The reply was cut: be shorter." : "";
  const found = findJson(text);
  if (found.length === 0) return { problem: `Expected JSON, got none.${cut}` };
  let problem = "";
  // The last one that fits: a model may show an example first.
  for (const candidate of found.toReversed()) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return { value: parsed.data };
    problem ||= `Expected JSON of the schema, got ${reportIssues(parsed.error, candidate)}.${cut}`;
  }
  return { problem };
}
