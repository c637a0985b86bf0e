/**
 * Trajectories as Parquet in the image layout of the Hugging Face Hub: a row for each episode, its screenshots as a list
 * of `{ bytes, path }`. Row groups stay small, since the Hub's viewer refuses large ones.
 */

import { readFileSync, renameSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import type { Trajectory } from "../../../core/trajectory.ts";
import { printAction } from "../../../page/action-text.ts";
import type { ExportedEpisode, ExportFormat } from "./export-format.ts";
import { outcomeOf } from "./outcome.ts";

/** Bytes of a row group before compression. The Hub's viewer asks for 100 MB at most. */
const GROUP_BYTES = 64 * 1024 * 1024;

interface Image {
  bytes: Uint8Array;
  path: string;
}

interface Row {
  sample_id: string;
  instruction: string;
  task_id: string;
  template_id: number;
  actor: string;
  outcome: string;
  action_reprs: string[];
  trajectory: string;
  images: Image[];
  image_paths: string[];
}

const TEXTS = ["sample_id", "instruction", "task_id", "actor", "outcome", "trajectory"] as const;
const LISTS = ["action_reprs", "image_paths"] as const;

type Element = ConstructorParameters<typeof ParquetWriter>[0]["schema"][number];

/** Thrift's element for each column, in the order of `columnsOf`. */
const SCHEMA: Element[] = [
  { name: "root", num_children: 10 },
  ...TEXTS.map((name) => textElement(name)),
  { name: "template_id", type: "INT32", repetition_type: "OPTIONAL" },
  ...LISTS.flatMap((name) => listElements(name, [textElement("element")])),
  ...listElements("images", [
    { name: "element", num_children: 2, repetition_type: "OPTIONAL" },
    { name: "bytes", type: "BYTE_ARRAY", repetition_type: "OPTIONAL" },
    textElement("path"),
  ]),
];

function textElement(name: string): Element {
  return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" };
}

function listElements(name: string, inner: readonly Element[]): Element[] {
  return [
    { name, num_children: 1, repetition_type: "OPTIONAL", converted_type: "LIST" },
    { name: "list", num_children: 1, repetition_type: "REPEATED" },
    ...inner,
  ];
}

const text = { dtype: "string", _type: "Value" };
/** What the `datasets` library reads the columns as. */
const FEATURES = {
  ...Object.fromEntries(TEXTS.map((name) => [name, text])),
  template_id: { dtype: "int32", _type: "Value" },
  ...Object.fromEntries(LISTS.map((name) => [name, { feature: text, _type: "List" }])),
  images: { feature: { _type: "Image" }, _type: "List" },
};

export const openParquet: ExportFormat["open"] = (out) => {
  const path = join(out, "train-00000-of-00001.parquet");
  const writer = new ParquetWriter({
    writer: fileWriter(`${path}.unfinished`),
    schema: SCHEMA,
    kvMetadata: [{ key: "huggingface", value: JSON.stringify({ info: { features: FEATURES } }) }],
  });
  let rows: Row[] = [];
  let size = 0;
  const flush = (): void => {
    if (rows.length === 0) return;
    // It is synchronous with the compressor that it has by default.
    void writer.write({ columnData: columnsOf(rows), rowGroupSize: rows.length });
    rows = [];
    size = 0;
  };
  return {
    add(episode) {
      const row = rowOf(episode);
      const own =
        row.trajectory.length + row.images.reduce((sum, { bytes: b }) => sum + b.length, 0);
      if (size > 0 && size + own > GROUP_BYTES) flush();
      rows.push(row);
      size += own;
      return [];
    },
    end() {
      flush();
      void writer.finish();
      renameSync(`${path}.unfinished`, path);
      return [path];
    },
  };
};

function columnsOf(rows: readonly Row[]) {
  const names = [...TEXTS, "template_id", ...LISTS, "images"] as const;
  return names.map((name) => ({ name, data: rows.map((row) => row[name]) }));
}

function rowOf({ trajectory, folder }: ExportedEpisode): Row {
  const images = picturesOf(trajectory, folder);
  return {
    sample_id: trajectory.id,
    instruction: trajectory.goal,
    task_id: trajectory.taskId,
    template_id: trajectory.templateId,
    actor: trajectory.actor,
    outcome: outcomeOf(trajectory),
    action_reprs: trajectory.transitions.map(({ action }) => printAction(action)),
    trajectory: JSON.stringify(trajectory),
    images,
    image_paths: images.map(({ path }) => path),
  };
}

function picturesOf(trajectory: Trajectory, folder: string): Image[] {
  const { transitions, finalScreenshot } = trajectory;
  const paths = [...transitions.map(({ screenshot }) => screenshot), finalScreenshot];
  return paths
    .filter((path) => path !== undefined)
    .filter((path) => resolve(folder, path).startsWith(resolve(folder) + sep))
    .map((path) => ({ path, bytes: readFileSync(join(folder, path)) }));
}
