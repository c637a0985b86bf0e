/** The fields of OpenEnv's messages. Action, observation and state are those of OpenEnv's `browsergym_env`. */

import { z } from "zod";

/** Long enough for any text that a person would type into a page. */
const MAX_ACTION_LENGTH = 100_000;

export const WireActionSchema = z
  .strictObject({
    action_str: z
      .string()
      .max(MAX_ACTION_LENGTH)
      .describe(
        "one BrowserGym action: click('12'), fill('5', 'text'), send_msg_to_user('answer')",
      ),
    metadata: z.record(z.string(), z.unknown()).nullish().describe("ignored"),
  })
  .describe("An action in BrowserGym's language");

export const WireObservationSchema = z
  .strictObject({
    text: z.string().describe("the open tabs, if there are several, and the accessibility tree"),
    url: z.string().describe("of the active tab"),
    screenshot: z
      .array(z.array(z.array(z.int())))
      .nullable()
      .describe("always null: agents read text here"),
    goal: z.string().describe("what to do"),
    axtree_txt: z.string().describe("the accessibility tree: [bid] role 'name'"),
    pruned_html: z.string().describe("always empty: agents read the accessibility tree here"),
    error: z.string().describe("why the last action failed; empty if it did not"),
    last_action_error: z.boolean().describe("whether the last action failed"),
  })
  .describe("A page as the agent sees it");
export type WireObservation = z.infer<typeof WireObservationSchema>;

export const WireStateSchema = z
  .strictObject({
    episode_id: z.string().nullable(),
    step_count: z.int().min(0),
    benchmark: z.string(),
    task_name: z.string(),
    task_id: z.string().nullable(),
    goal: z.string(),
    current_url: z.string(),
    max_steps: z.int().nullable(),
    cum_reward: z.number(),
  })
  .describe("Where the episode stands");
export type WireState = z.infer<typeof WireStateSchema>;

/** Loose: trainers pass the whole row of their data set. */
export const WireResetSchema = z.looseObject({
  seed: z.int().min(0).nullish(),
  episode_id: z.string().max(255).nullish(),
  /** Id of a task. */
  task_name: z.string().nullish(),
  split: z.string().nullish(),
  /** In the split, or among all tasks. */
  index: z.int().min(0).nullish(),
});
export type WireReset = z.infer<typeof WireResetSchema>;

/** The answer to `reset` and `step`. */
export interface WireResult {
  observation: WireObservation;
  /** Null at the start, and at the end of an episode that no check could score. */
  reward: number | null;
  done: boolean;
  metadata?: { unscored?: true; truncated?: true };
}

/** A message on the socket. `data` is read by the schema of its type. */
export const SocketMessageSchema = z.looseObject({
  type: z.string(),
  data: z.unknown().optional(),
});

export type WireErrorCode =
  | "INVALID_JSON"
  | "UNKNOWN_TYPE"
  | "VALIDATION_ERROR"
  | "EXECUTION_ERROR"
  | "CAPACITY_REACHED"
  | "FACTORY_ERROR"
  | "SESSION_ERROR";

/** A failure that the client learns about, in OpenEnv's terms. */
export class WireError extends Error {
  readonly code: WireErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: WireErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
    this.details = details;
  }
}

/** @throws WireError with code VALIDATION_ERROR */
export function readWire<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message, code }) => ({
    loc: path,
    msg: message,
    type: code,
  }));
  throw new WireError("VALIDATION_ERROR", "Invalid message", { errors });
}
