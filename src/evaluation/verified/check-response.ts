/** The check of the agent's response: what it did, whether it succeeded, and the data that it retrieved. */

import { assertion, type Assertion, compareData } from "./compare-data.ts";
import { isRecord, readList, type TypedData } from "./read-by-schema.ts";
import type { AgentResponseCheck } from "./task.ts";
import { isEmpty, toNumber } from "./values/python-text.ts";
import { readJson } from "./values/read-json.ts";
import { TEXT } from "./values/text-values.ts";
import { type ReadContext, readValue, UnreadableValue } from "./values/typed-value.ts";

export interface Comparison {
  /** What was expected and what came, typed, for the result file. */
  expected: TypedData;
  found: TypedData;
  assertions: Assertion[];
}

type Contexts = Record<"expected" | "found", ReadContext>;

const PLAIN: ReadContext = { strict: true, takesPatterns: true, toPlaceholder: null };

/** @throws UnreadableValue where the task or the response cannot be read */
export function checkResponse(
  check: AgentResponseCheck,
  text: string,
  contexts: Contexts,
): Comparison {
  const wanted = check.expected;
  const expected = {
    task_type: readValue(TEXT, wanted.task_type, PLAIN),
    status: readValue(TEXT, wanted.status, PLAIN),
    retrieved_data: readData(wanted.retrieved_data, check, contexts.expected),
  };
  const found = readResponse(parseResponse(text), check, contexts.found);
  return { expected, found, assertions: compare(expected, found, check) };
}

/** The JSON of the text, or of the code block in it. Text that is not JSON stays text; nothing is null. */
function parseResponse(text: string): unknown {
  const block = /```(?:json)?\s*\n?(.*?)\n?```/su.exec(text)?.[1];
  const plain = (block ?? text).trim();
  const json = readJson(plain);
  const value = json === null ? plain : json.value;
  return isEmpty(value) ? null : value;
}

function readResponse(value: unknown, check: AgentResponseCheck, context: ReadContext): TypedData {
  if (!isRecord(value)) return value;
  const found: Record<string, TypedData> = {};
  // `performed_operation` is an older name.
  const taskType = "task_type" in value ? value["task_type"] : value["performed_operation"];
  if (taskType !== undefined) found["task_type"] = readWord(taskType, context);
  if ("status" in value) found["status"] = readWord(value["status"], context);
  // A task that does not name the data does not read it: the response then lacks the field.
  if (check.expected.retrieved_data === undefined) return found;
  const data = check.expected.task_type === "RETRIEVE" ? value["retrieved_data"] : null;
  return { ...found, retrieved_data: readData(data, check, context) };
}

/** @throws UnreadableValue for another value than a text */
function readWord(value: unknown, { takesPatterns }: ReadContext): TypedData {
  if (typeof value !== "string")
    throw new UnreadableValue(`expected a text, got ${JSON.stringify(value)}`);
  return value.trim() === "" ? null : readValue(TEXT, value.trim(), { ...PLAIN, takesPatterns });
}

/** A single value is a list of one. */
function readData(data: unknown, check: AgentResponseCheck, context: ReadContext): TypedData {
  if (data === undefined || (isEmpty(data) && toNumber(data) === null)) return null;
  return readList(Array.isArray(data) ? data : [data], check.results_schema, context);
}

function compare(
  expected: { retrieved_data: TypedData },
  found: TypedData,
  check: AgentResponseCheck,
): Assertion[] {
  const assertions = compareData(expected, found, {
    path: "agent_response",
    ignored: new Set(["retrieved_data"]),
  });
  if (!isRecord(found) || check.expected.task_type !== "RETRIEVE") return assertions;
  const wanted = expected.retrieved_data;
  const data = found["retrieved_data"] ?? null;
  if (wanted === null && data === null) return assertions;
  if (wanted === null)
    return [...assertions, assertion("retrieved_data_unexpected", "Expected no data, got some.")];
  if (data === null)
    return [...assertions, assertion("retrieved_data_missing_or_null", "Expected data, got none.")];
  return [
    ...assertions,
    ...compareData(wanted, data, { path: "retrieved_data", ordered: check.ordered }),
  ];
}
