/** A policy that asks a chat model: it shows the page, reads reasoning and action, and asks once more for a faulty reply. */

import { z } from "zod";
import { noAction, type Policy, type PolicyInput, type PolicyOutput } from "../../core/policy.ts";
import { hashText } from "../../core/random.ts";
import { addUsage, NO_USAGE, type TotalUsage } from "../../core/usage.ts";
import { isSecretName, MASK } from "../../page/secrets.ts";
import { costOf, type Price } from "../budget.ts";
import { CallError } from "../call-error.ts";
import type { ChatMessage, ChatModel, ChatReply } from "../chat-model.ts";
import { ACTION_FORMS } from "./action-forms.ts";
import { OBSERVATION_FORMS } from "./page-text.ts";
import { writePrompt } from "./prompt.ts";
import { type Decision, readDecision } from "./read-decision.ts";
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
  /** Called with a text that the model types into a field for secrets. */
  onSecret?: (text: string) => void;
  signal?: AbortSignal;
}

const JSON_SCHEMA = z.toJSONSchema(TOOL_CALL_SCHEMA) as object;
/** A page that is too long for the model's context is shown in smaller parts: half as long, up to three times. */
const MOST_HALVINGS = 3;

export function createLlmPolicy(options: LlmPolicyOptions): Policy {
  /** Decisions so far. A repeated decision on the same page is another sample. */
  let decisions = 0;
  return {
    async act(input) {
      decisions++;
      const seed = hashText(`${options.seed}/${decisions}`) >>> 1;
      let usage = NO_USAGE;
      const ask = async (messages: readonly ChatMessage[]): Promise<ChatReply> => {
        const reply = await complete(messages, seed, options);
        usage = addUsage(usage, costOf(reply.usage, options.price));
        return reply;
      };
      const { messages, reply } = await askAboutPage(input, options, ask);
      const first = readReply(reply, input, options);
      if ("action" in first) return output(first, reply, usage, input, options);
      const second = await ask([
        ...messages,
        { role: "assistant", content: reply.text },
        { role: "user", content: `${first.problem} Answer again.` },
      ]);
      const again = readReply(second, input, options);
      if ("action" in again) return output(again, second, usage, input, options);
      // The environment words what is wrong with an element that is not there.
      if (again.decision !== undefined)
        return output(again.decision, second, usage, input, options);
      return noAction(`${options.model.name}: ${again.problem}`, { thought: again.thought, usage });
    },
  };
}

async function complete(
  messages: readonly ChatMessage[],
  seed: number,
  { model, config, signal }: LlmPolicyOptions,
): Promise<ChatReply> {
  return await model.complete(
    {
      messages,
      maxTokens: config.replyTokens,
      temperature: config.temperature,
      seed,
      ...(config.actionForm === "json" && { schema: JSON_SCHEMA }),
      ...(config.tokens && { tokens: true }),
    },
    signal,
  );
}

async function askAboutPage(
  input: PolicyInput,
  { config }: LlmPolicyOptions,
  ask: (messages: readonly ChatMessage[]) => Promise<ChatReply>,
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

/** Servers word it in many ways, with status 400, 413 or 422. */
function isTooLong(error: unknown): boolean {
  if (!(error instanceof CallError) || error.status === null || error.status >= 500) return false;
  return (
    error.status === 413 ||
    /context|too long|too large|maximum .*(?:length|tokens)/iu.test(error.message)
  );
}

type Reading = Decision | { problem: string; thought: string; decision?: Decision };

/** An element that the page does not show is a fault too, though one that the environment can answer. */
function readReply(reply: ChatReply, input: PolicyInput, { config }: LlmPolicyOptions): Reading {
  const reading = readDecision(reply.text, config.actionForm);
  if ("problem" in reading) {
    const cut = reply.finish === "length" ? " Your reply was cut: think less." : "";
    return { ...reading, problem: `${reading.problem}${cut}` };
  }
  const { action } = reading;
  const { nodes } = input.observation;
  if (!("ref" in action) || nodes.some(({ ref }) => ref === action.ref)) return reading;
  return {
    problem: `Expected the id of an element of the page, got ${action.ref}, which it does not show.`,
    thought: reading.thought,
    decision: reading,
  };
}

function output(
  { action, thought }: Decision,
  { tokens }: ChatReply,
  usage: TotalUsage,
  { observation }: PolicyInput,
  { onSecret }: LlmPolicyOptions,
): PolicyOutput {
  if (action.kind === "type") {
    const field = observation.nodes.find(({ ref }) => ref === action.ref);
    if (field !== undefined && (isSecretName(field.name) || field.value === MASK))
      onSecret?.(action.text);
  }
  const logProbs = tokens?.logProbs ?? [];
  return {
    action,
    usage,
    ...(thought !== "" && { thought }),
    ...(logProbs.length > 0 && { logprob: logProbs.reduce((sum, value) => sum + value, 0) }),
  };
}
