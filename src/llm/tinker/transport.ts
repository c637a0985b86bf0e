/**
 * HTTP to a server of the Tinker API: submit, then poll for the result. It retries what is safe to retry, and words
 * what went wrong.
 */

import { BudgetError, ConfigError, DreamgymError, ModelError } from "../../core/errors.ts";
import type { Random } from "../../core/random.ts";
import { CallError } from "../call-error.ts";
import { retry, type Sleep } from "../retry.ts";

export interface TransportOptions {
  /** `http://host:port`, without `/api/v1`. */
  baseUrl: string;
  apiKey: string;
  sleep: Sleep;
  random: Random;
  fetch: typeof fetch;
  signal?: AbortSignal | undefined;
}

export interface Submission {
  path: string;
  body: unknown;
  /** Whether the same request may be sent again after a lost reply. */
  isSafe: boolean;
}

export interface EngineReply {
  readonly json: unknown;
  /** A protobuf body; null for JSON. */
  readonly bytes: Buffer | null;
}

/** Longer than any server holds a short call. */
const CALL_TIMEOUT_MS = 60_000;
/** A server may hold a poll for five minutes, as long as Node waits for headers. */
const POLL_TIMEOUT_MS = 45_000;
const ATTEMPTS = 8;
/** Of the first call: a wrong address should not take a minute to find out. */
const FIRST_ATTEMPTS = 3;
const PAUSED_MS = 1000;
/** Polls that fail in a row: the server is gone. */
const MOST_FAILED_POLLS = 8;
const PROTOBUF = "application/x-protobuf";
/** Statuses with which a server says that it did not take the request. */
const REFUSALS: ReadonlySet<number> = new Set([425, 429, 503]);

/** The server accepted the connection and did not answer in time. */
class SilentServer extends CallError {}

export class Transport {
  readonly #options: TransportOptions;

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  get signal(): AbortSignal | undefined {
    return this.#options.signal;
  }

  /**
   * A call that answers at once. One that is not safe is repeated only where the server says that it did not accept it.
   *
   * @throws CallError, ConfigError, BudgetError; when aborted, the signal's reason
   */
  async call({ path, body, isSafe }: Submission): Promise<EngineReply> {
    const { sleep, random, signal } = this.#options;
    const send = async (): Promise<EngineReply> => {
      try {
        return await this.#send(path, body, CALL_TIMEOUT_MS);
      } catch (error) {
        const mayRepeat = isSafe || (error instanceof CallError && REFUSALS.has(error.status ?? 0));
        if (mayRepeat || !(error instanceof CallError) || !error.retryable) throw error;
        throw new ModelError(
          `${error.message} Whether ${path} took effect is not known. Start again: the run resumes from the last saved weights.`,
          { cause: error },
        );
      }
    };
    return await retry(send, { attempts: ATTEMPTS, sleep, random }, signal);
  }

  /** Polls until the result of a request is there. */
  async wait(requestId: string): Promise<EngineReply> {
    const { sleep, random, signal } = this.#options;
    for (let failed = 0; ;) {
      signal?.throwIfAborted();
      try {
        const body = { request_id: requestId };
        const reply = await this.#send("retrieve_future", body, POLL_TIMEOUT_MS);
        const state = stateOf(reply.json);
        if (state === "ready") return reply;
        failed = 0;
        if (state === "paused") await sleep(PAUSED_MS, signal);
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof CallError) || !error.retryable) throw error;
        // Not ready yet: the server says so, or it holds the call until there is a result.
        if (error.status === 408 || error instanceof SilentServer) continue;
        if (++failed > MOST_FAILED_POLLS) throw error;
        const pause = Math.min(10_000, 500 * 2 ** failed) * (0.75 + random.next() / 2);
        await sleep(error.retryAfterMs ?? pause, signal);
      }
    }
  }

  async get(path: string): Promise<unknown> {
    const { sleep, random, signal } = this.#options;
    const get = (): Promise<EngineReply> => this.#send(path, undefined, CALL_TIMEOUT_MS);
    return (await retry(get, { attempts: FIRST_ATTEMPTS, sleep, random }, signal)).json;
  }

  async #send(path: string, body: unknown, timeoutMs: number): Promise<EngineReply> {
    const { baseUrl, apiKey, signal } = this.#options;
    const isProto = Buffer.isBuffer(body);
    const limit = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let bytes: Buffer;
    try {
      response = await this.#options.fetch(`${baseUrl}/api/v1/${path}`, {
        method: body === undefined ? "GET" : "POST",
        headers: {
          ...(body !== undefined && { "content-type": isProto ? PROTOBUF : "application/json" }),
          ...(apiKey !== "" && { "x-api-key": apiKey }),
          ...(path === "asample" && { "x-tinker-sampling-backpressure": "1" }),
        },
        redirect: "error",
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ...(body !== undefined && { body: isProto ? new Uint8Array(body) : JSON.stringify(body) }),
      });
      bytes = Buffer.from(await response.arrayBuffer());
    } catch (error) {
      signal?.throwIfAborted();
      throw noAnswer(baseUrl, error, limit.aborted);
    }
    const isBinary = response.headers.get("content-type")?.startsWith(PROTOBUF) === true;
    if (response.ok && isBinary) return { json: null, bytes };
    const json = parseJson(bytes);
    if (!response.ok) throw refused(`${baseUrl} (${path})`, response, json);
    if (json === undefined)
      throw new ModelError(
        `Expected JSON from ${baseUrl} (${path}), got ${bytes.length} other bytes.`,
      );
    return { json, bytes: null };
  }
}

/** Whether a reply is the result. @throws ModelError if the operation failed */
function stateOf(json: unknown): "ready" | "again" | "paused" {
  if (typeof json !== "object" || json === null) return "ready";
  const { type, queue_state: queue, error, category } = json as Record<string, unknown>;
  if (type === "try_again")
    return typeof queue === "string" && queue !== "active" ? "paused" : "again";
  if (typeof error === "string")
    throw new ModelError(`The training engine failed: ${error}`, {
      retryable: category !== "user",
    });
  return "ready";
}

function noAnswer(baseUrl: string, error: unknown, isTimeout: boolean): CallError {
  const cause = (error as { cause?: { message?: string } }).cause?.message;
  const reason = cause ?? (error instanceof Error ? error.message : String(error));
  const Kind = isTimeout ? SilentServer : CallError;
  return new Kind(
    `Expected an answer of the training engine at ${baseUrl}, got: ${reason}. Check that it runs, and the address.`,
    { status: null, retryable: true },
  );
}

const RETRYABLE = new Set([408, 425, 429]);

function refused(where: string, response: Response, json: unknown): DreamgymError {
  const { status } = response;
  const said = `${where} answered ${status}: ${reasonOf(json)}`;
  if (status === 402) return new BudgetError(`${said}. Add credit, then start again.`);
  if (status === 401 || status === 403) return new ConfigError(`${said}. Check the API key.`);
  if (status === 415)
    return new ConfigError(`${said}. Check --engine-profile: this server wants another encoding.`);
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new CallError(said, {
    status,
    retryable: RETRYABLE.has(status) || status >= 500,
    retryAfterMs: seconds >= 0 ? 1000 * seconds : null,
  });
}

/** FastAPI's `detail`, Open-RL's `error_message`, or all of it. */
function reasonOf(json: unknown): string {
  const { detail, error_message: message } = (json ?? {}) as Record<string, unknown>;
  const said = typeof detail === "string" ? detail : (message ?? detail ?? json ?? "nothing");
  const text = typeof said === "string" ? said : JSON.stringify(said);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
