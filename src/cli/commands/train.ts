/** `dreamgym train`: trains one agent in a dream or in real browsers, with the same loop for every kind of agent. */

import { type Command, InvalidArgumentError, Option } from "commander";
import { join } from "node:path";
import type { z } from "zod";
import type { Env } from "../../core/env.ts";
import type { Task } from "../../core/task.ts";
import { ConfigError } from "../../core/errors.ts";
import { ACTION_FORMS } from "../../llm/policy/action-forms.ts";
import { OBSERVATION_FORMS } from "../../llm/policy/page-text.ts";
import { PROFILE_NAMES } from "../../llm/tinker/engine-profile.ts";
import { openRunFolder, type RunFolder } from "../../store/run-folder.ts";
import { loadRecordings } from "../../transfer/load-recordings.ts";
import { addSiteOptions } from "../choose-sites.ts";
import type { AddCommand, CliContext } from "../context.ts";
import {
  countFromOne,
  given,
  listOf,
  parseConfig,
  pathName,
  readConfigFile,
  wholeNumber,
} from "../flags.ts";
import { openWorld, type World, type WorldFlags } from "../open-world.ts";
import { EmbeddedTrainingSchema, trainEmbedded } from "../train-embedded.ts";
import { LlmTrainingSchema, trainLlm } from "../train-llm.ts";
import { addWorldOptions } from "./serve.ts";

interface Flags extends WorldFlags {
  agent: "llm" | "embedded";
  out: string;
  engine?: string;
  engineProfile: string;
  baseModel?: string;
  tokenizer?: string;
  config?: string;
  steps: number;
  groupSize?: number;
  tasksPerIteration?: number;
  learningRate?: number;
  imitate?: string;
  imitationEpochs?: number;
  actionForm?: string;
  observationForm?: string;
  task?: string[];
  parallel: number;
  seed?: number;
}

export const addTrain: AddCommand = (program, context) => {
  const command = program
    .command("train")
    .description("Train an agent in a dream or in real browsers. Run it again to resume.")
    .addOption(
      new Option(
        "--agent <kind>",
        "llm: a language model whose weights are on a training engine; embedded: our own small policy",
      )
        .choices(["llm", "embedded"])
        .default("llm"),
    )
    .option("--out <folder>", "run folder", pathName, join("runs", "train"))
    .option("--steps <n>", "environment steps to train for", countFromOne, 1000)
    .option("--task <id>", "only this task; may be repeated", listOf)
    .option("--parallel <n>", "episodes at the same time", countFromOne, 4);
  addEngineOptions(command);
  addSiteOptions(addWorldOptions(command))
    .addHelpText(
      "after",
      `
Examples:
  dreamgym train --agent llm --engine http://127.0.0.1:8000 --base-model models/qwen --from runs/first
  dreamgym train --agent llm --engine http://127.0.0.1:8000 --base-model models/qwen --env real --sites shopping
  dreamgym train --agent embedded --from runs/first --steps 2000`,
    )
    .action((flags: Flags) => train(flags, context));
};

function addEngineOptions(command: Command): void {
  command
    .option("--engine <url>", "a server of the Tinker API; the key is TINKER_API_KEY")
    .addOption(
      new Option("--engine-profile <name>", "which server it is")
        .choices(PROFILE_NAMES)
        .default("skyrl-jax"),
    )
    .option("--base-model <name>", "base model as the engine knows it: a name, or its folder")
    .option(
      "--tokenizer <folder>",
      "folder with its tokenizer.json (default: --base-model)",
      pathName,
    )
    .option("--group-size <n>", "rollouts of one task that are compared", countFromOne)
    .option("--tasks-per-iteration <n>", "tasks in one update", countFromOne)
    .option("--learning-rate <number>", "of reinforcement learning", positiveNumber)
    .option(
      "--imitate <run>",
      "run folder with solutions to imitate first (default in a dream: --from)",
      pathName,
    )
    .option("--imitation-epochs <n>", "passes over recorded solutions before it", wholeNumber)
    .addOption(new Option("--action-form <form>", "grammar of the actions").choices(ACTION_FORMS))
    .addOption(
      new Option("--observation-form <form>", "text form of the page").choices(OBSERVATION_FORMS),
    )
    .option("--seed <n>", "of tasks, samples and adapter", wholeNumber)
    .option(
      "--config <file>",
      "JSON with agent, imitation, learner, rollouts, rank, saveEvery",
      pathName,
    );
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value > 0))
    throw new InvalidArgumentError("Expected a number above 0.");
  return value;
}

