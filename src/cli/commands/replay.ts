/** `dreamgym replay`: repeats a recorded episode without a language model, live or from the recording itself. */

import type { Env } from "../../core/env.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { openOwnBrowserEnv } from "../../real/browser/own-browser-env.ts";
import { openRealSites } from "../../real/browser/open-real-sites.ts";
import { secretVariable } from "../../page/secret-placeholder.ts";
import {
  originsOf,
  serveRecording,
  withoutEncryption,
} from "../../real/record/replay/recorded-sites.ts";
import {
  type ReplayOptions,
  replayTrajectory,
} from "../../real/record/replay/replay-trajectory.ts";
import type { SiteOrigins } from "../../real/sites/site-origins.ts";
import { readTrajectory, writeTrajectory } from "../../store/trajectory-file.ts";
import type { CheckedSiteModule } from "../../transfer/site-module.ts";
import { browserFor } from "../browsers.ts";
import { addSiteOptions, chooseSites, type SiteFlags } from "../choose-sites.ts";
import { type AddCommand, type CliContext, CommandFailed } from "../context.ts";
import { browserOption, jsonOption, pathName } from "../flags.ts";
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
    .argument("<trajectory>", "trajectory file (.jsonl)")
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

/** Where the episode is repeated. */
type Place = AsyncDisposable & Omit<ReplayOptions, "secretOf" | "signal">;

async function run(context: CliContext, path: string, flags: Flags): Promise<void> {
  const recorded = await readTrajectory(path);
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

async function openPlace(context: CliContext, recorded: Trajectory, flags: Flags): Promise<Place> {
  const executablePath = (await browserFor(context, flags.browser)).path;
  if (flags.offline) return await openOffline(withoutEncryption(recorded), executablePath);
  if (flags.sites ?? flags.siteModule ?? flags.site)
    return await openOnSites(await chooseSites(flags, context), recorded, executablePath);
  const origins = Object.fromEntries(
    originsOf(recorded).map((origin, i) => [`site${i + 1}`, { origin }]),
  );
  const own = await openOwnBrowserEnv({ executablePath, origins, control: null });
  return {
    env: own.env,
    recorded,
    task: taskOf(recorded, origins),
    [Symbol.asyncDispose]: () => own.close(),
  };
}

async function openOffline(recorded: Trajectory, executablePath: string): Promise<Place> {
  const served = await serveRecording(recorded);
  const { origins } = served;
  const own = await openOwnBrowserEnv({ executablePath, origins, control: null });
  return {
    env: own.env,
    recorded,
    task: taskOf(recorded, origins),
    takeMisses: () => served.takeMisses(),
    async [Symbol.asyncDispose]() {
      await own.close();
      await served[Symbol.asyncDispose]();
    },
  };
}

async function openOnSites(
  site: CheckedSiteModule,
  recorded: Trajectory,
  executablePath: string,
): Promise<Place> {
  const seed = site.worlds[recorded.world];
  const real = await openRealSites({
    provider: site.provider ?? site.urls ?? {},
    worlds: seed === undefined ? site.worlds : { [recorded.world]: seed },
    count: 1,
    executablePath,
  });
  const known = Object.values(site.tasks)
    .flat()
    .find(({ id }) => id === recorded.taskId);
  return {
    env: real.envs[0] as Env,
    recorded,
    task: { ...taskOf(recorded, real.origins), ...known, maxSteps: stepsOf(recorded) },
    [Symbol.asyncDispose]: () => Promise.resolve(real[Symbol.asyncDispose]()),
  };
}

/** One more than was recorded: a recording may end without `stop`. */
const stepsOf = ({ transitions }: Trajectory): number => transitions.length + 1;

/** For an episode whose task is not known: it is repeated, but not scored. */
function taskOf(recorded: Trajectory, origins: SiteOrigins): Task {
  const { taskId, goal, templateId, world, transitions, finalObservation } = recorded;
  const { url, tabs } = transitions[0]?.observation ?? finalObservation;
  const startUrls = tabs.length === 0 ? [url] : tabs.map((tab) => tab.url);
  return {
    id: taskId,
    goal,
    startUrls,
    sites: Object.keys(origins),
    maxSteps: stepsOf(recorded),
    checks: [],
    templateId,
    world,
  };
}
