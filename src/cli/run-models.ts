/** The models of one run: an agent's, a judge's, an experience model's, or none. */

import { join } from "node:path";
import { ConfigError } from "../core/errors.ts";
import type { TotalUsage } from "../core/usage.ts";
import type { NamedJudge } from "../evaluation/judge.ts";
import type { ChatModel } from "../llm/chat-model.ts";
import { createLlmJudge } from "../llm/judge/llm-judge.ts";
import { createModelRun, type ModelRun } from "../llm/model-run.ts";
import { createLlmPolicy, LlmPolicyConfigSchema } from "../llm/policy/llm-policy.ts";
import { KnownSecrets } from "../page/known-secrets.ts";
import { isSecretName } from "../page/secrets.ts";
import type { Agent } from "../real/harness/agent.ts";
import type { CliContext } from "./context.ts";
import { given, parseConfig } from "./flags.ts";
import { type LlmFlags, priceOf } from "./llm-flags.ts";
import { type ModelSource, openModel, type OpenedModel } from "./open-model.ts";

export interface RunModels extends AsyncDisposable {
  /** By all models, in this run and before its resumption. */
  readonly spent: TotalUsage;
  /**
   * The model of the flags without a prefix. Null if none is named.
   *
   * @param asker who asks, for the journal
   */
  findChat(asker: string): Promise<ChatModel | null>;
  /** As `findChat`. @throws ConfigError if no model is named */
  openChat(asker: string): Promise<ChatModel>;
  /** `--agent llm`. @throws ConfigError if no model is named */
  openAgent(): Promise<Agent>;
  /** Null if none is named. */
  openJudge(): Promise<NamedJudge | null>;
  /** What all models of the run cost, in words; null if none was asked. */
  describeCost(): string | null;
}

const HOW = "Give them, or a GGUF file with --model-file.";

/**
 * @param folder of the run: the journal of calls goes into its `llm/`
 * @param mask masks further secrets in what the journal keeps
 */
export function createRunModels(
  flags: LlmFlags,
  context: CliContext,
  folder: string,
  mask: (text: string) => string = (text) => text,
): RunModels {
  const secrets = secretsOf(context);
  const opened: OpenedModel[] = [];
  const path = join(folder, "llm", "calls.jsonl");
  const run = createModelRun({
    path,
    mask: (text) => mask(secrets.maskText(text)),
    now: context.now,
    maxTokens: flags.maxRunTokens ?? Infinity,
    maxUsd: flags.maxUsd ?? Infinity,
  });
  const open = async (source: ModelSource): Promise<OpenedModel | null> => {
    const model = await openModel(source, context);
    if (model !== null) opened.push(model);
    return model;
  };
  const openOwn = (): Promise<OpenedModel | null> =>
    open({ ...modelOf(flags), flagPrefix: "", variablePrefix: "DREAMGYM" });
  const findChat = async (asker: string): Promise<ChatModel | null> => {
    const found = await openOwn();
    if (found === null) return null;
    const { model, scope } = found;
    const price = priceOf(flags.price);
    const chat = run.use(model, { asker, scope, price, concurrency: flags.calls });
    // Ctrl-C ends the question that is asked, too.
    return {
      name: chat.name,
      complete: (request, signal = context.signal) => chat.complete(request, signal),
    };
  };
  return {
    get spent() {
      return run.spent;
    },
    findChat,
    async openChat(asker) {
      const chat = await findChat(asker);
      if (chat === null)
        throw new ConfigError(`Expected --endpoint and --model, got neither. ${HOW}`);
      return chat;
    },
    async openAgent() {
      const found = await openOwn();
      if (found === null)
        throw new ConfigError(
          `Expected --endpoint and --model with --agent llm, got neither. ${HOW}`,
        );
      return createAgent(found, run, flags, context, (text) => secrets.addTyped(text));
    },
    async openJudge() {
      const found = await open({
        ...judgeModelOf(flags),
        flagPrefix: "judge-",
        variablePrefix: "DREAMGYM_JUDGE",
      });
      if (found === null) return null;
      const model = run.use(found.model, {
        asker: "judge",
        scope: found.scope,
        price: priceOf(flags.judgePrice),
        concurrency: flags.calls,
      });
      const { signal } = context;
      return {
        name: found.model.name,
        create: (profile) => createLlmJudge({ model, profile, signal }),
      };
    },
    describeCost() {
      const { inputTokens, outputTokens, usd } = run.spent;
      if (inputTokens + outputTokens === 0) return null;
      return `All models of this run took ${inputTokens} tokens in and ${outputTokens} out, $${usd.toFixed(4)}. Every call: ${path}`;
    },
    async [Symbol.asyncDispose]() {
      run[Symbol.dispose]();
      for (const { close } of opened) await close();
    },
  };
}

function createAgent(
  found: OpenedModel,
  run: ModelRun,
  flags: LlmFlags,
  { signal }: CliContext,
  onSecret: (text: string) => void,
): Agent {
  const { pageForm, actionForm, pageTokens, replyTokens, temperature, logProbs } = flags;
  const config = parseConfig(
    LlmPolicyConfigSchema,
    given({
      observationForm: pageForm,
      actionForm,
      pageTokens,
      replyTokens,
      temperature,
      tokens: logProbs,
    }),
    "--agent llm",
  );
  const price = priceOf(flags.price);
  const model = run.use(found.model, {
    asker: "policy",
    scope: found.scope,
    price,
    concurrency: flags.calls,
  });
  return {
    name: `llm:${found.model.name}`,
    facts: {
      ...found.facts,
      ...Object.fromEntries(Object.entries(config).map(([key, value]) => [key, String(value)])),
    },
    // Each call has a limit of its own, and so has the episode.
    decisionTimeoutMs: Infinity,
    policyFor: ({ seed }) => createLlmPolicy({ model, config, seed, price, onSecret, signal }),
  };
}

const modelOf = ({ endpoint, model, keyVariable, modelFile, callTimeout }: LlmFlags) => ({
  callTimeout,
  ...(endpoint !== undefined && { endpoint }),
  ...(model !== undefined && { model }),
  ...(keyVariable !== undefined && { keyVariable }),
  ...(modelFile !== undefined && { modelFile }),
});

const judgeModelOf = (flags: LlmFlags) => ({
  callTimeout: flags.callTimeout,
  ...(flags.judgeEndpoint !== undefined && { endpoint: flags.judgeEndpoint }),
  ...(flags.judgeModel !== undefined && { model: flags.judgeModel }),
  ...(flags.judgeKeyVariable !== undefined && { keyVariable: flags.judgeKeyVariable }),
  ...(flags.judgeModelFile !== undefined && { modelFile: flags.judgeModelFile }),
});

/** Keys and passwords of the environment, wherever they might stand in a prompt. */
function secretsOf({ environment: { variables } }: CliContext): KnownSecrets {
  const secrets = new KnownSecrets();
  for (const [name, value] of Object.entries(variables))
    if (value !== undefined && isSecretName(name)) secrets.addTyped(value);
  return secrets;
}
