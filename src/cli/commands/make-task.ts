/** `dreamgym trajectories make-task`: a recording without a task becomes one. */

import type { Command } from "commander";
import { secretVariable } from "../../page/secret-placeholder.ts";
import { readRecording } from "../../store/recording-folder.ts";
import { browserFor } from "../browsers.ts";
import {
  addSiteOptions,
  chooseSites,
  formatSiteFlags,
  namesSites,
  type SiteFlags,
} from "../choose-sites.ts";
import type { CliContext } from "../context.ts";
import { browserOption, jsonOption, pathName } from "../flags.ts";
import { makeTask } from "../make-task.ts";
import { formatMadeTask } from "../text/made-task-text.ts";

export interface MakeTaskFlags extends SiteFlags {
  out: string;
  goal?: string;
  yes?: true;
  json?: true;
  browser?: string;
}

export function addMakeTask(command: Command, context: CliContext): void {
  const own = command
    .command("make-task <recording>")
    .description("a task out of a recording: checks are proposed, chosen, and proven by replay")
    .option("--out <file>", "task file, which gets one more task", pathName, "tasks.json")
    .option("--goal <text>", "the task in words (default: the recording's goal)")
    .option("--yes", "take the proposed checks and ask nothing");
  addSiteOptions(own)
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
The recording is repeated twice: what differs between the plays is in no check. A third play proves the task.
Exit code 0: the task was written. --json implies --yes.

Examples:
  dreamgym trajectories make-task runs/record/1 --out my-tasks.json
  dreamgym trajectories make-task runs/record/1 --goal "Buy a lamp" --yes --sites shopping`,
    )
    .action((path: string, flags: MakeTaskFlags) => makeTaskOf(context, path, flags));
}

/**
 * Also called at the end of `dreamgym record --make-task`.
 *
 * @param knownSecret the value of a placeholder, where the recorder still knows it
 */
export async function makeTaskOf(
  context: CliContext,
  path: string,
  flags: MakeTaskFlags,
  knownSecret: (placeholder: string) => string | null = () => null,
): Promise<void> {
  const { out, goal, yes, json } = flags;
  const isOnSites = namesSites(flags);
  const { tasks: _ownTasks, ...siteFlags } = flags;
  const made = await makeTask(context, {
    recorded: await readRecording(path),
    site: isOnSites ? await chooseSites(siteFlags, context) : null,
    executablePath: (await browserFor(context, flags.browser)).path,
    out,
    isUnasked: yes === true || json === true,
    secretOf: (placeholder) =>
      knownSecret(placeholder) ??
      context.environment.variables[secretVariable(placeholder) ?? ""] ??
      null,
    ...(goal !== undefined && { goal }),
  });
  if (json) context.print(JSON.stringify(made));
  else
    for (const line of formatMadeTask(made, isOnSites ? formatSiteFlags(siteFlags) : null))
      context.print(line);
}
