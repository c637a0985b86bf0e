/** The command line: all commands, and how it fails. */

import { Command, CommanderError } from "commander";
import { DreamgymError } from "../core/errors.ts";
import { addAudit } from "./commands/audit.ts";
import { addCollect } from "./commands/collect.ts";
import { addCompare, addQuickstart } from "./commands/compare.ts";
import { type AddCommand, type CliContext, CommandFailed } from "./context.ts";
import { addExport } from "./commands/export.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addDream } from "./commands/dream.ts";
import { addDoctor } from "./commands/doctor.ts";
import { packageVersion } from "./package-version.ts";
import { addRecord } from "./commands/record.ts";
import { addScore } from "./commands/score.ts";
import { addImport } from "./commands/import.ts";
import { addReplay } from "./commands/replay.ts";
import { addReport } from "./commands/report.ts";
import { addServe } from "./commands/serve.ts";
import { addSites } from "./commands/sites.ts";
import { addStudy } from "./commands/study.ts";
import { addTrajectories } from "./commands/trajectories.ts";
import { addTasks } from "./commands/tasks.ts";
import { addTrain } from "./commands/train.ts";
import { addView } from "./commands/view.ts";

/** In the order of `--help`. A new command is a file with an `AddCommand`, and a name here. */
const COMMANDS: readonly AddCommand[] = [
  addQuickstart,
  addCollect,
  addRecord,
  addTrajectories,
  addAudit,
  addDream,
  addTrain,
  addEvaluate,
  addCompare,
  addStudy,
  addReport,
  addView,
  addReplay,
  addExport,
  addImport,
  addScore,
  addServe,
  addSites,
  addTasks,
  addDoctor,
];

/** Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C (128 + SIGINT, as shells count). */
export type ExitCode = 0 | 1 | 2 | 130;

/** What a user wrote does not fit: flags, config, tasks. */
const USAGE_CODES = new Set(["config", "task"]);

function createProgram(context: CliContext): Command {
  const program = new Command("dreamgym")
    .description(
      "Record web sites, learn a simulator (a dream) of them, train web agents in it, and measure what that saved.",
    )
    .version(packageVersion())
    // A command's own flags, such as --from, do not reach the command before it.
    .enablePositionalOptions()
    .addHelpText(
      "after",
      `
Examples:
  dreamgym quickstart                                  # the whole loop in minutes
  dreamgym collect --site-module my-site.ts --out runs/mine
  dreamgym dream --from runs/mine                      # how true is the dream?`,
    )
    // A sub-command may have a flag that its parent has, too: `dream --from`, `dream coverage --from`.
    .enablePositionalOptions()
    .exitOverride();
  for (const add of COMMANDS) add(program, context);
  for (const command of program.commands) inheritSettings(program, command);
  return program;
}

/** Sub-commands are made before they are put on the program, so settings are passed on here. */
function inheritSettings(parent: Command, command: Command): void {
  const words = parent.name() === "dreamgym" ? [command] : [parent, command];
  const path = ["dreamgym", ...words.map((word) => word.name())].join(" ");
  command.copyInheritedSettings(parent).showHelpAfterError(`(see ${path} --help)`);
  for (const inner of command.commands) inheritSettings(command, inner);
}

/** Runs one command line. Whatever goes wrong becomes one line on stderr and an exit code. */
export async function runCommandLine(
  words: readonly string[],
  context: CliContext,
): Promise<ExitCode> {
  try {
    await createProgram(context).parseAsync(words, { from: "user" });
    context.progress.clear();
    return 0;
  } catch (error) {
    context.progress.clear();
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // commander has printed it
    if (error instanceof CommandFailed) return 1;
    if (context.signal.aborted) {
      context.progress.note(
        "Stopped. The run folder keeps what was done; run the same command again to resume.",
      );
      return 130;
    }
    if (error instanceof DreamgymError) {
      context.progress.note(`dreamgym: ${error.message}`);
      return USAGE_CODES.has(error.code) ? 2 : 1;
    }
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.progress.note(`dreamgym: unexpected error, please report it: ${trace}`);
    return 1;
  }
}
