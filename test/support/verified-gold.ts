/** For each task of WebArena-Verified a response and the requests that should pass it, made from what it expects. */

import type { TraceEvent } from "../../src/evaluation/verified/trace-event.ts";
import type {
  NetworkEventCheck,
  ValueSchema,
  VerifiedTask,
} from "../../src/evaluation/verified/task.ts";
import { taskTypeOf } from "../../src/evaluation/verified/task.ts";
import { samplePattern } from "./sample-pattern.ts";

export const ADDRESSES: Readonly<Record<string, string[]>> = {
  shopping: ["http://shop.example:7770"],
  shopping_admin: ["http://shop.example:7780/admin"],
  gitlab: ["http://code.example:8023"],
  reddit: ["http://forum.example:9999"],
  map: ["http://map.example:3000"],
  wikipedia: ["http://wiki.example:8888"],
};

export interface HarEvent extends TraceEvent {
  request: TraceEvent["request"] & { headers: { name: string; value: string }[] };
}

export interface VerifiedEpisode {
  /** How it was made. */
  name: string;
  task: VerifiedTask;
  response: string;
  entries: HarEvent[];
}

const PAGE = "text/html,application/xhtml+xml";

export function goldEpisode(task: VerifiedTask): VerifiedEpisode {
  return {
    name: "right",
    task,
    response: JSON.stringify(goldResponse(task), null, 2),
    entries: goldEntries(task),
  };
}

export function goldResponse(task: VerifiedTask): Record<string, unknown> {
  const check = task.eval.find(({ evaluator }) => evaluator === "AgentResponseEvaluator");
  if (check?.evaluator !== "AgentResponseEvaluator") throw new Error("Expected a response check.");
  const { task_type, status, retrieved_data = null } = check.expected;
  return {
    task_type,
    status,
    retrieved_data:
      retrieved_data?.map((item) => firstOf(item, check.results_schema.items ?? {})) ?? null,
    error_details: null,
  };
}

/** Lists are alternatives, except where the schema has a list. */
function firstOf(value: unknown, schema: ValueSchema): unknown {
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, held]) => [
        name,
        firstOf(held, schema.properties?.[name] ?? {}),
      ]),
    );
  if (Array.isArray(value) && schema.type === "array")
    return value.map((item) => firstOf(item, schema.items ?? {}));
  return Array.isArray(value) && schema.type === "object"
    ? value.map((item) => firstOf(item, schema))
    : sampleOf(value);
}

function goldEntries(task: VerifiedTask): HarEvent[] {
  const start = task.sites.map((site) => pageEntry(`${ADDRESSES[site]?.[0]}/`));
  const wanted = task.eval.flatMap((check) =>
    check.evaluator === "NetworkEventEvaluator" && !check.should_not_exist
      ? [goldEntry(check, task)]
      : [],
  );
  return [...start, ...wanted];
}

export function pageEntry(url: string): HarEvent {
  return {
    request: { method: "GET", url, headers: [{ name: "Accept", value: PAGE }] },
    response: { status: 200, cookies: [] },
  };
}

function toAddress(text: string): string {
  return text.replaceAll(
    /__([A-Z_]+)__/gu,
    (whole, site: string) => ADDRESSES[site.toLowerCase()]?.[0] ?? whole,
  );
}

function goldEntry({ expected }: NetworkEventCheck, task: VerifiedTask): HarEvent {
  const url = Array.isArray(expected.url) ? (expected.url[0] as string) : expected.url;
  const query = Object.entries(expected.query_params ?? {}).flatMap(([name, values]) =>
    values.map(
      (value) => `${encodeURIComponent(name)}=${encodeURIComponent(String(sampleOf(value)))}`,
    ),
  );
  const address = toAddress(String(sampleOf(url)));
  const full = query.length === 0 ? address : `${address.split("?")[0]}?${query.join("&")}`;
  const isPage = expected.http_method === "GET" && taskTypeOf(task) === "NAVIGATE";
  const headers = Object.entries(expected.headers ?? {}).map(([name, value]) => ({
    name: name.toUpperCase(),
    value: toAddress(String(sampleOf(value))),
  }));
  const body = expected.post_data === undefined ? null : goldBody(expected.post_data);
  return {
    request: {
      method: expected.http_method,
      url: full,
      headers: [{ name: "accept", value: isPage ? PAGE : "*/*" }, ...headers],
      ...(body === null ? {} : { postData: body }),
    },
    response: {
      status: expected.response_status,
      cookies: Object.entries(expected.response_cookies ?? {}).map(([name, value]) => ({
        name,
        value: encodeURIComponent(String(sampleOf(value))),
      })),
      ...(expected.response_content === undefined
        ? {}
        : {
            content: {
              mimeType: "application/json",
              text: JSON.stringify(nest(expected.response_content)),
            },
          }),
    },
  };
}

function goldBody(fields: Record<string, unknown>): { mimeType: string; text: string } {
  if (Object.keys(fields).some((name) => /^\$\.[a-z]/u.test(name)))
    return { mimeType: "application/json", text: JSON.stringify(nest(fields)) };
  const form = new URLSearchParams({ form_key: "abc" });
  for (const [name, value] of Object.entries(nest(fields)))
    if (value !== null)
      form.append(
        name,
        typeof value === "object" ? JSON.stringify(value) : toAddress(textOf(value)),
      );
  return { mimeType: "application/x-www-form-urlencoded", text: form.toString() };
}

/** `$.note.note` becomes `{ note: { note } }`. */
function nest(fields: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    const filter = /^\$\['(.+)'\]\[\?\(@\.(\w+) == 1\)\]\.(\w+)$/u.exec(name);
    if (filter !== null)
      result[filter[1] as string] = (value as unknown[]).map((one) => ({
        [filter[2] as string]: 1,
        [filter[3] as string]: Array.isArray(one) ? one[0] : one,
      }));
    else if (name.startsWith("$.^")) result[String(sampleOf(name.slice(2)))] = sampleOf(value);
    else if (name.startsWith("$."))
      put(
        result,
        name
          .slice(2)
          .split(/[.[\]]+/u)
          .filter(Boolean),
        sampleOf(value, name),
      );
    else result[name] = sampleOf(value);
  }
  return result;
}

function put(into: Record<string, unknown> | unknown[], path: string[], value: unknown): void {
  const [key = "", ...rest] = path;
  const target = into as Record<string, unknown>;
  if (rest.length === 0) target[key] = value;
  else {
    target[key] ??= /^\d+$/u.test(rest[0] as string) ? [] : {};
    put(target[key] as Record<string, unknown>, rest, value);
  }
}

/** A value that fits: the first alternative, or a text that matches the pattern. */
function sampleOf(value: unknown, name = ""): unknown {
  if (Array.isArray(value) && !name.includes("assignee_ids")) return sampleOf(value[0]);
  if (typeof value !== "string" || !value.startsWith("^") || !value.endsWith("$")) return value;
  return samplePattern(value);
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
