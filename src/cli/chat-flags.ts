/** The flags of every command that asks a language model, and the model that they name. */

import { existsSync, readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parseEnv } from "node:util";
import { type Command, InvalidArgumentError } from "commander";
import { ConfigError } from "../core/errors.ts";
import { createRandom } from "../core/random.ts";
import type { TotalUsage } from "../core/usage.ts";
import { FREE, type Price } from "../llm/budget.ts";
import type { ChatModel } from "../llm/chat-model.ts";
import { createModelRun } from "../llm/model-run.ts";
import { createOpenAiModel } from "../llm/openai-compatible.ts";
import { MASK } from "../page/secrets.ts";
import type { CliContext } from "./context.ts";
import { countFromOne } from "./flags.ts";

export interface ChatFlags {
  endpoint?: string;
  model?: string;
  keyVariable: string;
  tokenBudget?: number;
  usdBudget?: number;
  price?: Price;
  concurrency: number;
  timeout: number;
}

/** Names in the environment, or in `.env` of the working folder. Flags come first. */
const ENDPOINT_VARIABLE = "DREAMGYM_ENDPOINT";
const MODEL_VARIABLE = "DREAMGYM_MODEL";

export function addChatOptions(command: Command): Command {
  return command
    .option(
      "--endpoint <url>",
      `address of an OpenAI-compatible server, up to /v1 (default: $${ENDPOINT_VARIABLE})`,
    )
    .option("--model <name>", `the server's name of the model (default: $${MODEL_VARIABLE})`)
    .option(
      "--key-variable <name>",
      "environment variable, or entry of .env, that holds the server's key",
      "OPENAI_API_KEY",
    )
    .option("--token-budget <n>", "tokens that all calls together may cost", countFromOne)
    .option("--usd-budget <amount>", "US dollars that all calls together may cost", amount)
    .option("--price <in,out>", "US dollars for a million tokens of prompt and of reply", prices)
    .option("--concurrency <n>", "calls at the same time, at most", countFromOne, 4)
    .option("--timeout <seconds>", "seconds that one call may take", countFromOne, 120);
}

export interface OpenChat extends AsyncDisposable {
  chat: ChatModel;
  /** Of all calls that the journal holds. */
  readonly spent: TotalUsage;
}

interface CallsOptions {
  /** File of the journal. The same request is never paid for twice. */
  calls: string;
  /** Who asks, for the journal. */
  asker: string;
}

/** As `openChat`; null where flags and environment name neither server nor model. */
export async function findChat(
  context: Pick<CliContext, "environment" | "now">,
  flags: ChatFlags,
  options: CallsOptions,
): Promise<OpenChat | null> {
  const { endpoint, name } = nameModel(context, flags);
  return endpoint === undefined && name === undefined
    ? null
    : await openChat(context, flags, options);
}

/**
 * The model that the flags name, with journal, cache and budget.
 *
 * @throws ConfigError when no server or no model is named
 */
export async function openChat(
  context: Pick<CliContext, "environment" | "now">,
  flags: ChatFlags,
  { calls, asker }: CallsOptions,
): Promise<OpenChat> {
  const { now } = context;
  const { endpoint, name, apiKey } = nameModel(context, flags);
  if (endpoint === undefined || name === undefined)
    throw new ConfigError(
      `Expected an OpenAI-compatible server and a model, got ${endpoint === undefined ? "no server" : "no model"}. Name them with --endpoint and --model, or with ${ENDPOINT_VARIABLE} and ${MODEL_VARIABLE} in the environment or in .env.`,
    );
  const run = createModelRun({
    path: calls,
    mask: (text) => (apiKey === undefined || apiKey === "" ? text : text.replaceAll(apiKey, MASK)),
    now,
    maxTokens: flags.tokenBudget ?? Infinity,
    maxUsd: flags.usdBudget ?? Infinity,
  });
  const model = createOpenAiModel({
    baseUrl: endpoint,
    model: name,
    ...(apiKey !== undefined && { apiKey }),
    timeoutMs: flags.timeout * 1000,
    sleep: async (ms, signal) => {
      await wait(ms, undefined, signal && { signal });
    },
    now,
    random: createRandom(1).fork("retries"),
  });
  const { price = FREE, concurrency } = flags;
  return {
    chat: run.use(model, { asker, scope: endpoint, price, concurrency }),
    get spent() {
      return run.spent;
    },
    [Symbol.asyncDispose]: async () => run[Symbol.dispose](),
  };
}

function nameModel(
  { environment }: Pick<CliContext, "environment">,
  flags: ChatFlags,
): Record<"endpoint" | "name" | "apiKey", string | undefined> {
  const variables = { ...readDotEnv(), ...environment.variables };
  return {
    endpoint: flags.endpoint ?? variables[ENDPOINT_VARIABLE],
    name: flags.model ?? variables[MODEL_VARIABLE],
    apiKey: variables[flags.keyVariable],
  };
}

function readDotEnv(): Readonly<Record<string, string | undefined>> {
  return existsSync(".env") ? parseEnv(readFileSync(".env", "utf8")) : {};
}

/** For commander: an amount of money. */
function amount(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0 && value < Infinity))
    throw new InvalidArgumentError("Expected an amount above 0.");
  return value;
}

/** For commander: two prices. */
function prices(text: string): Price {
  const [input, output, ...rest] = text.split(",").map(Number);
  const isPrice = (value: number | undefined): value is number =>
    value !== undefined && value >= 0 && value < Infinity;
  if (!isPrice(input) || !isPrice(output) || rest.length > 0)
    throw new InvalidArgumentError("Expected two prices, such as 0.15,0.6.");
  return { input, output };
}
