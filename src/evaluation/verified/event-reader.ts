/** Reads what a check of a request expects, and what came, into fields of the same form. */

import { isPath, valueAt } from "./json-path.ts";
import { readRecord, type TypedData } from "./read-by-schema.ts";
import type { SiteAddresses } from "./site-addresses.ts";
import type { NetworkEventCheck } from "./task.ts";
import { cookiesOf, fieldsOf, headerOf, type TraceEvent } from "./trace-event.ts";
import { occursIn } from "./values/pattern.ts";
import { isEmpty } from "./values/python-text.ts";
import { TEXT } from "./values/text-values.ts";
import {
  type ReadContext,
  readValue,
  type TypedValue,
  UnreadableValue,
  type ValueKind,
} from "./values/typed-value.ts";
import {
  type Query,
  samePath,
  urlKind,
  type UrlOptions,
  type UrlParts,
} from "./values/url-value.ts";

/** Headers whose values are URLs. */
const URL_HEADERS = ["redirect_url", "referer"];

export type Fields = Record<string, TypedData>;

export class EventReader {
  readonly #check: NetworkEventCheck;
  readonly #addresses: SiteAddresses;

  readonly #takesPatterns: boolean;

  constructor(check: NetworkEventCheck, addresses: SiteAddresses, takesPatterns: boolean) {
    this.#takesPatterns = takesPatterns;
    this.#check = check;
    this.#addresses = addresses;
  }

  readUrl(raw: unknown, side: "expected" | "found"): TypedValue {
    return readValue(this.#urlKind(side), raw, this.#context(side));
  }

  /** Whether the addresses without queries are the same, in any of their alternatives. */
  hasPath(expected: TypedValue, found: TypedValue): boolean {
    return expected.alternatives.some((wanted) =>
      found.alternatives.some((other) =>
        samePath(wanted as UrlParts, other as UrlParts, (text) =>
          this.#addresses.toAddress(text, true),
        ),
      ),
    );
  }

  readExpected(): Fields {
    const { expected, post_data_schema: schema } = this.#check;
    const context = this.#context("expected");
    const query = expected.query_params;
    const url = this.#urlKind(
      "expected",
      query === undefined ? undefined : new Map(Object.entries(query)),
    );
    const posted = this.#withoutIgnored(expected.post_data);
    return {
      url: readValue(url, expected.url, context),
      http_method: expected.http_method,
      response_status: expected.response_status,
      ...(expected.headers === undefined
        ? {}
        : { headers: this.#readHeaders(expected.headers, "expected") }),
      post_data: posted === null ? null : readRecord(posted, schema, context),
      response_content: orNull(expected.response_content),
      response_cookies: readCookies(orNull(expected.response_cookies), true),
    };
  }

  readFound(event: TraceEvent, expected: Fields): Fields {
    const { expected: wanted, post_data_schema: schema } = this.#check;
    const headers = this.#pickHeaders(event);
    const posted =
      expected["post_data"] === null
        ? null
        : this.#withoutIgnored(fieldsOf(event.request.postData));
    const answer =
      expected["response_content"] === null ? null : orNull(fieldsOf(event.response.content));
    return {
      url: this.readUrl(event.request.url, "found"),
      http_method: event.request.method,
      response_status: event.response.status,
      ...(headers === null ? {} : { headers: this.#readHeaders(headers, "found") }),
      post_data:
        posted === null
          ? null
          : readRecord(
              pickFields(posted, expected["post_data"], "as null"),
              schema,
              this.#context("found"),
            ),
      response_content:
        answer === null ? null : pickFields(answer, wanted.response_content, "not at all"),
      response_cookies: readCookies(pickCookies(event, wanted.response_cookies), false),
    };
  }

  #context(side: "expected" | "found"): ReadContext {
    return {
      strict: side === "expected",
      takesPatterns: side === "expected" || this.#takesPatterns,
      toPlaceholder: (text, strict) => this.#addresses.toPlaceholder(text, strict),
    };
  }

  #urlKind(side: "expected" | "found", query?: ReadonlyMap<string, string[]>): ValueKind<UrlParts> {
    const check = this.#check;
    const schema = check.query_params_schema;
    const patterns = check.ignored_query_params_patterns;
    const options: UrlOptions = {
      ...(query === undefined ? {} : { query }),
      isIgnored: (name) =>
        check.ignored_query_params.includes(name) ||
        patterns.some((pattern) => occursIn(pattern, name, "i")),
      decodeBase64: check.decode_base64_query,
      toAddress: (text) => this.#addresses.toAddress(text, side === "expected"),
    };
    if (schema === undefined) return urlKind(options);
    const context: ReadContext = { ...this.#context(side), toPlaceholder: null };
    return urlKind({
      ...options,
      readQuery: (fields) => toQuery(readRecord(Object.fromEntries(fields), schema, context)),
    });
  }

  /** Null for no fields. */
  #withoutIgnored(
    fields: Record<string, unknown> | null | undefined,
  ): Record<string, unknown> | null {
    if (fields === null || fields === undefined || isEmpty(fields)) return null;
    const patterns = this.#check.ignored_post_data_params_patterns;
    return Object.fromEntries(
      Object.entries(fields).filter(
        ([name]) => !patterns.some((pattern) => occursIn(pattern, name)),
      ),
    );
  }

  #readHeaders(headers: Record<string, unknown>, side: "expected" | "found"): Fields {
    return Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [
        name,
        URL_HEADERS.includes(name) && value !== ""
          ? this.readUrl(value, side)
          : this.#readHeader(value),
      ]),
    );
  }

  #readHeader(value: unknown): TypedData {
    if (typeof value !== "string") return value;
    const context: ReadContext = { strict: true, takesPatterns: true, toPlaceholder: null };
    return readValue(TEXT, this.#addresses.toPlaceholder(value, false), context);
  }

  /** The expected headers that the event has, under the expected names; null for none. */
  #pickHeaders(event: TraceEvent): Record<string, unknown> | null {
    const names = Object.keys(this.#check.expected.headers ?? {});
    const held = names.flatMap((name) => {
      const value = headerOf(event, name.toLowerCase());
      return value === null ? [] : [[name, value]];
    });
    return held.length === 0 ? null : Object.fromEntries(held);
  }
}

