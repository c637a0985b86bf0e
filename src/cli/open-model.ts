/** Opens the model that flags and variables name. The key goes into the model and nowhere else. */

import { setTimeout as wait } from "node:timers/promises";
import { basename } from "node:path";
import { ConfigError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import type { ChatModel } from "../llm/chat-model.ts";
import { openLocalModel } from "../llm/local.ts";
import { createOpenAiModel, type OpenAiModel } from "../llm/openai-compatible.ts";
import { maskUrl } from "../page/secrets.ts";
import type { CliContext } from "./context.ts";
import type { ModelFlags } from "./llm-flags.ts";

export interface OpenedModel {
  model: ChatModel;
  /** Its server's address, or its file. */
  scope: string;
  /** For the journal: nothing secret. */
  facts: Record<string, string>;
  close: () => Promise<void>;
}

/** Which flags and variables a model has: `DREAMGYM_…` for an agent, `DREAMGYM_JUDGE_…` for a judge. */
export interface ModelSource extends ModelFlags {
  /** Before the names of its flags: empty, or `judge-`. */
  flagPrefix: string;
  variablePrefix: string;
  /** Seconds of one try of a call. */
  callTimeout?: number;
}

/** Null if nothing names a model. @throws ConfigError if only a part of it is named */
export async function openModel(
  source: ModelSource,
  context: CliContext,
): Promise<OpenedModel | null> {
  const { modelFile, flagPrefix } = source;
  if (modelFile !== undefined) {
    if (source.endpoint !== undefined)
      throw new ConfigError(
        `Expected --${flagPrefix}endpoint or --${flagPrefix}model-file, got both. Remove one of them.`,
      );
    const model = await openLocalModel({
      path: modelFile,
      modulePath: context.environment.variables["DREAMGYM_NODE_LLAMA_CPP"],
    });
    const facts = { model: model.name };
    return {
      model,
      scope: basename(modelFile),
      facts,
      close: async () => await model[Symbol.asyncDispose](),
    };
  }
  const found = openEndpoint(source, context);
  if (found === null) return null;
  const { model, address } = found;
  return {
    model,
    scope: address,
    facts: { model: model.name, endpoint: address },
    close: async () => {},
  };
}

/** Null if neither an endpoint nor a model is named. @throws ConfigError */
export function openEndpoint(
  source: ModelSource,
  { environment: { variables }, now }: CliContext,
): { model: OpenAiModel; address: string } | null {
  const { flagPrefix, variablePrefix } = source;
  const endpoint = source.endpoint ?? variables[`${variablePrefix}_ENDPOINT`];
  const name = source.model ?? variables[`${variablePrefix}_MODEL`];
  if (endpoint === undefined && name === undefined) return null;
  for (const [flag, variable, value] of [
    ["endpoint", "ENDPOINT", endpoint],
    ["model", "MODEL", name],
  ] as const)
    if (value === undefined)
      throw new ConfigError(
        `Expected --${flagPrefix}${flag}, got none. Give it, or set ${variablePrefix}_${variable} in the environment or in .env.`,
      );
  const apiKey = keyOf(endpoint ?? "", source, variables);
  const model = createOpenAiModel({
    baseUrl: endpoint ?? "",
    model: name ?? "",
    ...(apiKey !== undefined && { apiKey }),
    ...(source.callTimeout !== undefined && { timeoutMs: 1000 * source.callTimeout }),
    sleep: (ms, signal) => wait(ms, undefined, signal && { signal }),
    now,
    // Only the pauses between retries depend on it.
    random: createRandom("retries"),
  });
  return { model, address: maskUrl(endpoint ?? "") };
}

/** OpenAI's own variable is for OpenAI's own server: another server must not get that key. */
function keyOf(
  endpoint: string,
  { keyVariable, flagPrefix, variablePrefix }: ModelSource,
  variables: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (keyVariable !== undefined) {
    const key = variables[keyVariable];
    if (key !== undefined && key !== "") return key;
    throw new ConfigError(
      `Expected an API key in the variable ${keyVariable}, got none. Set it in the environment or in .env, or name another with --${flagPrefix}key-variable.`,
    );
  }
  const own = variables[`${variablePrefix}_API_KEY`];
  if (own !== undefined && own !== "") return own;
  const isOpenAi = URL.canParse(endpoint) && new URL(endpoint).host === "api.openai.com";
  return isOpenAi ? variables["OPENAI_API_KEY"] : undefined;
}
