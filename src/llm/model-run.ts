/** The models of one run. They share a journal, which is also their cache, and a budget. */

import type { TotalUsage } from "../core/usage.ts";
import { type BudgetLimits, createBudget, keepBudget, type Price } from "./budget.ts";
import { createCallJournal, keepCalls } from "./call-journal.ts";
import type { ChatModel } from "./chat-model.ts";
import { limitConcurrency } from "./concurrency.ts";

export interface ModelRunOptions extends BudgetLimits {
  /** Journal of the calls: JSON Lines. */
  path: string;
  /** Masks secrets in a text. */
  mask: (text: string) => string;
  /** Milliseconds since 1970. */
  now: () => number;
}

interface ModelUse {
  /** Who asks, for the journal: `policy`, `judge`. */
  asker: string;
  /** What distinguishes the model from another one of the same name: its server's address. */
  scope: string;
  price: Price;
  /** Calls at the same time, at most. */
  concurrency: number;
}

export interface ModelRun extends Disposable {
  /** By all models, in this run and before its resumption. Complete after the first call. */
  readonly spent: TotalUsage;
  /** The model with journal, cache, limit of calls and budget. */
  use(model: ChatModel, use: ModelUse): ChatModel;
}

export function createModelRun(options: ModelRunOptions): ModelRun {
  const { now } = options;
  const budget = createBudget(options);
  const journal = createCallJournal({ ...options, onLoad: (spent) => budget.add(spent) });
  return {
    get spent() {
      return budget.spent;
    },
    // A kept reply needs no budget. A waiting call is not in flight, so it asks the budget when it starts.
    use: (model, { concurrency, ...use }) =>
      keepCalls(limitConcurrency(keepBudget(model, budget, use.price), concurrency), {
        ...use,
        journal,
        now,
      }),
    [Symbol.dispose]: () => journal[Symbol.dispose](),
  };
}
