/** An evaluation as its run folder has it, finished or not. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../core/errors.ts";
import { reportIssues } from "../../core/schema-issues.ts";
import type { EpisodeResult } from "../../real/harness/episode-result.ts";
import { readResults, withoutResult } from "../../real/harness/result-store.ts";
import { readJsonFile } from "../../store/json-text.ts";
import { type EvaluationIdentity, EvaluationIdentitySchema } from "./evaluation-config.ts";
import { type EvaluationSummary, summarizeEvaluation } from "./evaluation-summary.ts";

export interface StoredEvaluation {
  folder: string;
  identity: EvaluationIdentity;
  results: EpisodeResult[];
  openErrors: EpisodeResult[];
  summary: EvaluationSummary;
}

/** @throws ConfigError if the folder is not one of an evaluation; RecordingError for a broken line */
export async function readEvaluation(folder: string): Promise<StoredEvaluation> {
  const path = join(folder, "config.json");
  if (!existsSync(path))
    throw new ConfigError(
      `Expected the run folder of an evaluation at ${folder}, got a folder without config.json. Check the path.`,
    );
  const parsed = EvaluationIdentitySchema.safeParse(readJsonFile(path));
  if (!parsed.success)
    throw new ConfigError(
      `Expected the run folder of an evaluation at ${folder}, got another kind of run: ${reportIssues(parsed.error, null)}. Check the path.`,
    );
  const identity = parsed.data;
  const { results, errors } = await readResults(folder);
  const openErrors = withoutResult(errors, results);
  const summary = summarizeEvaluation({
    planned: identity.tasks * identity.trials,
    tasks: identity.tasks,
    trials: identity.trials,
    results,
    openErrors,
  });
  return { folder, identity, results, openErrors, summary };
}
