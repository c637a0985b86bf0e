/**
 * Every paid call to a model on disk: prompt, reply and cost, one line each, with secrets masked. The file is also an
 * exact cache: the same request to the same model gives the kept reply, so that a resumed run pays for nothing twice.
 */

import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { z } from "zod";
import { ReplyTokensSchema } from "../core/reply-tokens.ts";
import { addUsage, NO_USAGE, type TotalUsage, UsageSchema } from "../core/usage.ts";
import { type JsonLinesFile, openJsonLines, readJsonLines } from "../store/json-lines.ts";
import { makeFolders } from "../store/run-folder.ts";
import { costOf, type Price } from "./budget.ts";
import type { ChatModel, ChatReply, ChatRequest } from "./chat-model.ts";

const LineSchema = z.object({
  /** SHA-256 of model, scope and the whole request. */
  key: z.string(),
  /** Who asked: `policy`, `judge`, … */
  asker: z.string(),
  model: z.string(),
  /** Milliseconds since 1970, and how long the reply took. */
  at: z.number(),
  seconds: z.number(),
  usage: UsageSchema.required(),
  request: z.looseObject({}),
  reply: z.object({
    text: z.string(),
    finish: z.enum(["stop", "length", "filtered", "other"]),
    tokens: ReplyTokensSchema.exactOptional(),
  }),
  /** A secret stood in the reply. The kept text lacks it, so the reply is not used again. */
  masked: z.literal(true).exactOptional(),
});
export type CallLine = z.infer<typeof LineSchema>;

/** The calls that a journal holds so far. */
export function readCalls(path: string): Promise<CallLine[]> {
  return readJsonLines(path, LineSchema);
}

export interface CallJournalOptions {
  /** Created with the first call. */
  path: string;
  /** Masks secrets in a text. */
  mask: (text: string) => string;
  /** Called once, with what earlier calls of the program cost. */
  onLoad: (spent: TotalUsage) => void;
}

export interface CallJournal extends Disposable {
  /** Reads what earlier calls of the program left. Reads once. */
  load(): Promise<void>;
  find(key: string): ChatReply | null;
  add(
    line: Omit<CallLine, "request" | "reply" | "masked">,
    request: ChatRequest,
    reply: ChatReply,
  ): void;
}

export function createCallJournal({ path, mask, onLoad }: CallJournalOptions): CallJournal {
  const replies = new Map<string, ChatReply>();
  let file: JsonLinesFile | null = null;
  let loading: Promise<void> | null = null;
  return {
    load: () => (loading ??= load()),
    find: (key) => replies.get(key) ?? null,
    add(facts, request, reply) {
      const text = mask(reply.text);
      const isMasked = text !== reply.text;
      const line: CallLine = {
        ...facts,
        request: { ...maskRequest(request, mask) },
        reply: {
          text,
          finish: reply.finish,
          ...(reply.tokens && !isMasked && { tokens: reply.tokens }),
        },
        ...(isMasked && { masked: true }),
      };
      file?.append(line);
      const usage = { ...reply.usage, keptSeconds: facts.seconds };
      replies.set(facts.key, { ...reply, usage });
    },
    [Symbol.dispose]() {
      file?.[Symbol.dispose]();
      file = null;
    },
  };

  async function load(): Promise<void> {
    makeFolders(dirname(path));
    file = openJsonLines(path);
    let spent = NO_USAGE;
    for (const line of await readCalls(path)) {
      spent = addUsage(spent, line.usage);
      if (line.masked !== true) replies.set(line.key, toReply(line));
    }
    onLoad(spent);
  }
}

export interface KeepCallsOptions {
  journal: CallJournal;
  /** Who asks. */
  asker: string;
  /** What distinguishes this model from another one of the same name: its server's address. */
  scope: string;
  price: Price;
  now: () => number;
}

/** Answers from the journal what it holds, and writes down the rest. */
export function keepCalls(model: ChatModel, options: KeepCallsOptions): ChatModel {
  const { journal, asker, scope, price, now } = options;
  /** The same request twice at the same time is one call. */
  const running = new Map<string, Promise<ChatReply>>();
  return {
    name: model.name,
    async complete(request, signal) {
      await journal.load();
      const key = keyOf(model.name, scope, request);
      const kept = journal.find(key);
      if (kept !== null) return asCached(kept);
      const other = running.get(key);
      if (other !== undefined) return await other.then(asCached);
      const call = callAndKeep(key, request, signal);
      running.set(key, call);
      try {
        return await call;
      } finally {
        running.delete(key);
      }
    },
  };

  async function callAndKeep(
    key: string,
    request: ChatRequest,
    signal?: AbortSignal,
  ): Promise<ChatReply> {
    const at = now();
    const reply = await model.complete(request, signal);
    const usage = costOf(reply.usage, price);
    const seconds = (now() - at) / 1000;
    journal.add({ key, asker, model: model.name, at, seconds, usage }, request, reply);
    return reply;
  }
}

const asCached = (reply: ChatReply): ChatReply => ({
  ...reply,
  usage: { ...reply.usage, cached: true },
});

function keyOf(model: string, scope: string, request: ChatRequest): string {
  const { messages, maxTokens, temperature, seed, stop, schema, tokens } = request;
  const whole = [
    model,
    scope,
    messages.map(({ role, content }) => [role, content]),
    [maxTokens, temperature, seed ?? null, stop ?? null, schema ?? null, tokens ?? false],
  ];
  return createHash("sha256").update(JSON.stringify(whole)).digest("hex");
}

function maskRequest(request: ChatRequest, mask: (text: string) => string): ChatRequest {
  return {
    ...request,
    messages: request.messages.map(({ role, content }) => ({ role, content: mask(content) })),
  };
}

function toReply({ reply, usage, seconds }: CallLine): ChatReply {
  return {
    ...reply,
    usage: {
      promptTokens: usage.inputTokens,
      completionTokens: usage.outputTokens,
      cached: true,
      keptSeconds: seconds,
    },
  };
}
