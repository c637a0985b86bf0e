/**
 * A policy that asks a chat model: it shows the page, reads reasoning and action, and asks once more for a faulty
 * reply.
 */

import { z } from "zod";
import type { Action } from "../../core/action.ts";
import { noAction, type Policy, type PolicyInput, type PolicyOutput } from "../../core/policy.ts";
import { hashText } from "../../core/random.ts";
import { addUsage, NO_USAGE } from "../../core/usage.ts";
import { KnownSecrets } from "../../page/known-secrets.ts";
import { isSecretName, MASK } from "../../page/secrets.ts";
import { costOf, type Price } from "../budget.ts";
import { isTooLong } from "../call-error.ts";
import type { ChatMessage, ChatModel, ChatReply, ChatRequest } from "../chat-model.ts";
import { ACTION_FORMS } from "./action-forms.ts";
import { shortenInput } from "./brief-page.ts";
import { OBSERVATION_FORMS } from "./page-text.ts";
import { writePrompt } from "./prompt.ts";
import { type Decision, readDecision } from "./read-decision.ts";
import { secretsInGoal } from "./secrets-in-goal.ts";
import { TOOL_CALL_SCHEMA } from "./tool-call.ts";

export const LlmPolicyConfigSchema = z.strictObject({
  observationForm: z.enum(OBSERVATION_FORMS).default("webarena").describe("text form of the page"),
  actionForm: z.enum(ACTION_FORMS).default("webarena").describe("grammar of the actions"),
  pageTokens: z.int().min(100).default(3000).describe("of the page's text in a prompt"),
  replyTokens: z.int().min(16).default(512).describe("of a reply, at most"),
  temperature: z.number().min(0).default(0),
  tokens: z.boolean().default(false).describe("ask for token ids and log-probabilities"),
});
export type LlmPolicyConfig = z.infer<typeof LlmPolicyConfigSchema>;

export interface LlmPolicyOptions {
  model: ChatModel;
  config: LlmPolicyConfig;
  /** Of the episode: another one gives other samples, also with the same prompts. */
  seed: number;
  price: Price;
  /** Called with a secret that the goal states, or that the model types into a field for secrets. */
  onSecret?: (text: string) => void;
  signal?: AbortSignal;
}

const JSON_SCHEMA = z.toJSONSchema(TOOL_CALL_SCHEMA) as object;
/** A page that is too long for the model's context is shown in smaller parts: half as long, up to three times. */
const MOST_HALVINGS = 3;
/** Of a decision that is asked for again: the likeliest reply held no action. */
const LEAST_TEMPERATURE_AGAIN = 0.7;

export function createLlmPolicy(options: LlmPolicyOptions): Policy {
  /** Decisions so far. A repeated decision on the same page is another sample. */
  let decisions = 0;
  let lastStep = -1;
  const secrets = new KnownSecrets();
  const noteSecret = (text: string): void => {
    secrets.addTyped(text);
    options.onSecret?.(text);
  };
  return {
    async act(whole) {
      if (decisions === 0) for (const secret of secretsInGoal(whole.goal)) noteSecret(secret);
      decisions++;
      const { input, restore } = shortenInput(whole);
      const isAgain = whole.history.length === lastStep;
      lastStep = whole.history.length;
      const temperature = Math.max(
        options.config.temperature,
        isAgain ? LEAST_TEMPERATURE_AGAIN : 0,
      );
      const seed = hashText(`${options.seed}/${decisions}`) >>> 1;
      let usage = NO_USAGE;
      const ask = async (messages: readonly ChatMessage[]): Promise<ChatReply> => {
        const reply = await complete(messages, { seed, temperature }, options);
        usage = addUsage(usage, costOf(reply.usage, options.price));
        return reply;
      };
      const outcome = await decideOnce(input, options, ask);
      const { decision, reply } = outcome;
      const secret = decision === null ? null : secretTyped(decision.action, input);
      if (secret !== null) noteSecret(secret);
      const inWords = (problem: string): string =>
        secrets.maskText(`${options.model.name}: ${problem}`);
      const facts = {
        usage,
        ...(outcome.firstProblem !== "" && { parseFailures: [inWords(outcome.firstProblem)] }),
        ...(outcome.thought !== "" && { thought: secrets.maskText(outcome.thought) }),
      };
      if (decision === null) return noAction(inWords(outcome.problem), facts);
      return { action: restore(decision.action), ...facts, ...tokensOf(reply, secrets) };
    },
  };
}

