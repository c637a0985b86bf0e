/** `--env webarena`: WebArena's task files on its sites, whose addresses come from variables or a file. */

import { basename } from "node:path";
import { Option } from "commander";
import { z } from "zod";
import { ConfigError, EvaluatorError } from "../../core/errors.ts";
import { createPromptJudge, type Judge } from "../../evaluation/judge.ts";
import type { ScoringProfile } from "../../evaluation/profile.ts";
import type { ObservationText } from "../../real/browser/observe.ts";
import { loadTaskConfigs } from "../../real/harness/load-tasks.ts";
import { openWebArenaBenchmark } from "../../real/harness/webarena/open-webarena-benchmark.ts";
import {
  settingsFromVariables,
  type WebArenaSettings,
  WebArenaSettingsSchema,
} from "../../real/harness/webarena/webarena-settings.ts";
import { browserFor } from "../browsers.ts";
import type { CliContext } from "../context.ts";
import { parseConfig, pathName, readConfigFile } from "../flags.ts";
import { importFile } from "../load-site-module.ts";
import type { NamedJudge } from "../../evaluation/judge.ts";
import type { BenchmarkFlags } from "./benchmark-flags.ts";

interface Flags {
  tasks?: string;
  settings?: string;
  profile: ScoringProfile;
  judge?: string;
  observationText?: ObservationText;
  browser?: string;
  browsers?: number;
}

export const webarenaFlags: BenchmarkFlags = {
  name: "webarena",
  addOptions(command) {
    command
      .option("--tasks <file>", "task file, such as WebArena's test.raw.json", pathName)
      .option(
        "--settings <file>",
        "JSON with login, reset and addresses (default of these: the variables SHOPPING, REDDIT, …, or WA_SHOPPING, …)",
        pathName,
      )
      .addOption(
        new Option("--profile <name>", "scoring: WebArena's own, or with its faults mended")
          .choices(["webarena", "strict"])
          .default("webarena"),
      )
      .option(
        "--judge <file>",
        "module that judges fuzzy answers: export default (prompt) => reply",
        pathName,
      )
      .addOption(
        new Option(
          "--observation-text <form>",
          "give agents `observation.text` too: WebArena's own text, with its ids",
        ).choices(["webarena"]),
      );
  },
  async open(given, context, modelJudge) {
    const flags = given as unknown as Flags;
    if (flags.tasks === undefined)
      throw new ConfigError(
        "Expected --tasks with WebArena's task file, got none. Give config_files/test.raw.json of its repository.",
      );
    const judge = await chooseJudge(flags, modelJudge);
    return await openWebArenaBenchmark({
      configs: loadTaskConfigs(flags.tasks),
      settings: readSettings(flags.settings, context),
      profile: flags.profile,
      executablePath: (await browserFor(context, flags.browser)).path,
      onNote: (line) => context.progress.note(line),
      signal: context.signal,
      ...(flags.observationText && { observationText: flags.observationText }),
      ...(flags.browsers !== undefined && { workers: flags.browsers }),
      ...(judge !== null && { judge: judge.judge, judgeName: judge.name }),
    });
  },
};

/** A file without addresses leaves them to the variables. @throws ConfigError */
function readSettings(
  path: string | undefined,
  { environment: { variables } }: CliContext,
): WebArenaSettings {
  const where = path ?? "environment variables";
  const file = readConfigFile(path);
  const settings =
    "instances" in file
      ? file
      : {
          ...settingsFromVariables(variables),
          headers: readHeaders(variables["PW_EXTRA_HEADERS"]),
          ...file,
        };
  return parseConfig(WebArenaSettingsSchema, settings, where);
}

/** BrowserGym's file of headers for the browser. */
function readHeaders(path: string | undefined): Record<string, string> {
  if (path === undefined || path === "") return {};
  return parseConfig(z.record(z.string(), z.string()), readConfigFile(path), path);
}

/** A module or a model. @throws ConfigError for both */
async function chooseJudge(
  { judge: path, profile }: Flags,
  model: NamedJudge | null,
): Promise<{ judge: Judge; name: string } | null> {
  if (path === undefined)
    return model === null ? null : { judge: model.create(profile), name: model.name };
  if (model !== null)
    throw new ConfigError(
      `Expected one judge, got --judge ${path} and the model ${model.name}. Remove one of them.`,
    );
  return { judge: await loadJudge(path, profile), name: basename(path) };
}

/** @throws ConfigError if the module exports neither a function nor a judge */
async function loadJudge(path: string, profile: ScoringProfile): Promise<Judge> {
  const { default: exported } = await importFile(path);
  if (typeof exported === "function")
    return createPromptJudge({
      complete: (prompt) =>
        ask(path, () => (exported as (prompt: string) => Promise<string>)(prompt)),
      profile,
    });
  const own = exported as Partial<Judge> | null | undefined;
  if (typeof own?.judge === "function")
    return { judge: (question) => ask(path, () => (own as Judge).judge(question)) };
  throw new ConfigError(
    `Expected ${path} to export a judge, got something else. Write \`export default async (prompt) => reply\`, which sends the prompt to a model.`,
  );
}

/** A judge that is down says nothing about the answer, so its episode is played again. */
async function ask<Reply>(path: string, judge: () => Promise<Reply>): Promise<Reply> {
  try {
    return await judge();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EvaluatorError(
      `Expected a reply of the judge ${basename(path)}, got: ${reason.split("\n")[0]}. Check that its model can be reached.`,
      { cause: error, retryable: true },
    );
  }
}
