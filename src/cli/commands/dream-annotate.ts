/** `dreamgym dream annotate`: a teacher explains recorded transitions in hindsight. */

import { openJsonLines } from "../../store/json-lines.ts";
import { ReplayBuffer } from "../../synthetic/buffer/replay-buffer.ts";
import { annotateTrajectory } from "../../synthetic/reasoning/annotate.ts";
import { loadRecordings } from "../../transfer/load-recordings.ts";
import { annotationsPath, readAnnotations } from "../annotations-file.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { countFromOne, jsonOption, pathName } from "../flags.ts";
import { addChatOptions, type ChatFlags } from "../llm-flags.ts";
import { createRunModels } from "../run-models.ts";

interface Flags extends ChatFlags {
  from: string;
  maxTokens: number;
  episodes?: number;
  json?: true;
}

/** Puts itself on `dreamgym dream`. */
export const addDreamAnnotate: AddCommand = (program, context) => {
  const command = program
    .command("annotate")
    .description(
      "Let a teacher model explain each recorded transition in hindsight, one call an episode. Examples of the dream carry its words.",
    )
    .option("--from <run>", "run folder with the recordings", pathName, "runs/collect")
    .option("--max-tokens <n>", "tokens of a reply, at most", countFromOne, 2048)
    .option(
      "--episodes <n>",
      "ask about so many of those without an explanation, at most",
      countFromOne,
    );
  addChatOptions(command)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Writes <run>/annotations.jsonl. The same command resumes with the episodes that are left.

Examples:
  dreamgym dream annotate --from runs/first --endpoint http://localhost:8000/v1 --model qwen2.5-7b-instruct
  dreamgym dream annotate --from runs/first --max-run-tokens 500000`,
    )
    .action((flags: Flags) => annotate(context, flags));
};

async function annotate(context: CliContext, flags: Flags): Promise<void> {
  const { progress, signal, print } = context;
  await using models = createRunModels(flags, context, flags.from);
  const teacher = await models.openChat("teacher");
  const recordings = await loadRecordings(flags.from, (episodes) =>
    progress.update(`reading ${flags.from}: episode ${episodes}`),
  );
  const buffer = new ReplayBuffer(recordings);
  const before = await readAnnotations(flags.from);
  const done = new Set(before.map(({ id }) => id.slice(0, id.lastIndexOf("#"))));
  const left = recordings
    .filter(({ id }) => buffer.has(id) && !done.has(id))
    .slice(0, flags.episodes);
  using file = openJsonLines(annotationsPath(flags.from));
  let [written, unread] = [before.length, 0];
  let problem = "the teacher named none of its transitions";
  const onUnread = (why: string): void => {
    problem = why;
  };
  for (const [at, trajectory] of left.entries()) {
    progress.update(`annotating episode ${at + 1} of ${left.length}`, {
      done: at,
      total: left.length,
    });
    signal.throwIfAborted();
    const { maxTokens } = flags;
    const found = await annotateTrajectory({ teacher, buffer, trajectory, maxTokens, onUnread });
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
                `The teacher's reply about ${unread} of ${left.length} episodes could not be read. The last one: ${problem}`,
              ]),
          `All calls so far: ${inputTokens} + ${outputTokens} tokens.`,
        ].join("\n"),
  );
}
