/**
 * Playwright reads the call stack at every call, to name the caller in its traces. If stacks are mapped back to
 * sources, as under tsx, that takes longer than the call. An empty stack costs nothing.
 */

import type { CDPSession } from "playwright";

type PrepareStackTrace = (error: Error, frames: NodeJS.CallSite[]) => unknown;
const errors: { prepareStackTrace?: PrepareStackTrace | undefined } = Error;

const NO_STACK: PrepareStackTrace = () => "";

/** @param call its later errors have a stack; a stack that it reads at once is empty */
export function withoutStack<T>(call: () => T): T {
  const before = errors.prepareStackTrace;
  errors.prepareStackTrace = NO_STACK;
  try {
    return call();
  } finally {
    errors.prepareStackTrace = before;
  }
}

/** The same session, which calls Playwright without a stack from now on. */
export function callWithoutStack(session: CDPSession): CDPSession {
  const send = session.send.bind(session);
  session.send = (method, parameters) => withoutStack(() => send(method, parameters));
  return session;
}