function orNull(
  fields: Record<string, unknown> | null | undefined,
): Record<string, unknown> | null {
  return fields === null || fields === undefined || isEmpty(fields) ? null : fields;
}

/** The fields that are expected, by their names or paths. */
function pickFields(
  fields: Record<string, unknown>,
  expected: unknown,
  missing: "as null" | "not at all",
): Record<string, unknown> {
  const names = Object.keys(expected as Record<string, unknown>);
  return Object.fromEntries(
    names.flatMap((name): [string, unknown][] => {
      const key = name.trim();
      if (isPath(key)) return [[key, valueAt(fields, key)]];
      if (Object.hasOwn(fields, key)) return [[key, fields[key]]];
      return missing === "as null" ? [[key, null]] : [];
    }),
  );
}

function pickCookies(
  event: TraceEvent,
  expected: Record<string, unknown> | undefined,
): Record<string, unknown> | null {
  const cookies = cookiesOf(event);
  const names = Object.keys(expected ?? {}).filter((name) => cookies.has(name));
  return names.length === 0
    ? null
    : Object.fromEntries(names.map((name) => [name, cookies.get(name)]));
}

function readCookies(cookies: Record<string, unknown> | null, strict: boolean): Fields | null {
  if (cookies === null) return null;
  const context: ReadContext = { strict, takesPatterns: true, toPlaceholder: null };
  return Object.fromEntries(
    Object.entries(cookies).map(([name, value]) => [name, readValue(TEXT, value, context)]),
  );
}

/** @throws UnreadableValue where a parameter could not be typed into a list */
function toQuery(fields: Fields): Query {
  return new Map(
    Object.entries(fields).map(([name, values]) => {
      if (!Array.isArray(values))
        throw new UnreadableValue(`expected the parameter ${name} as a list`);
      return [name, values as (string | TypedValue)[]];
    }),
  );
}
