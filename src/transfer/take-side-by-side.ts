/** Plays one task with the dream-trained policy in the dream and in Chromium, and takes a picture of each step. */

import type { ExperienceModel } from "../core/experience.ts";
import type { Task } from "../core/task.ts";
import { createEvaluator } from "../evaluation/evaluator.ts";
import { decodeCheckpoint } from "../agent/network/checkpoint.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import type { RealSites } from "../real/browser/open-real-sites.ts";
import type { CompareConfig } from "./compare-config.ts";
import { imaginedCheckpoint } from "./checkpoint-names.ts";
import { runOnLedger } from "./run-on-ledger.ts";
import type { RunRecords } from "./run-records.ts";
import { pictureEpisode, type SideBySide } from "./side-by-side.ts";

export interface SideBySideOptions {
  config: CompareConfig;
  records: RunRecords;
  world: RealSites;
  model: ExperienceModel;
  /** Origin by site name. */
  origins: Readonly<Record<string, string>>;
  tasks: readonly Task[];
  signal: AbortSignal;
}

/** Number of tasks to try, in search of an episode of several steps. */
const TRIES = 12;

/** Null where no dream was trained. */
export async function takeSideBySide(options: SideBySideOptions): Promise<SideBySide | null> {
  const { config, records, world, model, origins, tasks, signal } = options;
  const [seed = 1] = config.seeds;
  const checkpoint = records.readCheckpoint(imaginedCheckpoint(config, "dream", seed));
  const [browserEnv] = world.envs;
  if (checkpoint === null || browserEnv === undefined) return null;
  const policy = decodeCheckpoint(checkpoint).greedy();
  const dreamEnv = createExperienceEnv({
    model,
    evaluator: createEvaluator(),
    origins,
  });
  const dreamWith = (
    task: Task,
    takePicture: () => Promise<string | null>,
  ): ReturnType<typeof pictureEpisode> =>
    pictureEpisode({ env: dreamEnv, policy, task, source: "synthetic", takePicture, signal });

  // The first dreamed success of at least four steps, else the first of at least four steps.
  let chosen: Task | null = null;
  for (const task of tasks.filter((_, index) => index % 7 === 0).slice(0, TRIES)) {
    const { steps, outcome } = await dreamWith(task, () => Promise.resolve(null));
    if (steps.length < 4 || steps.length > 8) continue;
    chosen ??= task;
    if (outcome !== "success") continue;
    chosen = task;
    break;
  }
  const task = chosen ?? tasks[0];
  if (task === undefined) return null;
  const dreamed = await dreamWith(task, async () =>
    toDataUrl(await world.picturePage(await dreamEnv.snapshot())),
  );
  const real = await runOnLedger(
    records,
    { world, line: "fidelity replay", arm: "picture", seed },
    ([env = browserEnv]) =>
      pictureEpisode({
        env,
        policy,
        task,
        source: "real",
        takePicture: async () => toDataUrl(await browserEnv.screenshot()),
        signal,
      }),
  );
  return { goal: task.goal, dreamed, real };
}

function toDataUrl(png: Buffer): string {
  return `data:image/png;base64,${png.toString("base64")}`;
}
