/** `dreamgym serve`: offers a dream or real browsers to trainers in Python, in the OpenEnv protocol. */

import { once } from "node:events";
import { type Command, Option } from "commander";
import { startOpenEnvServer } from "../../serve/openenv/openenv-server.ts";
import { addSiteOptions } from "../choose-sites.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { browserOption, countFromOne, listOf, pathName, portNumber } from "../flags.ts";
import { openWorld, type WorldFlags } from "../open-world.ts";
import { packageVersion } from "../package-version.ts";

interface Flags extends WorldFlags {
  host: string;
  port: number;
  maxSessions: number;
  idleSeconds: number;
  stepSeconds: number;
}

export const addServe: AddCommand = (program, context) => {
  const command = program
    .command("serve")
    .description("Serve a dream or real browsers to trainers in Python (OpenEnv), until Ctrl-C.");
  addServerOptions(addSiteOptions(addWorldOptions(command)))
    .addHelpText(
      "after",
      `
Examples:
  dreamgym serve --env dream --from runs/first --max-sessions 16
  dreamgym serve --env real --sites shopping --port 8001`,
    )
    .action((flags: Flags) => serve(flags, context));
};

/** Which world: a dream or browsers, and which tasks. */
export function addWorldOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--env <world>", "dream: learned from recordings; real: in browsers")
        .choices(["dream", "real"])
        .default("dream"),
    )
    .option("--from <run>", "run folder with recordings", pathName, "runs/collect")
    .option("--split <name>", "split of the tasks; may be repeated (default: train)", listOf)
    .addOption(browserOption());
}

function addServerOptions(command: Command): Command {
  return command
    .option("--host <address>", "address to listen on; the protocol has no accounts", "127.0.0.1")
    .option("--port <n>", "port; 0 for any free one", portNumber, 8000)
    .option("--max-sessions <n>", "sessions at the same time", countFromOne, 8)
    .option("--idle-seconds <n>", "end a session that is silent so long", countFromOne, 600)
    .option("--step-seconds <n>", "longest time of one step", countFromOne, 60);
}

async function serve(flags: Flags, context: CliContext): Promise<void> {
  const { progress, signal, print } = context;
  await using world = await openWorld(flags, flags.maxSessions, context);
  await using server = await startOpenEnvServer({
    world,
    limits: {
      maxSessions: flags.maxSessions,
      idleTimeoutMs: flags.idleSeconds * 1000,
      stepTimeoutMs: flags.stepSeconds * 1000,
    },
    host: flags.host,
    port: flags.port,
    version: packageVersion(),
    warn: (message) => progress.note(message),
  });
  progress.clear();
  print(server.url);
  const count = Object.values(world.splits).flat().length;
  progress.note(`Tasks: ${count}. Sessions: ${flags.maxSessions} at most. Ctrl-C ends it.`);
  if (!signal.aborted) await once(signal, "abort");
  progress.note("Closing sessions and environments.");
}