/** Tokens of a reply with a secret would spell it. */
function tokensOf(
  { text, tokens }: ChatReply,
  secrets: KnownSecrets,
): Pick<PolicyOutput, "tokens" | "logprob"> {
  if (tokens === undefined) return {};
  return {
    ...(secrets.maskText(text) === text && { tokens }),
    ...(tokens.logProbs.length > 0 && { logprob: sum(tokens.logProbs) }),
  };
}

const sum = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0);

type Ask = (messages: readonly ChatMessage[]) => Promise<ChatReply>;

interface Outcome {
  /** Null: no reply held an action. */
  decision: Decision | null;
  /** The last one. */
  reply: ChatReply;
  problem: string;
  /** What was wrong with the reply before it; empty if there was none. */
  firstProblem: string;
  thought: string;
}

/** Asks, and once more if the reply is faulty. */
async function decideOnce(
  input: PolicyInput,
  options: LlmPolicyOptions,
  ask: Ask,
): Promise<Outcome> {
  const { messages, reply } = await askAboutPage(input, options, ask);
  const first = readReply(reply, input, options);
  if (first.problem === "") return { ...first, reply, firstProblem: "" };
  const again = await ask([
    ...messages,
    { role: "assistant", content: reply.text },
    { role: "user", content: `${first.problem} Answer again.` },
  ]);
  // The environment words what is wrong with an element that is not there.
  return { ...readReply(again, input, options), reply: again, firstProblem: first.problem };
}

async function complete(
  messages: readonly ChatMessage[],
  sampling: Pick<ChatRequest, "seed" | "temperature">,
  { model, config, signal }: LlmPolicyOptions,
): Promise<ChatReply> {
  return await model.complete(
    {
      messages,
      maxTokens: config.replyTokens,
      ...sampling,
      ...(config.actionForm === "json" && { schema: JSON_SCHEMA }),
      ...(config.tokens && { tokens: true }),
    },
    signal,
  );
}

async function askAboutPage(
  input: PolicyInput,
  { config }: LlmPolicyOptions,
  ask: Ask,
): Promise<{ messages: ChatMessage[]; reply: ChatReply }> {
  for (let halvings = 0; ; halvings++) {
    const pageTokens = Math.max(100, Math.floor(config.pageTokens / 2 ** halvings));
    const messages = writePrompt(input, { ...config, pageTokens });
    try {
      return { messages, reply: await ask(messages) };
    } catch (error) {
      if (!isTooLong(error) || halvings === MOST_HALVINGS) throw error;
    }
  }
}

/** An element that the page does not show is a fault too, though one that the environment can answer. */
function readReply(
  reply: ChatReply,
  input: PolicyInput,
  { config }: LlmPolicyOptions,
): Omit<Outcome, "reply" | "firstProblem"> {
  const reading = readDecision(reply.text, config.actionForm);
  const { thought } = reading;
  if ("problem" in reading) {
    const cut = reply.finish === "length" ? " Your reply was cut: think less." : "";
    return { decision: null, problem: `${reading.problem}${cut}`, thought };
  }
  const { action } = reading;
  const { nodes } = input.observation;
  const isShown = !("ref" in action) || nodes.some(({ ref }) => ref === action.ref);
  const problem = isShown
    ? ""
    : `Expected the id of an element of the page, got ${action.ref}, which it does not show.`;
  return { decision: reading, problem, thought };
}

/** Null: the action types none. */
function secretTyped(action: Action, { observation }: PolicyInput): string | null {
  if (action.kind !== "type") return null;
  const field = observation.nodes.find(({ ref }) => ref === action.ref);
  const isSecret = field !== undefined && (isSecretName(field.name) || field.value === MASK);
  return isSecret ? action.text : null;
}
