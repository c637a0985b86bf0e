/** What `/schema` and `/openapi.json` say. */

import { z } from "zod";
import type { ServedWorld } from "./served-world.ts";
import {
  WireActionSchema,
  WireObservationSchema,
  WireResetSchema,
  WireStateSchema,
} from "./wire.ts";

/** Of OpenEnv's HTTP interface, not of this package: its validator reads the profile from it. */
const API_VERSION = "1.0.0";

const asJson = (schema: z.ZodType): unknown => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema);
  return rest;
};

export function describeSchemas(): Record<string, unknown> {
  return {
    action: asJson(WireActionSchema),
    observation: asJson(WireObservationSchema),
    state: asJson(WireStateSchema),
  };
}

const ResultSchema = z.strictObject({
  observation: WireObservationSchema,
  reward: z.number().nullable(),
  done: z.boolean(),
  metadata: z.record(z.string(), z.unknown()).optional(),
});

export function describeApi(world: ServedWorld): Record<string, unknown> {
  const answer = (description: string, schema?: z.ZodType): unknown => ({
    description,
    ...(schema && { content: { "application/json": { schema: asJson(schema) } } }),
  });
  const get = (summary: string, schema?: z.ZodType): unknown => ({
    get: { summary, responses: { 200: answer(summary, schema) } },
  });
  const post = (summary: string, body: z.ZodType, schema?: z.ZodType): unknown => ({
    post: {
      summary,
      requestBody: { content: { "application/json": { schema: asJson(body) } } },
      responses: { 200: answer(summary, schema) },
    },
  });
  const split = z.strictObject({ split: z.string() });
  const at = `/${world.name}`;
  return {
    openapi: "3.1.0",
    info: {
      title: `dreamgym-web: ${world.name}`,
      version: API_VERSION,
      description: world.description,
    },
    paths: {
      "/health": get("Whether the server is healthy"),
      "/metadata": get("What this environment is"),
      "/schema": get("JSON Schemas of action, observation and state"),
      "/state": get(
        "State of an episode; here no episode runs outside of a session",
        WireStateSchema,
      ),
      "/reset": post("The start page of a task, without a session", WireResetSchema, ResultSchema),
      "/step": post(
        "Refused without a session: connect to /ws",
        z.strictObject({ action: WireActionSchema }),
      ),
      "/mcp": post("JSON-RPC 2.0", z.looseObject({})),
      "/list_environments": get("Names of the environments", z.array(z.string())),
      [`${at}/splits`]: get("Splits of the tasks"),
      [`${at}/num_tasks`]: post("Number of tasks of a split", split),
      [`${at}/tasks`]: post("Tasks of a split", split),
      [`${at}/task`]: post("One task", split.extend({ index: z.int().min(0) })),
      [`${at}/task_range`]: post(
        "Tasks from start to before stop",
        split.extend({ start: z.int().optional(), stop: z.int().optional() }),
      ),
    },
  };
}
