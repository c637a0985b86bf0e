/** `dreamgym dream examples`: what an experience model is fine-tuned on, as chat lines or as data of a training engine. */

import { existsSync, renameSync, writeFileSync } from "node:fs";
import { Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import { loadChatTokenizer } from "../../llm/tinker/chat-tokenizer.ts";
import { toJsonDatum } from "../../llm/tinker/codec.ts";
import { toDatum } from "../../llm/tinker/datum.ts";
import { toLesson } from "../../llm/tinker/imitate.ts";
import { openJsonLines } from "../../store/json-lines.ts";
import { ReplayBuffer } from "../../synthetic/buffer/replay-buffer.ts";
import { type SftExample, writeSftExamples } from "../../synthetic/reasoning/sft-examples.ts";
import { loadRecordings } from "../../transfer/load-recordings.ts";
import { readAnnotations } from "../annotations-file.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { jsonOption, pathName, wholeNumber } from "../flags.ts";
import { checkOutput } from "../text/text-output.ts";

interface Flags {
  from: string;
  out: string;
  as: "chat" | "tinker";
  tokenizer?: string;
  examples: number;
  onlyAnnotated?: true;
  json?: true;
}

/** Puts itself on `dreamgym dream`. */
export const addDreamExamples: AddCommand = (program, context) => {
  program
    .command("examples")
    .description(
      "Write the examples that an experience model is fine-tuned on, as JSON Lines: each question as a dream asks it, and the right reply.",
    )
    .option("--from <run>", "run folder with the recordings", pathName, "runs/collect")
    .requiredOption("--out <file.jsonl>", "file to write", pathName)
    .addOption(
      new Option(
        "--as <form>",
        "chat: messages, for most trainers; tinker: token ids with weights, for engines of the Tinker API",
      )
        .choices(["chat", "tinker"])
        .default("chat"),
    )
    .option(
      "--tokenizer <folder>",
      "with --as tinker: folder with the base model's tokenizer.json",
      pathName,
    )
    .option("--examples <k>", "recorded transitions in a prompt", wholeNumber, 4)
    .option("--only-annotated", "leave out transitions that no teacher has explained")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym dream examples --from runs/first --out sft.jsonl
  dreamgym dream examples --from runs/first --out sft.jsonl --only-annotated
  dreamgym dream examples --from runs/first --out data.jsonl --as tinker --tokenizer models/qwen`,
    )
    .action((flags: Flags) => writeExamples(context, flags));
};

async function writeExamples(context: CliContext, flags: Flags): Promise<void> {
  checkOutput(flags.out);
  if (existsSync(flags.out))
    throw new ConfigError(`Expected a new file with --out, got ${flags.out}, which exists.`);
  const { progress, signal } = context;
  const write = writerOf(flags);
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
    file.append(write(example));
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

/** How an example becomes a line. @throws ConfigError */
function writerOf({ as: form, tokenizer: folder }: Flags): (example: SftExample) => unknown {
  if ((form === "tinker") !== (folder !== undefined))
    throw new ConfigError(
      folder === undefined
        ? "Expected --tokenizer with --as tinker, got none. Name the folder with the base model's tokenizer.json."
        : `Expected --tokenizer with --as tinker alone, got it with --as ${form}. Remove it, or write --as tinker.`,
    );
  if (folder === undefined) return (example) => example;
  const tokenizer = loadChatTokenizer(folder);
  return ({ messages }) =>
    toJsonDatum(
      toDatum(toLesson(tokenizer, messages.slice(0, -1), messages.at(-1)?.content ?? "")),
    );
}
