/** What of a world is held back for tuning: everything on the `dev` side of its entity split. */

import { createEntityHoldout, type EntityHoldout } from "../real/record/collect/entity-holdout.ts";

/** Fields by which pages name a record, and by which URLs do. */
const NAME_FIELDS = ["name", "title", "subject", "username"];
const KEY_FIELDS = ["slug", "id", "number", "username"];
/** Fields with an address of several segments, the last of which is the record's own. */
const PATH_FIELDS = ["path", "file"];

/** Walks plain data for records with `split: "dev"`. */
function* devRecords(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return;
  if ("split" in value && value.split === "dev") yield { ...value };
  for (const inner of Object.values(value)) yield* devRecords(inner);
}

function readFields(records: readonly Record<string, unknown>[], fields: string[]): string[] {
  const values = records.flatMap((record) => fields.map((field) => record[field]));
  return [...new Set(values.filter((value): value is string => typeof value === "string"))];
}

/** The fence around the `dev` entities of a world. @param world plain data */
export function createDevHoldout(world: unknown): EntityHoldout {
  const records = [...devRecords(world)];
  return createEntityHoldout({
    names: readFields(records, NAME_FIELDS),
    keys: [
      ...readFields(records, KEY_FIELDS),
      ...readFields(records, PATH_FIELDS).map((path) => path.split("/").at(-1) ?? path),
    ],
  });
}
