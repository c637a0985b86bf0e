/** Proofs on disk, one line a task: a validation that was stopped resumes with what is left. */

import { createHash } from "node:crypto";
import { z } from "zod";
import type { Task } from "../core/task.ts";
import type { SolveResult } from "../real/harness/solve-tasks.ts";
import { openJsonLines, readJsonLines } from "../store/json-lines.ts";

const ProofSchema = z.strictObject({
  taskId: z.string(),
  /** Of the whole task: one that was changed is proven again. */
  sha256: z.string(),
  /** How many times the demonstrator ran. */
  runs: z.int(),
  steps: z.int(),
});

export interface ProofFile extends Disposable {
  /** Undefined where the task, as it is now, is not proven with that many runs. */
  find(task: Task): SolveResult | undefined;
  /** Notes a result without problems; others are tried again next time. */
  add(task: Task, result: SolveResult): void;
}

/** @throws RecordingError when the file cannot be read or written, or holds something else */
export async function openProofFile(path: string, runs: number): Promise<ProofFile> {
  const proofs = new Map(
    (await readJsonLines(path, ProofSchema)).map((proof) => [proof.sha256, proof]),
  );
  const file = openJsonLines(path);
  return {
    find(task) {
      const proof = proofs.get(digest(task));
      if (proof === undefined || proof.runs < runs) return undefined;
      return { taskId: proof.taskId, steps: proof.steps, problems: [] };
    },
    add(task, { taskId, steps, problems }) {
      if (problems.length === 0) file.append({ taskId, sha256: digest(task), runs, steps });
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

function digest(task: Task): string {
  return createHash("sha256").update(JSON.stringify(task)).digest("hex");
}
