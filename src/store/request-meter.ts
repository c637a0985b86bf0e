/** Measures the requests of a piece of work on both sides: sent by the browsers, and received by the sites. */

import { z } from "zod";
import { ConfigError } from "../core/errors.ts";
import { reportIssues } from "../core/schema-issues.ts";
import type { LedgerEntry } from "./ledger.ts";

const CountSchema = z.int().min(0);

const CountedRequestsSchema = z.object({
  /** Requests of pages and scripts. */
  sent: CountSchema,
  /** Requests of any kind that ended without an answer. Whether a site received them is unknown. */
  unanswered: CountSchema,
  /** Requests of any kind in progress. */
  pending: CountSchema,
});
/** The requests that the harness saw since its browsers opened, including probes. */
export type CountedRequests = z.infer<typeof CountedRequestsSchema>;

export interface RequestCounters {
  countRequests(): CountedRequests;
  /** The same requests, as the sites counted them. */
  countedBySite(): Promise<number>;
}

export type MeteredRequests = Pick<LedgerEntry, "requests" | "countedBySite" | "unanswered">;

/**
 * Starts to measure. The returned function gives the requests since then.
 *
 * @throws ConfigError, from both functions, if a counter does not return counts
 */
export async function startMeter(
  counters: RequestCounters,
): Promise<() => Promise<MeteredRequests>> {
  const sent = (): CountedRequests =>
    checkAnswer(
      CountedRequestsSchema,
      counters.countRequests(),
      "countRequests() to return { sent, unanswered, pending }, each a whole number of requests since the start",
    );
  const received = async (atLeast = 0): Promise<number> =>
    checkCount(await counters.countedBySite(), "countedBySite()", atLeast);
  const before = sent();
  const receivedBefore = await received();
  return async () => {
    const countedBySite = (await received(receivedBefore)) - receivedBefore;
    const now = sent();
    checkCount(now.sent, "countRequests().sent", before.sent);
    const unanswered = now.unanswered - before.unanswered + now.pending + before.pending;
    return {
      requests: now.sent - before.sent,
      countedBySite,
      ...(unanswered > 0 && { unanswered }),
    };
  };
}

/**
 * @param name of the counter, for the message
 * @param atLeast its last value: a count since the start never falls
 * @throws ConfigError for anything except a whole number of at least `atLeast`
 */
export function checkCount(answer: unknown, name: string, atLeast = 0): number {
  return checkAnswer(
    CountSchema.min(atLeast),
    answer,
    `${name} to return a whole number of requests since the start`,
  );
}

function checkAnswer<T>(schema: z.ZodType<T>, answer: unknown, expected: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    `Expected ${expected}, got ${show(answer)} (${reportIssues(parsed.error, answer)}). Correct the function that counts.`,
  );
}

/** Shows NaN and Infinity, which JSON cannot hold. */
function show(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
