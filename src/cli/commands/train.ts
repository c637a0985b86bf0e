/** `dreamgym train`: trains one agent in a dream or in real browsers, with the same loop for every kind of agent. */

import { type Command, InvalidArgumentError, Option } from "commander";
import { join } from "node:path";
import type { Env } from "../../core/env.ts";
import { ConfigError } from "../../core/errors.ts";
import { ACTION_FORMS } from "../../llm/policy/action-forms.ts";
import { OBSERVATION_FORMS } from "../../llm/policy/page-text.ts";
import { PROFILE_NAMES } from "../../llm/tinker/engine-profile.ts";
import { openRunFolder } from "../../store/run-folder.ts";
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
import { LlmTrainingSchema, trainLlm } from "../train-llm.ts";
import { addWorldOptions } from "./serve.ts";

interface Flags extends WorldFlags {
  agent: "llm";
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
      new Option("--agent <kind>", "llm: a language model whose weights are on a training engine")
        .choices(["llm"])
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
  dreamgym train --agent llm --engine http://127.0.0.1:8000 --base-model models/qwen --env real --sites shopping`,
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
      "run folder with solutions to imitate first (default: --from)",
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
  const training = readTraining(flags);
  await using world = await openWorld(flags, flags.parallel, context);
  const tasks = chooseTasks(world, flags.task);
  const demonstrations =
    flags.imitate === undefined ? world.recordings : await loadRecordings(flags.imitate);
  const imitated = flags.imitate ?? flags.from;
  const identity = {
    ...training,
    env: flags.env,
    from: flags.from,
    imitated,
    tasks: tasks.map(({ id }) => id),
  };
  const { rollouts, ...rest } = identity;
  const { environmentSteps, ...others } = rollouts;
  using run = openRunFolder(
    flags.out,
    { ...rest, rollouts: others, environmentSteps },
    { mayGrow: ["environmentSteps"] },
  );
  const envs: Env[] = [];
  try {
    for (let slot = 0; slot < flags.parallel; slot++) envs.push(await world.openEnv(slot));
    const weights = await trainLlm({
      run,
      training,
      world,
      tasks,
      envs,
      demonstrations,
      context,
    });
    context.progress.clear();
    context.print(weights);
  } finally {
    for (const env of envs) await env[Symbol.asyncDispose]();
  }
}

/** Flags before the file. @throws ConfigError */
function readTraining(flags: Flags): ReturnType<typeof LlmTrainingSchema.parse> {
  const { engine, baseModel, tokenizer = baseModel } = flags;
  if (engine === undefined || baseModel === undefined)
    throw new ConfigError(
      "Expected --engine and --base-model with --agent llm, got none. docs/engines.md shows how to start an engine.",
    );
  const file = readConfigFile(flags.config);
  const part = (name: string, own: Record<string, unknown>): Record<string, unknown> => ({
    ...(file[name] as Record<string, unknown> | undefined),
    ...given(own),
  });
  const { actionForm, observationForm, imitationEpochs, learningRate } = flags;
  const { groupSize, tasksPerIteration, steps } = flags;
  return parseConfig(
    LlmTrainingSchema,
    {
      ...file,
      ...given({ engine, profile: flags.engineProfile, baseModel, tokenizer, seed: flags.seed }),
      agent: part("agent", { actionForm, observationForm }),
      imitation: part("imitation", { epochs: imitationEpochs }),
      learner: part("learner", { learningRate }),
      rollouts: part("rollouts", { groupSize, tasksPerIteration, environmentSteps: steps }),
    },
    flags.config ?? "flags",
  );
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
