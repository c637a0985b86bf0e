/** Everything about a dream that recordings alone can say. It costs no real step. */

import type { Evaluator } from "../../core/evaluator.ts";
import type { ExperienceModel } from "../../core/experience.ts";
import { groupBy } from "../../core/group-by.ts";
import type { Task } from "../../core/task.ts";
import type { Trajectory } from "../../core/trajectory.ts";
import { sitesOfTask } from "../../evaluation/task-sites.ts";
import { createExperienceEnv } from "../../synthetic/experience-env.ts";
import { judgeAnswers, measureCalibration } from "../../synthetic/measure/calibration.ts";
import {
  judgeSteps,
  type JudgedStep,
  measureChanges,
} from "../../synthetic/measure/change-fidelity.ts";
import { walkDream } from "../../synthetic/measure/dream-walks.ts";
import { measureHorizons } from "../../synthetic/measure/horizon-fidelity.ts";
import { actionsOfWalks, reportContract } from "./contract-report.ts";
import type { DreamMeasures } from "./dream-measures.ts";
import { compareRecordedPlans } from "./dreamed-plans.ts";
import { reportPlans } from "./plan-table.ts";
import { findWeakSpots } from "./weak-spots.ts";

export interface MeasureRecordedOptions {
  model: ExperienceModel;
  evaluator: Evaluator;
  /** Origin by site name. */
  origins: Readonly<Record<string, string>>;
  /** Of the held-out episodes, as far as known. */
  tasks: readonly Task[];
  /** Real episodes, recorded with pages, that the model does not know. */
  heldOut: readonly Trajectory[];
  /** Recorded states to dream from, at most. */
  walks: number;
  /** Whether to play held-out episodes whole. */
  hasRecordedPlans: boolean;
}

export async function measureRecorded(options: MeasureRecordedOptions): Promise<DreamMeasures> {
  const { model, evaluator, origins, heldOut } = options;
  const tasks = new Map(options.tasks.map((task) => [task.id, task]));
  const siteOf = nameSites(origins);
  const { walks, skipped } = await walkDream({
    model,
    heldOut,
    limit: options.walks,
    originsOf: (real) => originsOf(real, tasks.get(real.taskId), origins),
  });
  const steps = judgeSteps(walks);
  const answers = await judgeAnswers(model, heldOut);
  const env = createExperienceEnv({ model, evaluator, origins });
  const plans = options.hasRecordedPlans
    ? [reportPlans("recorded", await compareRecordedPlans(env, tasks, heldOut))]
    : [];
  const changes = groupBy(steps, ({ walk }: JudgedStep) => siteOf(urlBefore(walk)));
  return {
    plans,
    changes: measureChanges(steps),
    changesBySite: [...changes].flatMap(([site, own]) =>
      measureChanges(own).map((row) => ({ site, ...row })),
    ),
    skippedStates: skipped,
    horizons: measureHorizons(walks),
    calibration: {
      all: measureCalibration(answers),
      sites: [...groupBy(answers, ({ url }) => siteOf(url))].map(([site, own]) => ({
        site,
        ...measureCalibration(own),
      })),
    },
    contract: [reportContract("recorded", actionsOfWalks(walks, siteOf))],
    weakSpots: findWeakSpots(steps, siteOf),
  };
}

/** Those that the episode could reach; of an unknown task, all known ones and the recorded ones. */
function originsOf(
  { transitions, finalObservation }: Trajectory,
  task: Task | undefined,
  origins: Readonly<Record<string, string>>,
): string[] {
  if (task !== undefined) return sitesOfTask(task, origins);
  const seen = [...transitions.map(({ observation }) => observation), finalObservation];
  const recorded = seen.flatMap(({ url }) => URL.parse(url)?.origin ?? []);
  const reachable = recorded.filter((origin) => /^https?:/u.test(origin));
  return [...new Set([...Object.values(origins), ...reachable])];
}

/** The name of the site that a URL is on, or its host. */
function nameSites(origins: Readonly<Record<string, string>>): (url: string) => string {
  const names = new Map(Object.entries(origins).map(([name, origin]) => [origin, name]));
  return (url) => {
    const parsed = URL.parse(url);
    return names.get(parsed?.origin ?? "") ?? parsed?.host ?? url;
  };
}

function urlBefore({ real, at }: JudgedStep["walk"]): string {
  return (real.transitions[at]?.observation ?? real.finalObservation).url;
}
