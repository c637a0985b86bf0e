/** Checks the dream against reality, on real episodes that it has not seen, before any step of RL trusts it. */

import type { Evaluator } from "../core/evaluator.ts";
import type { ExperienceModel } from "../core/experience.ts";
import type { Task } from "../core/task.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { createCopyModel, createStillModel } from "../synthetic/measure/baseline-models.ts";
import { createExperienceEnv } from "../synthetic/experience-env.ts";
import { findGaps, type DreamGaps } from "../synthetic/measure/dream-gaps.ts";
import { measureSteps } from "../synthetic/measure/fidelity.ts";
import type { ReplayBuffer } from "../synthetic/buffer/replay-buffer.ts";
import { measureScores } from "../synthetic/measure/closed-loop-fidelity.ts";
import type { CompareResult } from "./compare-result.ts";

export interface DreamFidelityOptions {
  model: ExperienceModel;
  buffer: ReplayBuffer;
  evaluator: Evaluator;
  /** Origin by site name. */
  origins: Readonly<Record<string, string>>;
  /** Of the held-out episodes. */
  tasks: readonly Task[];
  heldOut: readonly Trajectory[];
}

/** Step by step against two baselines, and whole episodes by their scores. Also names what the dream lacks. */
export async function measureDream(
  options: DreamFidelityOptions,
): Promise<{ fidelity: CompareResult["fidelity"]; gaps: DreamGaps }> {
  const { model, buffer, heldOut, evaluator, origins } = options;
  const steps = await measureSteps({ model, buffer, heldOut });
  const tasks = new Map(options.tasks.map((task) => [task.id, task]));
  const score = (answerer: ExperienceModel): ReturnType<typeof measureScores> => {
    const env = createExperienceEnv({ model: answerer, evaluator, origins });
    return measureScores(env, tasks, heldOut);
  };
  const free: Record<string, ExperienceModel> = {
    "nothing changes": createStillModel(buffer),
    "copy the nearest page": createCopyModel(buffer),
  };
  const baselines: CompareResult["fidelity"]["baselines"] = {};
  for (const [name, forced] of Object.entries(steps.baselines)) {
    const answerer = free[name];
    baselines[name] = {
      ...forced,
      ...(answerer !== undefined && (await score(answerer)).fidelity),
    };
  }
  const own = await score(model);
  const fidelity = { model: { ...steps.model, ...own.fidelity }, baselines };
  return { fidelity, gaps: findGaps(own.replays) };
}

/** The verdict of the gate: the measures in which a baseline is at least as good as the dream. Empty: trust it. */
export function findFidelityWarnings({ model, baselines }: CompareResult["fidelity"]): string[] {
  return Object.entries(baselines).flatMap(([name, baseline]) =>
    ["nextUrl", "knowableF1"].flatMap((measure) => {
      const [own, other] = [model[measure], baseline[measure]];
      if (typeof own !== "number" || typeof other !== "number" || own > other) return [];
      return [`${measure} ${own.toFixed(2)} is not better than "${name}" (${other.toFixed(2)})`];
    }),
  );
}
