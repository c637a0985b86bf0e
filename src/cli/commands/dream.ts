/** `dreamgym dream`: learns an experience model from recordings and measures its fidelity, or shows one episode. */

import { InvalidArgumentError, Option } from "commander";
import type { ExperienceModel } from "../../core/experience.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import type { ChatModel } from "../../llm/chat-model.ts";
import type { ReplayBuffer } from "../../synthetic/buffer/replay-buffer.ts";
import { HybridModel } from "../../synthetic/reasoning/hybrid-model.ts";
import { ReasoningModel } from "../../synthetic/reasoning/reasoning-model.ts";
import { createExperienceEnv } from "../../synthetic/experience-env.ts";
import { replayInDream } from "../../synthetic/measure/closed-loop-fidelity.ts";
import { findFidelityWarnings, measureDream } from "../../transfer/dream-fidelity.ts";
import { watchModel } from "../../transfer/watch-model.ts";
import { readExplanations } from "../annotations-file.ts";
import { addSiteOptions } from "../choose-sites.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { addDreamCoverage } from "./dream-coverage.ts";
import {
  addDreamOptions,
  type DreamFlags,
  type DreamSetting,
  prepareDream,
} from "../dream-setting.ts";
import { jsonOption, pathName } from "../flags.ts";
import { addDreamAnnotate } from "./dream-annotate.ts";
import { addDreamExamples } from "./dream-examples.ts";
import { addDreamCheck } from "./dream-check.ts";
import { addDreamReason } from "./dream-reason.ts";
import { addDreamVary } from "./dream-vary.ts";
import { addChatOptions, type ChatFlags } from "../llm-flags.ts";
import {
  addReasoningOptions,
  calibrateFor,
  type ReasoningFlags,
  reasoningOf,
} from "../reasoning-flags.ts";
import { createRunModels } from "../run-models.ts";
import { formatGaps } from "../text/gaps-text.ts";
import { formatFidelity, formatReplay } from "../text/dream-text.ts";
import { checkOutput, putOut } from "../text/text-output.ts";

interface Flags extends DreamFlags, ChatFlags, ReasoningFlags {
  experience: ExperienceKind;
  sureFrom: number;
  tellGoal?: true;
  out?: string;
  json?: true;
}

const EXPERIENCE_KINDS = ["retrieval", "llm", "hybrid"] as const;
type ExperienceKind = (typeof EXPERIENCE_KINDS)[number];

export const addDream: AddCommand = (program, context) => {
  const command = addDreamOptions(
    program
      .command("dream")
      .description(
        "Learn an experience model from recordings and measure its fidelity, or show one episode next to the real one.",
      ),
  )
    .option("--show [id]", "show one recorded episode step by step (default: the longest)")
    .addOption(
      new Option(
        "--experience <model>",
        "who answers instead of the site: recordings, a language model, or the language model where recordings are not sure",
      )
        .choices(EXPERIENCE_KINDS)
        .default("retrieval"),
    )
    .option("--sure-from <certainty>", "hybrid: recordings answer from there", certainty, 0.8)
    .option("--tell-goal", "--show: let the language model see the goal, as in the paper")
    .option("--out <file>", "write it there instead of printing; .md for Markdown", pathName);
  addReasoningOptions(addChatOptions(command));
  addSiteOptions(command)
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Examples:
  dreamgym dream --from runs/first                     # fidelity on held-out templates
  dreamgym dream --from runs/mine --site-module my-site.ts --on runs/other
  dreamgym dream --from runs/first --show              # read a dream next to reality
  dreamgym dream --from runs/first --show --experience hybrid --endpoint http://localhost:8000/v1 --model qwen2.5-7b-instruct
  dreamgym dream check --from runs/first               # is it true enough to train in?`,
    )
    .action(async (flags: Flags) => {
      checkOutput(flags.out);
      await using models = createRunModels(flags, context, flags.from);
      const chat =
        flags.experience === "retrieval" ? null : await models.openChat("experience model");
      const learned = await prepareDream(context, flags);
      const model = await chooseModel(context, learned, flags, chat);
      await (learned.shown === null ? measure : show)(context, flags, { ...learned, model });
      const cost = models.describeCost();
      if (cost !== null) context.progress.note(cost);
    });
  addDreamCoverage(command, context);
  addDreamCheck(command, context);
  addDreamReason(command, context);
  addDreamAnnotate(command, context);
  addDreamExamples(command, context);
  addDreamVary(command, context);
};

type Setting = Omit<DreamSetting, "model"> & { model: ExperienceModel };

