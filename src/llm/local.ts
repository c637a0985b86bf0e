/**
 * A chat model in this process: a GGUF file, run by llama.cpp through `node-llama-cpp`. That package is an optional
 * peer (3.21.1 is tested): nothing loads it until a file is opened.
 */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ConfigError, ModelError } from "../core/errors.ts";
import { CallError } from "./call-error.ts";
import type { ChatModel, ChatReply, ChatRequest } from "./chat-model.ts";
import { limitConcurrency } from "./concurrency.ts";

const PACKAGE = "node-llama-cpp";

export interface LocalModelOptions {
  /** GGUF file. */
  path: string;
  /** Folder whose `node_modules` has node-llama-cpp. Default: where this package finds it. */
  modulePath?: string | undefined;
  /** Prompt and reply together. Default: what the model was made for, and 8,192 at most. */
  contextTokens?: number;
  /** Default: half of the cores. Threads of llama.cpp wait actively, so they starve browsers and each other. */
  threads?: number;
}

export interface LocalModel extends ChatModel, AsyncDisposable {}

/** The parts of node-llama-cpp that this file uses. */
interface Llama {
  loadModel(options: { modelPath: string }): Promise<Model>;
  createGrammarForJsonSchema(schema: object): Promise<unknown>;
  dispose(): Promise<void>;
}
interface Model {
  readonly tokenizer: unknown;
  readonly trainContextSize: number;
  createContext(options: { contextSize: number; sequences: number; threads: number }): Promise<{
    getSequence(): unknown;
  }>;
}
type HistoryItem =
  | { type: "system" | "user"; text: string }
  | { type: "model"; response: string[] };
interface Chat {
  readonly chatWrapper: {
    generateContextState(state: { chatHistory: HistoryItem[] }): {
      contextText: { tokenize(tokenizer: unknown): readonly unknown[] };
    };
  };
  generateResponse(
    history: HistoryItem[],
    options: object,
  ): Promise<{ response: string; metadata: { stopReason: string } }>;
}
interface Module {
  getLlama(options: object): Promise<Llama>;
  LlamaChat: new (options: { contextSequence: unknown }) => Chat;
  LlamaText: { (text: string): { tokenize(tokenizer: unknown): readonly unknown[] } };
}

const MOST_CONTEXT_TOKENS = 8192;
/** The status with which a server rejects a prompt that is too long. */
const TOO_LARGE = 413;

/** @throws ConfigError if the file or the package is missing */
export async function openLocalModel(options: LocalModelOptions): Promise<LocalModel> {
  const { path } = options;
  if (!existsSync(path))
    throw new ConfigError(`Expected a GGUF file at ${path}, got nothing. Check the path.`);
  const module = await loadModule(options.modulePath);
  const name = `llama-cpp:${basename(path)}`;
  const llama = await module.getLlama({ gpu: false, logLevel: "error", build: "never" });
  const { chat, model, contextSize } = await openChat(module, llama, options);
  // One conversation at a time: they share the memory of the context.
  const oneByOne = limitConcurrency(
    { name, complete: (request, signal) => complete(request, signal) },
    1,
  );
  return {
    ...oneByOne,
    [Symbol.asyncDispose]: () => llama.dispose(),
  };

  async function complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatReply> {
    const history = toHistory(request);
    const { contextText } = chat.chatWrapper.generateContextState({ chatHistory: history });
    const promptTokens = contextText.tokenize(model.tokenizer).length;
    // llama.cpp would leave out a part of the prompt and say nothing.
    if (promptTokens >= contextSize)
      throw new CallError(
        `Expected a prompt within the context of ${name}, ${contextSize} tokens, got ${promptTokens}. It is too long.`,
        { status: TOO_LARGE, retryable: false },
      );
    try {
      const { response, metadata } = await chat.generateResponse(
        [...history, { type: "model", response: [] }],
        await toOptions(request, llama, signal),
      );
      return {
        text: response,
        finish: metadata.stopReason === "maxTokens" ? "length" : "stop",
        usage: {
          promptTokens,
          completionTokens: module.LlamaText(response).tokenize(model.tokenizer).length,
          cached: false,
        },
      };
    } catch (error) {
      signal?.throwIfAborted();
      throw new ModelError(
        `Expected a reply of ${name}, got: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
}

async function openChat(
  { LlamaChat }: Module,
  llama: Llama,
  { path, contextTokens, threads = Math.ceil(availableParallelism() / 2) }: LocalModelOptions,
): Promise<{ chat: Chat; model: Model; contextSize: number }> {
  try {
    const model = await llama.loadModel({ modelPath: resolve(path) });
    const contextSize = contextTokens ?? Math.min(model.trainContextSize, MOST_CONTEXT_TOKENS);
    const context = await model.createContext({ contextSize, sequences: 1, threads });
    return { chat: new LlamaChat({ contextSequence: context.getSequence() }), model, contextSize };
  } catch (error) {
    await llama.dispose();
    throw new ConfigError(
      `Expected a model in ${path} that llama.cpp reads, got: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

async function toOptions(
  { maxTokens, temperature, seed, stop, schema }: ChatRequest,
  llama: Llama,
  signal: AbortSignal | undefined,
): Promise<object> {
  return {
    maxTokens,
    temperature,
    ...(seed !== undefined && { seed }),
    ...(stop !== undefined && { customStopTriggers: stop }),
    ...(schema !== undefined && {
      grammar: await llama.createGrammarForJsonSchema(toKnownSchema(schema)),
    }),
    ...(signal && { signal }),
  };
}

/** node-llama-cpp knows `oneOf` alone of the two. */
function toKnownSchema<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(toKnownSchema) as T;
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema).map(([key, value]) => [
    key === "anyOf" && Array.isArray(value) ? "oneOf" : key,
    toKnownSchema(value as unknown),
  ]);
  return Object.fromEntries(entries) as T;
}

function toHistory({ messages }: ChatRequest): HistoryItem[] {
  return messages.map(({ role, content }) =>
    role === "assistant" ? { type: "model", response: [content] } : { type: role, text: content },
  );
}

async function loadModule(modulePath: string | undefined): Promise<Module> {
  try {
    const specifier =
      modulePath === undefined
        ? PACKAGE
        : pathToFileURL(createRequire(join(resolve(modulePath), "x.js")).resolve(PACKAGE)).href;
    return (await import(specifier)) as Module;
  } catch (error) {
    throw new ConfigError(
      `Expected the package ${PACKAGE} for a model in this process, got none. Install it: npm install ${PACKAGE}@3.21.1`,
      { cause: error },
    );
  }
}
