/// <reference lib="dom" />
/** Tracks answers that a page waits for: from itself, from workers and from sockets. The page gets it as text. */

import type { TaskWatch } from "./task-watch.ts";

export interface AnswerWatch {
  /** Passes once messages sent so far have arrived. */
  macrotask: () => Promise<void>;
  /** Waits for the answers to come. @returns whether there was anything to wait for */
  toCome: () => Promise<boolean>;
  /** Makes a method report the object it is called on. @returns the original method */
  watchCalls: (
    prototype: object,
    name: string,
    tell: (target: EventTarget) => void,
  ) => (...values: unknown[]) => void;
}

/** Self-contained. */
export function createAnswerWatch(
  { setTimer, clearTimer }: TaskWatch,
  { longestWaitMs, mostWaits }: { longestWaitMs: number; mostWaits: number },
): AnswerWatch {
  /** Limit for a worker or a socket to answer. */
  const LONGEST_ANSWER_MS = 300;

  const macrotask = (): Promise<void> =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.addEventListener("message", () => resolve(), { once: true });
      port1.start();
      post.call(port2, 0);
    });

  const watchCalls: AnswerWatch["watchCalls"] = (prototype, name, tell) => {
    const native = Reflect.get(prototype, name) as (...values: unknown[]) => void;
    Reflect.set(prototype, name, function (this: EventTarget, ...values: unknown[]): void {
      native.apply(this, values);
      tell(this);
    });
    return native;
  };

  // Frameworks split their work into messages to themselves. Messages arrive in the order of posting.
  const posted = new Set<object>();
  let areMessagesEndless = false;
  const post = watchCalls(MessagePort.prototype, "postMessage", () => {
    if (areMessagesEndless) return;
    const message = {};
    posted.add(message);
    void macrotask().then(() => posted.delete(message));
  });

  interface Question {
    unanswered: number;
    timer: number;
  }
  const questions = new WeakMap<EventTarget, Question>();
  const open = new Set<Question>();
  const ask = (target: EventTarget): void => {
    const question = questions.get(target) ?? { unanswered: 0, timer: 0 };
    const end = (unanswered: number): void => {
      clearTimer(question.timer);
      open.delete(question);
      question.unanswered = unanswered;
    };
    if (!questions.has(target)) {
      questions.set(target, question);
      target.addEventListener("message", () => end(0));
    }
    if (question.unanswered >= mostWaits) return;
    open.add(question);
    clearTimer(question.timer);
    question.timer = setTimer(() => end(question.unanswered + 1), LONGEST_ANSWER_MS);
  };
  watchCalls(Worker.prototype, "postMessage", ask);
  watchCalls(WebSocket.prototype, "send", ask);

  const toCome = async (): Promise<boolean> => {
    if (areMessagesEndless || posted.size + open.size === 0) return false;
    const patience = { isOver: false };
    const timer = setTimer(() => (patience.isOver = true), longestWaitMs);
    while (posted.size + open.size > 0) {
      await (posted.size > 0 ? macrotask() : new Promise<void>((end) => setTimer(end, 4)));
      if (!patience.isOver) continue;
      // Each answer triggers another request, without end.
      areMessagesEndless = posted.size > 0;
      if (areMessagesEndless) return false;
      for (const question of open) question.unanswered = mostWaits;
      open.clear();
    }
    clearTimer(timer);
    return true;
  };

  return { macrotask, toCome, watchCalls };
}
