/** The annotations of a run: `annotations.jsonl` next to its episodes. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJsonLines } from "../store/json-lines.ts";
import { type Annotation, AnnotationSchema } from "../synthetic/reasoning/annotate.ts";

export function annotationsPath(run: string): string {
  return join(run, "annotations.jsonl");
}

/** None for a run without the file. @throws RecordingError when a line is no annotation */
export async function readAnnotations(run: string): Promise<Annotation[]> {
  const path = annotationsPath(run);
  return existsSync(path) ? await readJsonLines(path, AnnotationSchema) : [];
}
