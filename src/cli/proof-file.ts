/** Proofs on disk, one line a task: a validation that was stopped goes on with what is left. */

import { createHash } from "node:crypto";
import { z } from "zod";
import type { TaskConfig } from "../evaluation/task-config.ts";
import type { SolveResult } from "../real/harness/solve-tasks.ts";
import { openJsonLines, readJsonLines } from "../store/json-lines.ts";

const ProofSchema = z.strictObject({
  taskId: z.string(),
  /** Of the whole config: a task that was changed is proven anew. */
  sha256: z.string(),
  /** How many times the demonstrator ran. */
  runs: z.int(),
  steps: z.int(),
});

export interface ProofFile extends Disposable {
  /** Undefined where the task, as it is now, is not proven with that many runs. */
  find(config: TaskConfig): SolveResult | undefined;
  /** Notes a result without problems; others are tried again next time. */
  add(config: TaskConfig, result: SolveResult): void;
}

/** @throws RecordingError when the file cannot be read or written, or holds something else */
export async function openProofFile(path: string, runs: number): Promise<ProofFile> {
  const proofs = new Map(
    (await readJsonLines(path, ProofSchema)).map((proof) => [proof.sha256, proof]),
  );
  const file = openJsonLines(path);
  return {
    find(config) {
      const proof = proofs.get(digest(config));
      if (proof === undefined || proof.runs < runs) return undefined;
      return { taskId: proof.taskId, steps: proof.steps, problems: [] };
    },
    add(config, { taskId, steps, problems }) {
      if (problems.length === 0) file.append({ taskId, sha256: digest(config), runs, steps });
    },
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}

function digest(config: TaskConfig): string {
  return createHash("sha256").update(JSON.stringify(config)).digest("hex");
}
