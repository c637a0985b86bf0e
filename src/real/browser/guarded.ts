/** Limits a piece of browser work, since a broken page never answers. */

import { boundary, BrowserError } from "../../core/errors.ts";

export interface GuardOptions {
  /** Null if the work waits for others: a site's reset, a judge. */
  deadlineMs: number | null;
  signal: AbortSignal | undefined;
}

/**
 * Runs a piece of browser work. The work itself cannot be stopped, so the caller discards the browser's state after an
 * error.
 *
 * @param what the work, for the message: `step click`
 * @throws BrowserError if it fails or never ends. When aborted, the signal's reason.
 */
export async function guarded<T>(
  what: string,
  { deadlineMs, signal }: GuardOptions,
  body: () => Promise<T>,
): Promise<T> {
  let cancel = (): void => {};
  const interrupted = new Promise<never>((_, reject) => {
    const timer =
      deadlineMs === null
        ? undefined
        : setTimeout(() => {
            reject(
              new BrowserError(
                `${what}: expected the page to answer within ${deadlineMs} ms, got nothing.`,
              ),
            );
          }, deadlineMs);
    const abort = (): void => reject(signal?.reason as Error);
    signal?.addEventListener("abort", abort);
    cancel = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
  });
  try {
    return await Promise.race([boundary(BrowserError, what, body), interrupted]);
  } finally {
    cancel();
  }
}
