/** What a run may spend on models, in tokens and money. All models of a run may share one budget. */

import { BudgetError } from "../core/errors.ts";
import { addUsage, NO_USAGE, type TotalUsage } from "../core/usage.ts";
import type { ChatModel, ChatUsage } from "./chat-model.ts";

/** US dollars for a million tokens. */
export interface Price {
  input: number;
  output: number;
}

export const FREE: Price = { input: 0, output: 0 };

/** What a reply cost, or would cost without a cache. */
export function costOf(usage: ChatUsage, price: Price): TotalUsage {
  const { promptTokens, completionTokens } = usage;
  return {
    inputTokens: promptTokens,
    outputTokens: completionTokens,
    usd: (promptTokens * price.input + completionTokens * price.output) / 1_000_000,
  };
}

export interface Budget {
  /** Of this run, earlier calls of the same command included. */
  readonly spent: TotalUsage;
  add(usage: TotalUsage): void;
  /** @throws BudgetError if nothing is left */
  check(): void;
}

export interface BudgetLimits {
  /** Input and output tokens together. Infinity: no limit. */
  maxTokens: number;
  /** US dollars. Infinity: no limit. */
  maxUsd: number;
}

export function createBudget({ maxTokens, maxUsd }: BudgetLimits): Budget {
  let spent = NO_USAGE;
  return {
    get spent() {
      return spent;
    },
    add(usage) {
      spent = addUsage(spent, usage);
    },
    check() {
      const tokens = spent.inputTokens + spent.outputTokens;
      if (tokens >= maxTokens)
        throw new BudgetError(
          `The budget of ${maxTokens} tokens is spent: ${tokens} so far. Raise it, and run the same command again to resume.`,
        );
      if (spent.usd >= maxUsd)
        throw new BudgetError(
          `The budget of $${maxUsd} is spent: $${spent.usd.toFixed(4)} so far. Raise it, and run the same command again to resume.`,
        );
    },
  };
}

/** No call starts when the budget is spent. Calls that run then may exceed it by what they cost. */
export function keepBudget(model: ChatModel, budget: Budget, price: Price): ChatModel {
  return {
    name: model.name,
    async complete(request, signal) {
      budget.check();
      const reply = await model.complete(request, signal);
      if (!reply.usage.cached) budget.add(costOf(reply.usage, price));
      return reply;
    },
  };
}
