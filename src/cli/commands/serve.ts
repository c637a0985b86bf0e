/** `dreamgym serve`: offers a dream or real browsers to trainers in Python, in the OpenEnv protocol. */

import { once } from "node:events";
import { type Command, Option } from "commander";
import { ConfigError } from "../../core/errors.ts";
import type { Task } from "../../core/task.ts";
import { createEvaluator } from "../../evaluation/evaluator.ts";
import { startOpenEnvServer } from "../../serve/openenv/openenv-server.ts";
import type { ServedWorld } from "../../serve/openenv/served-world.ts";
import { createExperienceEnv } from "../../synthetic/experience-env.ts";
import { loadRecordings } from "../../transfer/load-recordings.ts";
import { learnModel } from "../../transfer/pipeline.ts";
import { openSiteBenchmark } from "../../transfer/site-benchmark.ts";
import { type CheckedSiteModule, originsOf, tasksOf } from "../../transfer/site-module.ts";
import { browserFor, countBrowsers } from "../browsers.ts";
import { addSiteOptions, chooseSites, type SiteFlags } from "../choose-sites.ts";
import type { AddCommand, CliContext } from "../context.ts";
import { browserOption, countFromOne, listOf, pathName, portNumber } from "../flags.ts";
import { packageVersion } from "../package-version.ts";

interface Flags extends SiteFlags {
  env: "dream" | "real";
  from: string;
  split?: string[];
  host: string;
  port: number;
  maxSessions: number;
  idleSeconds: number;
  stepSeconds: number;
  browser?: string;
}

type World = ServedWorld & Partial<AsyncDisposable>;

export const addServe: AddCommand = (program, context) => {
  const command = program
    .command("serve")
    .description("Serve a dream or real browsers to trainers in Python (OpenEnv), until Ctrl-C.")
    .addOption(
      new Option("--env <world>", "dream: learned from recordings; real: in browsers")
        .choices(["dream", "real"])
        .default("dream"),
    )
    .option("--from <run>", "dream: run folder with the recordings", pathName, "runs/collect")
    .option("--split <name>", "split of the tasks; may be repeated (default: train)", listOf);
  addServerOptions(addSiteOptions(command))
    .addHelpText(
      "after",
      `
Examples:
  dreamgym serve --env dream --from runs/first --max-sessions 16
  dreamgym serve --env real --sites shopping --port 8001`,
    )
    .action((flags: Flags) => serve(flags, context));
};

function addServerOptions(command: Command): Command {
  return command
    .option("--host <address>", "address to listen on; the protocol has no accounts", "127.0.0.1")
    .option("--port <n>", "port; 0 for any free one", portNumber, 8000)
    .option("--max-sessions <n>", "sessions at the same time", countFromOne, 8)
    .option("--idle-seconds <n>", "end a session that is silent so long", countFromOne, 600)
    .option("--step-seconds <n>", "longest time of one step", countFromOne, 60)
    .addOption(browserOption());
}

async function serve(flags: Flags, context: CliContext): Promise<void> {
  const { progress, signal, print } = context;
  const site = await chooseSites(flags, context);
  const splits = splitsOf(site, flags.split ?? ["train"]);
  const world: World =
    flags.env === "dream"
      ? await openDream(flags, site, splits, context)
      : await openReal(flags, site, splits, context);
  try {
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
    const count = Object.values(splits).flat().length;
    progress.note(`Serving ${count} tasks to ${flags.maxSessions} sessions. Ctrl-C ends it.`);
    if (!signal.aborted) await once(signal, "abort");
    progress.note("Closing sessions and environments.");
  } finally {
    await world[Symbol.asyncDispose]?.();
  }
}

/** @throws ConfigError for a split without tasks */
function splitsOf(site: CheckedSiteModule, names: readonly string[]): Record<string, Task[]> {
  const splits = Object.fromEntries(names.map((name) => [name, [...tasksOf(site, name)]]));
  const empty = names.find((name) => splits[name]?.length === 0);
  if (empty === undefined) return splits;
  throw new ConfigError(
    `Expected tasks in --split ${empty}, got none. Name a split of ${Object.keys(site.tasks).join(", ") || "a file with --tasks"}.`,
  );
}

async function openDream(
  { from }: Flags,
  site: CheckedSiteModule,
  splits: Record<string, Task[]>,
  { progress, signal }: CliContext,
): Promise<World> {
  progress.update(`reading ${from}`);
  const recordings = await loadRecordings(from);
  progress.update(`learning from ${recordings.length} episodes`);
  const { model, buffer } = await learnModel(recordings, { report: progress, signal });
  if (buffer.size === 0)
    throw new ConfigError(
      `Expected recordings with pages in ${from}, got none. Record them with \`dreamgym collect\`.`,
    );
  const origins = originsOf(site);
  return {
    name: "dream",
    description: `A web simulator learned from ${recordings.length} recorded episodes. Rules score its episodes.`,
    splits,
    openEnv: () =>
      Promise.resolve(createExperienceEnv({ model, evaluator: createEvaluator(), origins })),
  };
}

async function openReal(
  { maxSessions, browser }: Flags,
  site: CheckedSiteModule,
  splits: Record<string, Task[]>,
  context: CliContext,
): Promise<World> {
  countBrowsers(maxSessions, maxSessions);
  const benchmark = await openSiteBenchmark({
    site,
    tasks: Object.values(splits).flat(),
    executablePath: (await browserFor(context, browser)).path,
  });
  if (benchmark.isolated !== true && maxSessions > 1)
    context.progress.note(
      "These sites share one state among all sessions. Use --max-sessions 1 for tasks that write.",
    );
  return {
    name: "real",
    description: "Web sites in Chromium. Rules score the episodes.",
    splits,
    openEnv: (slot) => benchmark.openEnv(slot),
    [Symbol.asyncDispose]: () => benchmark[Symbol.asyncDispose](),
  };
}