async function train(flags: Flags, context: CliContext): Promise<void> {
  const training = flags.agent === "llm" ? readLlmTraining(flags) : readEmbeddedTraining(flags);
  await using world = await openWorld(flags, flags.parallel, context);
  const tasks = chooseTasks(world, flags.task);
  const demonstrations =
    flags.imitate === undefined ? world.recordings : await loadRecordings(flags.imitate);
  using run = openRun(flags, training, tasks);
  const envs: Env[] = [];
  try {
    for (let slot = 0; slot < flags.parallel; slot++) envs.push(await world.openEnv(slot));
    const parts = { run, world, tasks, envs, demonstrations, context };
    const weights =
      "engine" in training
        ? await trainLlm({ ...parts, training })
        : await trainEmbedded({ ...parts, training });
    context.progress.clear();
    context.print(weights);
  } finally {
    for (const env of envs) await env[Symbol.asyncDispose]();
  }
}

/** More steps extend a run. Anything else makes another one of it. */
function openRun(
  { agent, env, from, imitate = from, out }: Flags,
  { rollouts: { environmentSteps, ...rollouts }, ...training }: Training,
  tasks: readonly Task[],
): RunFolder {
  const ids = tasks.map(({ id }) => id);
  return openRunFolder(
    out,
    { agent, env, from, imitate, ...training, rollouts, environmentSteps, tasks: ids },
    { mayGrow: ["environmentSteps"] },
  );
}

type Training = z.infer<typeof LlmTrainingSchema> | z.infer<typeof EmbeddedTrainingSchema>;

/** @throws ConfigError */
function readLlmTraining(flags: Flags): z.infer<typeof LlmTrainingSchema> {
  const { engine, baseModel, tokenizer = baseModel, actionForm, observationForm } = flags;
  if (engine === undefined || baseModel === undefined)
    throw new ConfigError(
      "Expected --engine and --base-model with --agent llm, got none. docs/engines.md shows how to start an engine.",
    );
  const { all, part } = readParts(flags);
  return parseConfig(
    LlmTrainingSchema,
    {
      ...all,
      ...given({ engine, profile: flags.engineProfile, baseModel, tokenizer }),
      agent: part("agent", { actionForm, observationForm }),
    },
    flags.config ?? "flags",
  );
}

/** @throws ConfigError */
function readEmbeddedTraining(flags: Flags): z.infer<typeof EmbeddedTrainingSchema> {
  return parseConfig(EmbeddedTrainingSchema, readParts(flags).all, flags.config ?? "flags");
}

/** What both kinds of agent have. Flags come before the file. */
function readParts(flags: Flags) {
  const file = readConfigFile(flags.config);
  const part = (name: string, own: Record<string, unknown>): Record<string, unknown> => ({
    ...(file[name] as Record<string, unknown> | undefined),
    ...given(own),
  });
  const { imitationEpochs, learningRate, groupSize, tasksPerIteration, steps, seed } = flags;
  const all = {
    ...file,
    ...given({ seed }),
    imitation: part("imitation", { epochs: imitationEpochs }),
    learner: part("learner", { learningRate }),
    rollouts: part("rollouts", { groupSize, tasksPerIteration, environmentSteps: steps }),
  };
  return { all, part };
}

/** @throws ConfigError for a task that is not there */
function chooseTasks({ splits }: World, wanted: readonly string[] | undefined) {
  const all = Object.values(splits).flat();
  if (wanted === undefined) return all;
  return wanted.map((id) => {
    const task = all.find((known) => known.id === id);
    if (task === undefined)
      throw new ConfigError(
        `Expected --task to be one of ${all.length} tasks of the split, got ${id}.`,
      );
    return task;
  });
}