async function chooseModel(
  context: CliContext,
  { model: retrieval, buffer }: DreamSetting,
  flags: Flags,
  chat: ChatModel | null,
): Promise<ExperienceModel> {
  if (chat === null) return retrieval;
  const annotations = await readExplanations(flags.from);
  const asked = { chat, buffer, annotations, ...reasoningOf(flags) };
  const isHybrid = flags.experience === "hybrid";
  const sureFrom = isHybrid ? [flags.sureFrom] : [];
  const calibration = await calibrateFor(context, flags, asked, sureFrom);
  const reasoning = { ...asked, calibration };
  return isHybrid
    ? new HybridModel({ ...reasoning, retrieval, sureFrom: flags.sureFrom })
    : new ReasoningModel(reasoning);
}

async function measure(context: CliContext, flags: Flags, setting: Setting): Promise<void> {
  const { learned, heldOut, buffer, tasks, origins } = setting;
  const { fidelity, gaps } = await measureDream({
    model: watchModel(setting.model, { report: context.progress, signal: context.signal }),
    buffer,
    heldOut,
    tasks,
    origins,
    evaluator: createEvaluator(),
  });
  context.progress.clear();
  const doubts = findFidelityWarnings(fidelity);
  if (flags.json) {
    const counts = { learned: learned.length, answers: buffer.size, heldOut: heldOut.length };
    putOut(context, flags.out, "", () => [JSON.stringify({ ...counts, fidelity, gaps, doubts })]);
    return;
  }
  const known = new Set(tasks.map(({ id }) => id));
  const unknown = heldOut.filter(({ taskId }) => !known.has(taskId)).length;
  putOut(context, flags.out, "How true the dream is", (paint) => [
    ...formatSetting(flags, setting),
    "",
    ...formatFidelity(fidelity),
    ...(unknown === 0
      ? []
      : [
          `${count(unknown, "whole episode")} not replayed, because their tasks are not known. Name the file that holds them with --tasks, or your site with --site-module.`,
        ]),
    ...formatGaps(gaps).map((line) => paint.yellow(line)),
    ...doubts.map((doubt) => paint.yellow(`Doubtful: ${doubt}.`)),
  ]);
}

async function show(context: CliContext, flags: Flags, setting: Setting): Promise<void> {
  const { buffer, tasks, origins, model } = setting;
  const shown = setting.shown as Trajectory;
  const known = tasks.find(({ id }) => id === shown.taskId);
  const task = known ?? withoutChecks(shown);
  const env = createExperienceEnv({
    model: watchModel(model, { report: context.progress, signal: context.signal }),
    evaluator: createEvaluator(),
    origins,
    tellsGoal: flags.tellGoal === true,
  });
  const replayed = await replayInDream(env, task, shown);
  const replay = known === undefined ? { ...replayed, score: null } : replayed;
  context.progress.clear();
  if (flags.json) {
    putOut(context, flags.out, "", () => [JSON.stringify(replay)]);
    return;
  }
  const provenance = (id: string): ReturnType<ReplayBuffer["provenance"]> => buffer.provenance(id);
  putOut(context, flags.out, `A dream of ${shown.id}`, (paint) => [
    ...formatSetting(flags, setting),
    "",
    ...formatReplay({ replay, startPages: task.startUrls.length, provenance, paint }),
  ]);
}

/** For an episode whose task is not known: it can be dreamed, but not scored. */
function withoutChecks({
  taskId,
  goal,
  templateId,
  world,
  transitions,
  finalObservation,
}: Trajectory): Task {
  const first = transitions[0]?.observation ?? finalObservation;
  const startUrls = first.tabs.map(({ url }) => url);
  return {
    id: taskId,
    goal,
    startUrls: startUrls.length === 0 ? [first.url] : startUrls,
    sites: [],
    maxSteps: transitions.length + 1,
    checks: [],
    templateId,
    world,
  };
}

function formatSetting({ from, on }: Flags, { learned, heldOut, buffer }: Setting): string[] {
  const templates = new Set(heldOut.map(({ templateId }) => templateId)).size;
  return [
    `Learned from ${count(learned.length, "episode")} of ${from}: ${count(buffer.size, "answer")} of the site.`,
    on === undefined
      ? `Held out: ${count(heldOut.length, "episode")}, all of ${count(templates, "task template")}.`
      : `Asked about: ${count(heldOut.length, "episode")} of ${on}.`,
  ];
}

/** For commander: a number from 0 to 1. */
function certainty(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError("Expected a number from 0 to 1.");
  return value;
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;
