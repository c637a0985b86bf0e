/** `dreamgym dream reason`: what a language model adds to the dream, and what it costs. */

import { writeFileSync } from "node:fs";
import { InvalidArgumentError } from "commander";
import { ReasoningModel } from "../../synthetic/reasoning/reasoning-model.ts";
import { createRandom } from "../../core/random.ts";
import { readRecords } from "../../synthetic/buffer/experience-records.ts";
import { measureOwnReward } from "../../transfer/own-reward.ts";
import { drawSteps, measureReasoned } from "../../transfer/reasoned-fidelity.ts";
import { readExplanations } from "../annotations-file.ts";
import { addSiteOptions } from "../choose-sites.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { addDreamOptions, type DreamFlags, prepareDream } from "../dream-setting.ts";
import { countFromOne, jsonOption, pathName } from "../flags.ts";
import { addChatOptions, type ChatFlags } from "../llm-flags.ts";
import {
  addReasoningOptions,
  calibrateFor,
  type ReasoningFlags,
  reasoningOf,
} from "../reasoning-flags.ts";
import { createRunModels } from "../run-models.ts";
import { formatReasoned, reasonedChart } from "../text/reasoned-text.ts";
import { checkOutput, putOut } from "../text/text-output.ts";

interface Flags extends DreamFlags, ChatFlags, ReasoningFlags {
  steps: number;
  sureFrom: number[];
  tellGoal?: true;
  ownReward?: true;
  chart?: string;
  out?: string;
  json?: true;
}

/** Puts itself on `dreamgym dream`. */
export const addDreamReason: AddCommand = (program, context) => {
  const command = addDreamOptions(
    program
      .command("reason")
      .description(
        "Measure a language model as experience model: alone, and as a hybrid that is asked only where retrieval is not sure.",
      ),
  )
    .option(
      "--steps <n>",
      "recorded steps to ask about, drawn from all held-out episodes; two calls each",
      countFromOne,
      40,
    )
    .option(
      "--sure-from <list>",
      "certainties from which retrieval's answer stands, one hybrid each",
      certainties,
      [0.5, 0.8, 0.9, 0.95, 1],
    )
    .option("--tell-goal", "ask each question once more with the goal, as the paper does")
    .option("--own-reward", "compare the model's own reward with the scores of real episodes")
    .option("--chart <file.svg>", "draw fidelity over the share of calls", pathName)
    .option("--out <file>", "write it there instead of printing; .md for Markdown", pathName);
  addReasoningOptions(addChatOptions(command));
  addSiteOptions(command)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Calls are kept in <run>/llm/calls.jsonl. The same command resumes, and pays for no call twice.

Examples:
  dreamgym dream reason --from runs/first --endpoint http://localhost:8000/v1 --model qwen2.5-7b-instruct
  dreamgym dream reason --from runs/first --steps 10 --max-run-tokens 200000
  dreamgym dream reason --from runs/first --chart fidelity.svg --json`,
    )
    .action((flags: Flags) => run(context, flags));
};

async function run(context: CliContext, flags: Flags): Promise<void> {
  checkOutput(flags.out);
  checkOutput(flags.chart);
  const { progress, signal, now } = context;
  await using models = createRunModels(flags, context, flags.from);
  const chat = await models.openChat("experience model");
  const { buffer, model, heldOut } = await prepareDream(context, flags);
  const annotations = await readExplanations(flags.from);
  let problem: string | null = null;
  const reasoning = {
    chat,
    buffer,
    ...reasoningOf(flags),
    annotations,
    onUnread(why: string) {
      problem = why;
    },
  };
  const calibration = await calibrateFor(context, flags, reasoning, flags.sureFrom);
  const asked = drawSteps(heldOut, flags.steps, createRandom(flags.seed).fork("steps"));
  const rows = await measureReasoned({
    reasoning: { ...reasoning, calibration },
    buffer,
    retrieval: model,
    heldOut,
    asked,
    thresholds: flags.sureFrom,
    tellsGoal: flags.tellGoal === true,
    now,
    onStep(done, total) {
      progress.update(`asking about step ${done} of ${total}`, { done, total });
      signal.throwIfAborted();
    },
  });
  const judged = heldOut.filter((one) => readRecords(one).some(({ id }) => asked.has(id)));
  const ownReward =
    flags.ownReward === true
      ? await measureOwnReward(new ReasoningModel(reasoning), judged, (done) => {
          progress.update(`judging episode ${done} of ${judged.length}`);
          signal.throwIfAborted();
        })
      : null;
  progress.clear();
  if (flags.chart !== undefined) {
    writeFileSync(flags.chart, reasonedChart(chat.name, rows));
    progress.note(`Drawn to ${flags.chart}`);
  }
  const { spent } = models;
  putOut(context, flags.out, "What a language model adds to the dream", () =>
    flags.json
      ? [JSON.stringify({ model: chat.name, rows, ownReward, spent, lastUnread: problem })]
      : [
          ...formatReasoned(chat.name, rows, ownReward, spent),
          ...(problem === null ? [] : [`The last reply that could not be read: ${problem}`]),
        ],
  );
}

/** For commander: numbers from 0 up, with commas between them. */
function certainties(text: string): number[] {
  const values = text.split(",").map(Number);
  if (text.trim() === "" || values.some((value) => !(value >= 0 && value <= 1)))
    throw new InvalidArgumentError("Expected numbers from 0 to 1, such as 0.8,0.95.");
  return [...new Set(values)].toSorted((a, b) => a - b);
}
