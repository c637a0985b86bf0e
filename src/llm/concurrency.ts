/** Limits how many calls to a model run at the same time. */

import type { ChatModel } from "./chat-model.ts";

/** Calls start in the order in which they came. */
export function limitConcurrency(model: ChatModel, most: number): ChatModel {
  let running = 0;
  const waiting: (() => void)[] = [];
  const enter = async (signal: AbortSignal | undefined): Promise<void> => {
    if (running < most) {
      running++;
      return;
    }
    // Who leaves hands over its place, so `running` stays.
    await new Promise<void>((resolve, reject) => {
      const start = (): void => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = (): void => {
        waiting.splice(waiting.indexOf(start), 1);
        reject(signal?.reason as Error);
      };
      waiting.push(start);
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };
  return {
    name: model.name,
    async complete(request, signal) {
      signal?.throwIfAborted();
      await enter(signal);
      try {
        return await model.complete(request, signal);
      } finally {
        leave();
      }
    },
  };
}
