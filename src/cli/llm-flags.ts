/** The flags of language models: where they are, what they cost, and how an agent asks them. */

import { Command, InvalidArgumentError, Option } from "commander";
import { FREE, type Price } from "../llm/budget.ts";
import { ACTION_FORMS } from "../llm/policy/action-forms.ts";
import { OBSERVATION_FORMS } from "../llm/policy/page-text.ts";
import { countFromOne, pathName } from "./flags.ts";

export interface ModelFlags {
  endpoint?: string;
  model?: string;
  keyVariable?: string;
  modelFile?: string;
}

/** Of one model, with what it may cost. */
export interface ChatFlags extends ModelFlags {
  price?: Price;
  maxRunTokens?: number;
  maxUsd?: number;
  /** Seconds. */
  callTimeout: number;
  calls: number;
}

/** Of `--agent llm`. */
export interface AgentFlags extends ChatFlags {
  pageForm?: string;
  actionForm?: string;
  pageTokens?: number;
  replyTokens?: number;
  temperature?: number;
  logProbs?: true;
}

/** Of `--agent llm`, and of a judge. */
export interface LlmFlags extends AgentFlags {
  judgeEndpoint?: string;
  judgeModel?: string;
  judgeKeyVariable?: string;
  judgeModelFile?: string;
  judgePrice?: Price;
}

/** `--endpoint`, `--model` and `--key-variable`. */
export function addModelOptions(command: Command): Command {
  return command
    .option(
      "--endpoint <url>",
      "OpenAI-compatible server, up to /v1 (default: DREAMGYM_ENDPOINT, from the environment or .env)",
    )
    .option("--model <name>", "model at the endpoint (default: DREAMGYM_MODEL)")
    .option(
      "--key-variable <name>",
      "variable that holds the API key (default: DREAMGYM_API_KEY; for api.openai.com OPENAI_API_KEY)",
    );
}

/** What every command that asks one model needs: where it is, what it costs, and how much it may cost. */
export function addChatOptions(command: Command): Command {
  return addModelOptions(command)
    .option(
      "--model-file <path>",
      "instead of an endpoint: a GGUF file, run by node-llama-cpp in this process",
      pathName,
    )
    .option("--price <in,out>", "dollars for a million tokens, such as 0.15,0.60", price)
    .option("--max-run-tokens <n>", "of all models in the whole run; then it stops", countFromOne)
    .option("--max-usd <n>", "of all models in the whole run; then it stops", aboveZero)
    .option("--call-timeout <seconds>", "of one try of a call to a server", countFromOne, 120)
    .option("--calls <n>", "calls to a model at the same time, at most", countFromOne, 4);
}

/** How `--agent llm` asks its model, and which one. */
export function addAgentOptions(command: Command): Command {
  return addChatOptions(command)
    .addOption(
      new Option("--page-form <form>", "--agent llm: text form of pages").choices(
        OBSERVATION_FORMS,
      ),
    )
    .addOption(
      new Option("--action-form <form>", "--agent llm: grammar of actions").choices(ACTION_FORMS),
    )
    .option("--page-tokens <n>", "--agent llm: of a page in a prompt (default: 3000)", countFromOne)
    .option("--reply-tokens <n>", "--agent llm: of a reply, at most (default: 512)", countFromOne)
    .option("--temperature <t>", "--agent llm: of its samples (default: 0)", fromZero)
    .option(
      "--log-probs",
      "--agent llm: keep token ids and log-probabilities, where there are any",
    );
}

export function addLlmOptions(command: Command): void {
  addAgentOptions(command)
    .option("--judge-endpoint <url>", "server of the judge (default: DREAMGYM_JUDGE_ENDPOINT)")
    .option("--judge-model <name>", "model that judges fuzzy answers and tasks without checks")
    .option("--judge-key-variable <name>", "its API key (default: DREAMGYM_JUDGE_API_KEY)")
    .option("--judge-model-file <path>", "a GGUF file as the judge", pathName)
    .option("--judge-price <in,out>", "dollars for a million tokens of the judge", price);
}

export const priceOf = (given: Price | undefined): Price => given ?? FREE;

function price(text: string): Price {
  const [input, output, ...more] = text.split(",").map(Number);
  if (
    input === undefined ||
    output === undefined ||
    more.length > 0 ||
    !(input >= 0 && output >= 0)
  )
    throw new InvalidArgumentError(
      "Expected two prices in dollars for a million tokens, such as 0.15,0.60.",
    );
  return { input, output };
}

function fromZero(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0))
    throw new InvalidArgumentError("Expected a number from 0 up.");
  return value;
}

function aboveZero(text: string): number {
  const value = Number(text);
  if (!(value > 0)) throw new InvalidArgumentError("Expected a number above 0.");
  return value;
}
