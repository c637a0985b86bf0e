/**
 * A task of WebArena-Verified, as `webarena-verified.json` holds 812 of them. The schema is strict: a field that this
 * package does not read is a fault, so nothing that a task asks for is ignored.
 */

import { z } from "zod";
import { KIND_NAMES, type KindName } from "./values/kinds.ts";

const KindNameSchema = z.enum(KIND_NAMES as [KindName, ...KindName[]]);

/** A schema of values, of the few words of JSON Schema that the tasks use. */
export interface ValueSchema {
  type?: KindName | "array" | "object" | undefined;
  /** Counts more than the type. */
  format?: KindName | undefined;
  title?: string | undefined;
  items?: ValueSchema | undefined;
  properties?: Record<string, ValueSchema> | undefined;
}

const ValueSchemaSchema: z.ZodType<ValueSchema> = z.lazy(() =>
  z.strictObject({
    type: z.union([KindNameSchema, z.literal(["array", "object"])]).optional(),
    format: KindNameSchema.optional(),
    title: z.string().optional(),
    items: ValueSchemaSchema.optional(),
    properties: z.record(z.string(), ValueSchemaSchema).optional(),
  }),
);

const upper = (value: unknown): unknown =>
  typeof value === "string" ? value.toUpperCase() : value;

const AgentResponseCheckSchema = z.strictObject({
  evaluator: z.literal("AgentResponseEvaluator"),
  ordered: z.boolean().default(false),
  results_schema: ValueSchemaSchema,
  expected: z.strictObject({
    task_type: z.preprocess(upper, z.enum(["RETRIEVE", "MUTATE", "NAVIGATE"])),
    status: z.preprocess(
      upper,
      z.enum([
        "SUCCESS",
        "ACTION_NOT_ALLOWED_ERROR",
        "PERMISSION_DENIED_ERROR",
        "NOT_FOUND_ERROR",
        "DATA_VALIDATION_ERROR",
        "UNKNOWN_ERROR",
      ]),
    ),
    /** A list in it means alternatives. */
    retrieved_data: z.array(z.unknown()).nullable().optional(),
    error_details: z.string().nullable().optional(),
  }),
});
export type AgentResponseCheck = z.infer<typeof AgentResponseCheckSchema>;

const JsonRecordSchema = z.record(z.string(), z.unknown());

const NetworkEventCheckSchema = z.strictObject({
  evaluator: z.literal("NetworkEventEvaluator"),
  /** Only the last request with this method and path counts, or any of them. */
  last_event_only: z.boolean().default(true),
  ignored_query_params: z.array(z.string()).default([]),
  ignored_query_params_patterns: z.array(z.string()).default([]),
  /** Parts of the query may stand Base64-encoded in the path. */
  decode_base64_query: z.boolean().default(false),
  query_params_schema: ValueSchemaSchema.optional(),
  post_data_schema: ValueSchemaSchema.optional(),
  ignored_post_data_params_patterns: z.array(z.string()).default([]),
  should_not_exist: z.boolean().default(false),
  expected: z.strictObject({
    /** With `__SITE__` placeholders. A list means alternatives, `^…$` a pattern. */
    url: z.union([z.string().min(1), z.array(z.string().min(1))]),
    headers: JsonRecordSchema.optional(),
    query_params: z.record(z.string(), z.array(z.string())).optional(),
    /** A name may be a path (`$.note.note`) or a pattern (`$.^…$`). */
    post_data: JsonRecordSchema.optional(),
    response_content: JsonRecordSchema.optional(),
    /** -1 where no answer came. */
    response_status: z.int().default(200),
    http_method: z.string().default("GET"),
    response_cookies: JsonRecordSchema.optional(),
  }),
});
export type NetworkEventCheck = z.infer<typeof NetworkEventCheckSchema>;

export const VerifiedTaskSchema = z.strictObject({
  sites: z.array(z.string().min(1)),
  task_id: z.int(),
  intent_template_id: z.int(),
  start_urls: z.array(z.string().min(1)),
  intent: z.string().min(1),
  eval: z
    .array(z.discriminatedUnion("evaluator", [AgentResponseCheckSchema, NetworkEventCheckSchema]))
    .refine((checks) => checks.some(({ evaluator }) => evaluator === "AgentResponseEvaluator"), {
      error: "expected an AgentResponseEvaluator, got none",
    }),
  intent_template: z.string().min(1),
  instantiation_dict: JsonRecordSchema,
  revision: z.int().min(1),
});
export type VerifiedTask = z.infer<typeof VerifiedTaskSchema>;

/** What the agent is expected to do: retrieve, change or navigate. */
export function taskTypeOf(task: VerifiedTask): "RETRIEVE" | "MUTATE" | "NAVIGATE" {
  const check = task.eval.find(({ evaluator }) => evaluator === "AgentResponseEvaluator");
  return (check as AgentResponseCheck).expected.task_type;
}
