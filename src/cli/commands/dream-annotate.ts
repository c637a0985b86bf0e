/** `dreamgym dream annotate` and `dreamgym dream examples`: from recordings to examples for fine-tuning. */

import { existsSync, renameSync, writeFileSync } from "node:fs";
import { ConfigError } from "../../core/errors.ts";
import { openJsonLines } from "../../store/json-lines.ts";
import { ReplayBuffer } from "../../synthetic/buffer/replay-buffer.ts";
import { annotateTrajectory } from "../../synthetic/reasoning/annotate.ts";
import { writeSftExamples } from "../../synthetic/reasoning/sft-examples.ts";
import { loadRecordings } from "../../transfer/load-recordings.ts";
import { annotationsPath, readAnnotations } from "../annotations-file.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { countFromOne, jsonOption, pathName, wholeNumber } from "../flags.ts";
import { addChatOptions, type ChatFlags } from "../llm-flags.ts";
import { createRunModels } from "../run-models.ts";
import { checkOutput } from "../text/text-output.ts";

interface AnnotateFlags extends ChatFlags {
  from: string;
  maxTokens: number;
  json?: true;
}

interface ExamplesFlags {
  from: string;
  out: string;
  examples: number;
  onlyAnnotated?: true;
  json?: true;
}

/** Puts itself on `dreamgym dream`. */
export const addDreamAnnotate: AddCommand = (program, context) => {
  const annotating = program
    .command("annotate")
    .description(
      "Let a teacher model explain each recorded transition in hindsight, one call an episode. Examples of the dream carry its words.",
    )
    .option("--from <run>", "run folder with the recordings", pathName, "runs/collect")
    .option("--max-tokens <n>", "tokens of a reply, at most", countFromOne, 2048);
  addChatOptions(annotating)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Writes <run>/annotations.jsonl. The same command resumes with the episodes that are left.

Examples:
  dreamgym dream annotate --from runs/first --endpoint http://localhost:8000/v1 --model qwen2.5-7b-instruct
  dreamgym dream annotate --from runs/first --max-run-tokens 500000`,
    )
    .action((flags: AnnotateFlags) => annotate(context, flags));
  program
    .command("examples")
    .description(
      "Write the examples that an experience model is fine-tuned on, as chat JSON Lines: each question as a dream asks it, and the right reply.",
    )
    .option("--from <run>", "run folder with the recordings", pathName, "runs/collect")
    .requiredOption("--out <file.jsonl>", "file to write", pathName)
    .option("--examples <k>", "recorded transitions in a prompt", wholeNumber, 4)
    .option("--only-annotated", "leave out transitions that no teacher has explained")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym dream examples --from runs/first --out sft.jsonl
  dreamgym dream examples --from runs/first --out sft.jsonl --only-annotated`,
    )
    .action((flags: ExamplesFlags) => writeExamples(context, flags));
};

async function annotate(context: CliContext, flags: AnnotateFlags): Promise<void> {
  const { progress, signal, print } = context;
  await using models = createRunModels(flags, context, flags.from);
  const teacher = await models.openChat("teacher");
  const recordings = await loadRecordings(flags.from, (episodes) =>
    progress.update(`reading ${flags.from}: episode ${episodes}`),
  );
  const buffer = new ReplayBuffer(recordings);
  const before = await readAnnotations(flags.from);
  const done = new Set(before.map(({ id }) => id.slice(0, id.lastIndexOf("#"))));
  const left = recordings.filter(({ id }) => buffer.has(id) && !done.has(id));
  using file = openJsonLines(annotationsPath(flags.from));
  let [written, unread] = [before.length, 0];
  for (const [at, trajectory] of left.entries()) {
    progress.update(`annotating episode ${at + 1} of ${left.length}`, {
      done: at,
      total: left.length,
    });
    signal.throwIfAborted();
    const { maxTokens } = flags;
    const found = await annotateTrajectory({ teacher, buffer, trajectory, maxTokens });
    for (const annotation of found) file.append(annotation);
    written += found.length;
    if (found.length === 0) unread++;
  }
  progress.clear();
  const { inputTokens, outputTokens } = models.spent;
  const result = { annotations: written, transitions: buffer.size, episodes: left.length, unread };
  print(
    flags.json
      ? JSON.stringify({ ...result, spent: models.spent })
      : [
          `${written} of ${buffer.size} transitions are explained, in ${annotationsPath(flags.from)}.`,
          ...(unread === 0
            ? []
            : [
                `The teacher's reply about ${unread} of ${left.length} episodes could not be read.`,
              ]),
          `All calls so far: ${inputTokens} + ${outputTokens} tokens.`,
        ].join("\n"),
  );
}

async function writeExamples(context: CliContext, flags: ExamplesFlags): Promise<void> {
  checkOutput(flags.out);
  if (existsSync(flags.out))
    throw new ConfigError(`Expected a new file with --out, got ${flags.out}, which exists.`);
  const { progress, signal } = context;
  const recordings = await loadRecordings(flags.from, (episodes) =>
    progress.update(`reading ${flags.from}: episode ${episodes}`),
  );
  const buffer = new ReplayBuffer(recordings);
  const annotations = await readAnnotations(flags.from);
  const partial = `${flags.out}.partial`;
  let written = 0;
  writeFileSync(partial, "");
  using file = openJsonLines(partial);
  const { examples, onlyAnnotated = false } = flags;
  for (const example of writeSftExamples({ buffer, annotations, examples, onlyAnnotated })) {
    file.append(example);
    written++;
    if (written % 20 === 0) {
      progress.update(`writing example ${written} of ${buffer.size}`, {
        done: written,
        total: buffer.size,
      });
      await new Promise(setImmediate);
      signal.throwIfAborted();
    }
  }
  renameSync(partial, flags.out);
  progress.clear();
  context.print(
    flags.json
      ? JSON.stringify({ examples: written, annotated: annotations.length, out: flags.out })
      : `${written} examples are in ${flags.out}. ${annotations.length} transitions have an explanation.`,
  );
}
