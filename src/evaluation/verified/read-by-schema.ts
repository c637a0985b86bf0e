/**
 * Reads raw data by a schema into typed values. What a task expects is read strictly: what does not fit is a fault.
 * What an agent gave is read as far as it goes: the rest stays raw, and equals no typed value.
 */

import { READERS } from "./values/kinds.ts";
import { TEXT } from "./values/text-values.ts";
import { type ReadContext, readValue, TypedValue, UnreadableValue } from "./values/typed-value.ts";
import type { ValueSchema } from "./task.ts";

const TEXT_SCHEMA: ValueSchema = { type: "string" };

/**
 * Data, typed where it could be read: typed values, null, lists, records, and raw values.
 */
export type TypedData = unknown;

/** A list of results. @throws UnreadableValue for a schema of something else */
export function readList(
  list: readonly unknown[],
  schema: ValueSchema,
  context: ReadContext,
): TypedData[] {
  if ((schema.type ?? "array") !== "array")
    throw new UnreadableValue(`expected a schema of a list, got ${schema.type}`);
  const items = schema.items ?? {};
  return list.map((item) =>
    items.type === "object" ? readRecords(item, items, context) : readOne(item, items, context),
  );
}

/** The fields of a request: each by its schema, and as text without one. */
export function readRecord(
  record: Record<string, unknown>,
  schema: ValueSchema | undefined,
  context: ReadContext,
): Record<string, TypedData> {
  return readFields(record, schema ?? {}, context);
}

function readRecords(value: unknown, schema: ValueSchema, context: ReadContext): TypedData {
  return Array.isArray(value)
    ? value.map((item) => readObject(item, schema, context))
    : readObject(value, schema, context);
}

function readObject(value: unknown, schema: ValueSchema, context: ReadContext): TypedData {
  const object = typeof value === "string" ? (parseJson(value, isRecord) ?? value) : value;
  if (isRecord(object)) return readFields(object, schema, context);
  return refuse(object, context, "an object");
}

function readFields(
  record: Record<string, unknown>,
  { properties = {} }: ValueSchema,
  context: ReadContext,
): Record<string, TypedData> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
      return [name, value === null ? null : readField(value, schema ?? TEXT_SCHEMA, context)];
    }),
  );
}

function readField(value: unknown, schema: ValueSchema, context: ReadContext): TypedData {
  if (schema.type === "array") return readItems(value, schema.items ?? {}, context);
  if (schema.type === "object") return readObject(value, schema, context);
  return readOne(value, schema, context);
}

function readItems(value: unknown, schema: ValueSchema, context: ReadContext): TypedData {
  const list = typeof value === "string" ? (parseJson(value, Array.isArray) ?? value) : value;
  if (!Array.isArray(list)) return refuse(list, context, "a list");
  if (schema.type === "object") return readRecords(list, schema, context);
  return list.map((item) => readOne(item, schema, context));
}

function readOne(value: unknown, { format, type }: ValueSchema, context: ReadContext): TypedData {
  const name = format ?? type;
  if (name === "array" || name === "object")
    throw new UnreadableValue(`expected a schema of single values, got one of an ${name}`);
  try {
    return name === undefined ? readValue(TEXT, value, context) : READERS[name](value, context);
  } catch (error) {
    if (context.strict || !(error instanceof UnreadableValue)) throw error;
    return value;
  }
}

function refuse(value: unknown, { strict }: ReadContext, what: string): unknown {
  if (strict) throw new UnreadableValue(`expected ${what}, got ${JSON.stringify(value)}`);
  return value;
}

function parseJson<T>(text: string, fits: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(text);
    return fits(value) ? value : null;
  } catch {
    return null;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.getPrototypeOf(value) === Object.prototype
  );
}

/** Typed data as `eval_result.json` shows it. */
export function showData(data: TypedData): unknown {
  if (data instanceof TypedValue) return data.show();
  if (Array.isArray(data)) return data.map(showData);
  if (isRecord(data))
    return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, showData(value)]));
  return data;
}
