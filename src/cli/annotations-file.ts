/** The annotations of a run: `annotations.jsonl` next to its episodes. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { readJsonLines } from "../store/json-lines.ts";
import { type Annotation, AnnotationSchema } from "../synthetic/reasoning/annotate.ts";

export function annotationsPath(run: string): string {
  return join(run, "annotations.jsonl");
}

/** The words of a run's teacher by evidence id, as examples carry them. */
export async function readExplanations(run: string): Promise<Map<string, string>> {
  return new Map((await readAnnotations(run)).map(({ id, reasoning }) => [id, reasoning]));
}

/** None for a run without the file. @throws RecordingError when a line is not an annotation */
export async function readAnnotations(run: string): Promise<Annotation[]> {
  const path = annotationsPath(run);
  return existsSync(path) ? await readJsonLines(path, AnnotationSchema) : [];
}
