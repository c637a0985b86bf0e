/** Measures the requests of a piece of work on both sides: those that left the browsers, and those that sites received. */

import { z } from "zod";
import { ConfigError } from "../core/errors.ts";
import { reportIssues } from "../core/schema-issues.ts";
import type { LedgerEntry } from "./ledger.ts";

const CountSchema = z.int().min(0);

const CountedRequestsSchema = z.object({
  /** Of pages and scripts. */
  sent: CountSchema,
  /** Of any kind, that ended without an answer: nobody knows whether a site received them. */
  unanswered: CountSchema,
  /** Of any kind, under way. */
  pending: CountSchema,
});
/** What the harness saw leave its browsers since they were opened, probes included. */
export type CountedRequests = z.infer<typeof CountedRequestsSchema>;

export interface RequestCounters {
  countRequests(): CountedRequests;
  /** The same as the sites counted them. */
  countedBySite(): Promise<number>;
}

export type MeteredRequests = Pick<LedgerEntry, "requests" | "countedBySite" | "unanswered">;

/**
 * Starts to measure. The function that comes back says what was sent since.
 *
 * @throws ConfigError, from both, when a counter answers with something else than counts
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
 * @param atLeast its last answer: a count since the start never falls
 * @throws ConfigError for anything but a whole number from `atLeast` on
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

/** JSON has no words for NaN and Infinity. */
function show(value: unknown): string {
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
