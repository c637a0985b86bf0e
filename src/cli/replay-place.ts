/** Where a recorded episode is repeated: at its own addresses, on sites that are started and reset, or offline. */

import type { Env } from "../core/env.ts";
import type { Evaluator } from "../core/evaluator.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { openOwnBrowserEnv } from "../real/browser/own-browser-env.ts";
import { openRealSites } from "../real/browser/open-real-sites.ts";
import {
  originsOf,
  serveRecording,
  withoutEncryption,
} from "../real/record/replay/recorded-sites.ts";
import type { ReplayOptions } from "../real/record/replay/replay-trajectory.ts";
import type { SiteOrigins } from "../real/sites/site-origins.ts";
import { type CheckedSiteModule, servedBy } from "../transfer/site-module.ts";

export type ReplayPlace = AsyncDisposable &
  Omit<ReplayOptions, "secretOf" | "signal"> & { origins: SiteOrigins };

interface PlaceOptions {
  executablePath: string;
  /** Default: the checks of the task. */
  evaluator?: Evaluator;
}

/**
 * The addresses themselves.
 *
 * @param named the only origins that its pages may reach. Absent: any, since no recording names where a page's scripts
 * and styles come from
 */
export async function openRecordedAddresses(
  recorded: Trajectory,
  { executablePath, evaluator }: PlaceOptions,
  named?: Readonly<Record<string, string>>,
): Promise<ReplayPlace> {
  const known =
    named ?? Object.fromEntries(originsOf(recorded).map((origin, i) => [`site${i + 1}`, origin]));
  const origins = Object.fromEntries(
    Object.entries(known).map(([name, origin]) => [name, { origin }]),
  );
  const own = await openOwnBrowserEnv({
    executablePath,
    origins,
    control: null,
    ...(evaluator && { evaluator }),
    ...(named === undefined && { reachesAnywhere: true }),
  });
  return {
    env: own.env,
    recorded,
    origins,
    task: taskOf(recorded, origins),
    [Symbol.asyncDispose]: () => own.close(),
  };
}

/** From the recording alone. */
export async function openOffline(
  original: Trajectory,
  { executablePath }: PlaceOptions,
): Promise<ReplayPlace> {
  const recorded = withoutEncryption(original);
  const served = await serveRecording(recorded);
  const { origins } = served;
  const own = await openOwnBrowserEnv({ executablePath, origins, control: null });
  return {
    env: own.env,
    recorded,
    origins,
    task: taskOf(recorded, origins),
    takeMisses: () => served.takeMisses(),
    async [Symbol.asyncDispose]() {
      await own.close();
      await served[Symbol.asyncDispose]();
    },
  };
}

/** On sites of a module, reset to the start state of the task. */
export async function openOnSites(
  site: CheckedSiteModule,
  recorded: Trajectory,
  { executablePath, evaluator }: PlaceOptions,
): Promise<ReplayPlace> {
  const seed = site.worlds[recorded.world];
  const real = await openRealSites({
    ...servedBy(site),
    worlds: seed === undefined ? site.worlds : { [recorded.world]: seed },
    count: 1,
    executablePath,
    ...(evaluator && { evaluator }),
  });
  const known = Object.values(site.tasks)
    .flat()
    .find(({ id }) => id === recorded.taskId);
  return {
    env: real.envs[0] as Env,
    recorded,
    origins: real.origins,
    task: { ...taskOf(recorded, real.origins), ...known, maxSteps: stepsOf(recorded) },
    [Symbol.asyncDispose]: () => Promise.resolve(real[Symbol.asyncDispose]()),
  };
}

/** One more than was recorded: a recording may end without `stop`. */
const stepsOf = ({ transitions }: Trajectory): number => transitions.length + 1;

/** For an episode whose task is not known: it is repeated, but not scored. */
function taskOf(recorded: Trajectory, origins: SiteOrigins): Task {
  const { id, taskId, goal, templateId, world, transitions, finalObservation } = recorded;
  const { url, tabs } = transitions[0]?.observation ?? finalObservation;
  const startUrls = tabs.length === 0 ? [url] : tabs.map((tab) => tab.url);
  return {
    // A recording of an address has no task.
    id: taskId || id,
    goal,
    startUrls,
    sites: Object.keys(origins),
    maxSteps: stepsOf(recorded),
    checks: [],
    templateId,
    world,
  };
}
