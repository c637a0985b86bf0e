/** The kinds that a schema may name as `format` or `type`. */

import { DATE, DISTANCE, DURATION } from "./measure-values.ts";
import { BOOLEAN, CURRENCY, MONTH, NUMBER } from "./number-values.ts";
import { COORDINATES, LOCATION_NAME } from "./place-values.ts";
import { BASE64, JSON_TEXT, MARKDOWN, NOTHING, TEXT, TEXT_LIST } from "./text-values.ts";
import { type ReadContext, readValue, type TypedValue } from "./typed-value.ts";
import { urlKind } from "./url-value.ts";

type Read = (raw: unknown, context: ReadContext) => TypedValue;

export const READERS = {
  string: (raw, context) => readValue(TEXT, raw, context),
  number: (raw, context) => readValue(NUMBER, raw, context),
  integer: (raw, context) => readValue(NUMBER, raw, context),
  boolean: (raw, context) => readValue(BOOLEAN, raw, context),
  currency: (raw, context) => readValue(CURRENCY, raw, context),
  month: (raw, context) => readValue(MONTH, raw, context),
  date: (raw, context) => readValue(DATE, raw, context),
  duration: (raw, context) => readValue(DURATION, raw, context),
  distance: (raw, context) => readValue(DISTANCE, raw, context),
  coordinates: (raw, context) => readValue(COORDINATES, raw, context),
  "location-name": (raw, context) => readValue(LOCATION_NAME, raw, context),
  url: (raw, context) => readValue(urlKind(), raw, context),
  string_list: (raw, context) => readValue(TEXT_LIST, raw, context),
  json: (raw, context) => readValue(JSON_TEXT, raw, context),
  markdown: (raw, context) => readValue(MARKDOWN, raw, context),
  base64: (raw, context) => readValue(BASE64, raw, context),
  null: (raw, context) => readValue(NOTHING, raw, context),
} as const satisfies Record<string, Read>;

export type KindName = keyof typeof READERS;
export const KIND_NAMES = Object.keys(READERS) as KindName[];
