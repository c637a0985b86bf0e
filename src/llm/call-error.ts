/** What went wrong with a call to a server, and whether the same call may succeed later. */

import { APIConnectionError, APIError } from "openai";
import { BudgetError, ConfigError, type DreamgymError, ModelError } from "../core/errors.ts";

export interface Endpoint {
  /** Base URL without user name, password and query: what may be shown. */
  address: string;
  model: string;
  /** Never shown. */
  apiKey: string;
}

/** No reply came to a call. */
export class CallError extends ModelError {
  /** HTTP status; null where the server did not answer. */
  readonly status: number | null;
  /** How long the server asked to wait. Null if it did not. */
  readonly retryAfterMs: number | null;

  constructor(
    message: string,
    options: { status: number | null; retryable: boolean; retryAfterMs?: number | null },
  ) {
    super(message, { retryable: options.retryable });
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}

/**
 * Whether the server takes this request for faulty, and will not answer it at another time either: 400, 413 or 422.
 * Other requests to it may well be answered.
 */
export function isRejected(error: unknown): error is CallError {
  return (
    error instanceof CallError && !error.retryable && [400, 413, 422].includes(error.status ?? 0)
  );
}

/** Whether the request is too long for the model's context. Servers word it in many ways. */
export function isTooLong(error: unknown): boolean {
  return (
    isRejected(error) &&
    (error.status === 413 ||
      /context|too long|too large|maximum .*(?:length|tokens)/iu.test(error.message))
  );
}

/** Request Timeout, Conflict, Too Many Requests: the server asks for another try. */
const RETRYABLE = new Set([408, 409, 425, 429]);

/**
 * The error as one of ours. The original is left out: it may hold the key.
 *
 * @param now milliseconds since 1970, for a `Retry-After` that is a date
 */
export function toCallError(error: unknown, endpoint: Endpoint, now: () => number): DreamgymError {
  const { address, model } = endpoint;
  const said = withoutKey(reasonOf(error), endpoint.apiKey);
  if (!(error instanceof APIError) || error instanceof APIConnectionError || !error.status)
    return new CallError(
      `Expected an answer of ${address}, got: ${said}. Check that the server runs and that the address ends in /v1.`,
      { status: null, retryable: true },
    );
  const { status } = error;
  if (status === 402 || error.code === "insufficient_quota")
    return new BudgetError(
      `The account at ${address} has no credit left (${status}): ${said}. Add credit, then start again.`,
    );
  if (status === 401 || status === 403)
    return new ConfigError(
      `Expected ${address} to accept the API key, got ${status}: ${said}. Check the key, and that it may use ${model}.`,
    );
  if (status === 404)
    return new ConfigError(
      `Expected ${address} to have the model ${model}, got 404: ${said}. Check the model's name, and that the address ends in /v1.`,
    );
  return new CallError(`Expected a reply of ${model} at ${address}, got ${status}: ${said}`, {
    status,
    retryable: RETRYABLE.has(status) || status >= 500,
    retryAfterMs: readRetryAfter(error.headers as Headers | undefined, now),
  });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as NodeJS.ErrnoException | undefined) : null;
  const reason = error instanceof Error ? error.message : String(error);
  const deeper = (cause?.cause as NodeJS.ErrnoException | undefined)?.message ?? cause?.message;
  const whole = deeper === undefined || deeper === "" ? reason : `${reason} (${deeper})`;
  const line = whole.replaceAll(/\s+/gu, " ").trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

/** A server may repeat the key in its answer. */
function withoutKey(text: string, key: string): string {
  return key === "" ? text : text.replaceAll(key, "[masked]");
}

/** Seconds, or a date; OpenAI also sends milliseconds. Null without a header. */
function readRetryAfter(headers: Headers | undefined, now: () => number): number | null {
  const milliseconds = Number(headers?.get("retry-after-ms") ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds;
  const text = headers?.get("retry-after");
  if (text === null || text === undefined || text.trim() === "") return null;
  const seconds = Number(text);
  if (seconds >= 0) return 1000 * seconds;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now());
}
