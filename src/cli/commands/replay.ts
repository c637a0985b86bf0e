/** `dreamgym replay`: repeats a recorded episode without a language model, live or from the recording itself. */

import type { Trajectory } from "../../core/trajectory.ts";
import { secretVariable } from "../../page/secret-placeholder.ts";
import { replayTrajectory } from "../../real/record/replay/replay-trajectory.ts";
import { readRecording } from "../../store/recording-folder.ts";
import { writeTrajectory } from "../../store/trajectory-file.ts";
import { browserFor } from "../browsers.ts";
import { addSiteOptions, chooseSites, namesSites, type SiteFlags } from "../choose-sites.ts";
import { type AddCommand, type CliContext, CommandFailed } from "../context.ts";
import { browserOption, jsonOption, pathName } from "../flags.ts";
import {
  openOffline,
  openOnSites,
  openRecordedAddresses,
  type ReplayPlace,
} from "../replay-place.ts";
import { formatReplayed } from "../text/replay-text.ts";

interface Flags extends SiteFlags {
  offline?: true;
  out?: string;
  browser?: string;
  json?: true;
}

export const addReplay: AddCommand = (program, context) => {
  const command = program
    .command("replay")
    .description("Repeat a recorded episode in a browser, without a language model.")
    .argument("<trajectory>", "trajectory file (.jsonl), or a recording's folder")
    .option("--offline", "answer from the recording instead of the sites")
    .option("--out <folder>", "keep the replay's own recording there", pathName);
  addSiteOptions(command)
    .addOption(browserOption())
    .addOption(jsonOption())
    .addHelpText(
      "after",
      `
Without --sites, --site-module or --site it opens the recorded addresses themselves.
Masked texts are read from the environment: SECRET_PASSWORD_1 for <secret:password:1>, SECRET for [masked].
Exit code 0: every step went as recorded. 1: a step diverged.

Examples:
  dreamgym replay recordings/buy-lamp.jsonl
  dreamgym replay runs/first/offline/episodes/00002-demonstrator-115005.jsonl --sites shopping
  dreamgym replay recordings/buy-lamp.jsonl --offline`,
    )
    .action((path: string, flags: Flags) => run(context, path, flags));
};

async function run(context: CliContext, path: string, flags: Flags): Promise<void> {
  const recorded = await readRecording(path);
  const { variables } = context.environment;
  await using place = await openPlace(context, recorded, flags);
  const { env, task, takeMisses } = place;
  const replay = await replayTrajectory({
    env,
    task,
    recorded: place.recorded,
    ...(takeMisses && { takeMisses }),
    secretOf: (placeholder) => variables[secretVariable(placeholder) ?? ""] ?? null,
    signal: context.signal,
  });
  context.progress.clear();
  if (flags.out !== undefined)
    context.progress.note(`Written: ${await writeTrajectory(flags.out, replay.trajectory)}`);
  const { trajectory: _own, ...result } = replay;
  context.print(flags.json ? JSON.stringify(result) : formatReplayed(replay).join("\n"));
  if (!replay.matched) throw new CommandFailed();
}

async function openPlace(
  context: CliContext,
  recorded: Trajectory,
  flags: Flags,
): Promise<ReplayPlace> {
  const executablePath = (await browserFor(context, flags.browser)).path;
  if (flags.offline) return await openOffline(recorded, { executablePath });
  return namesSites(flags)
    ? await openOnSites(await chooseSites(flags, context), recorded, { executablePath })
    : await openRecordedAddresses(recorded, { executablePath });
}
