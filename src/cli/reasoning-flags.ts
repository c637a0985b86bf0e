/** The flags of a language model that answers instead of a site: how much a prompt and a reply may hold. */

import type { Command } from "commander";
import { calibrateReasoning } from "../synthetic/reasoning/create-reasoning-model.ts";
import type { ReasoningModelOptions } from "../synthetic/reasoning/reasoning-model.ts";
import type { CliContext } from "./context.ts";
import { countFromOne, wholeNumber } from "./flags.ts";

export interface ReasoningFlags {
  examples: number;
  pageTokens: number;
  maxTokens: number;
  calibrate?: number;
}

/**
 * A hybrid takes the answer that is more certain, and language models state too much: without calibration, a wrong one
 * replaces what recordings say.
 */
const HYBRID_CALIBRATION = 10;

/** The size of a page in a prompt is counted in characters. */
const CHARACTERS_PER_TOKEN = 4;

export function addReasoningOptions(command: Command): Command {
  return command
    .option("--examples <k>", "recorded transitions in a prompt", wholeNumber, 4)
    .option("--page-tokens <n>", "of the known page in a prompt, about", countFromOne, 1500)
    .option("--max-tokens <n>", "of a reply, at most", countFromOne, 1024)
    .option(
      "--calibrate <n>",
      `calls that calibration may cost; 0: believe the stated certainty (default: 0, of a hybrid ${HYBRID_CALIBRATION})`,
      wholeNumber,
    );
}

/**
 * How far the certainty that the model states can be believed.
 *
 * @param sureFrom of the hybrids with it. From 0 on, recordings answer everything
 */
export async function calibrateFor(
  { progress, signal }: CliContext,
  { calibrate }: ReasoningFlags,
  reasoning: ReasoningModelOptions,
  sureFrom: readonly number[],
): Promise<(stated: number) => number> {
  const standard = sureFrom.some((certainty) => certainty > 0) ? HYBRID_CALIBRATION : 0;
  const samples = calibrate ?? standard;
  if (calibrate === undefined && standard > 0)
    progress.note(
      `Up to ${standard} questions whose answers are recorded are asked first, to see how far the model's certainty can be believed. --calibrate changes their number.`,
    );
  return await calibrateReasoning(reasoning, {
    samples,
    onQuestion(done, total) {
      progress.update(`calibrating: question ${done} of ${total}`, { done, total });
      signal.throwIfAborted();
    },
  });
}

export function reasoningOf({
  examples,
  pageTokens,
  maxTokens,
}: ReasoningFlags): Pick<ReasoningModelOptions, "examples" | "size" | "maxTokens"> {
  return { examples, size: { page: CHARACTERS_PER_TOKEN * pageTokens }, maxTokens };
}
