/** Plays a recording again, and looks at its start pages alone, each in a fresh session. */

import type { Env } from "../../../core/env.ts";
import { runEpisode } from "../../../core/episode.ts";
import { createStopPolicy } from "../../../core/policy.ts";
import { RecordingError } from "../../../core/errors.ts";
import type { Score } from "../../../core/score.ts";
import type { Task } from "../../../core/task.ts";
import type { Trajectory } from "../../../core/trajectory.ts";
import { replayTrajectory, type ReplayOptions } from "../replay/replay-trajectory.ts";
import type { Play, SeenEpisode, Witness } from "./play.ts";

export interface RepeatOptions extends Pick<ReplayOptions, "env" | "recorded" | "secretOf"> {
  task: Task;
  witness: Witness;
  signal: AbortSignal;
}

export interface Repeated extends SeenEpisode {
  trajectory: Trajectory;
  score: Score | null;
}

/** @throws RecordingError if a step cannot be done again */
export async function repeatRecording(options: RepeatOptions): Promise<Repeated> {
  const { steps, untried, trajectory } = await replayTrajectory(options);
  const bad = steps.find(({ divergence }) => divergence !== null);
  if (untried > 0 || trajectory.stopReason === "error")
    throw new RecordingError(
      `Expected to repeat all ${options.recorded.transitions.length} steps of ${options.recorded.id}, got as far as step ${steps.length}: ${bad?.detail ?? trajectory.error ?? "it ended there"} A task needs a recording that can be repeated; \`dreamgym replay\` shows more. If nobody resets the site, what the recording changed may stand in the way.`,
    );
  return { ...seenBy(options.witness), trajectory, score: trajectory.score };
}

/** Stops at once with no answer. */
export async function lookAtStart(options: {
  env: Env;
  task: Task;
  recorded: Trajectory;
  witness: Witness;
  signal: AbortSignal;
}): Promise<Repeated> {
  const { env, task, recorded, witness, signal } = options;
  const trajectory = await runEpisode({
    env,
    task,
    policy: createStopPolicy(""),
    seed: recorded.seed,
    id: `${recorded.id}-start`,
    actor: "stop",
    source: "real",
    signal,
  });
  if (trajectory.error !== null)
    throw new RecordingError(`The start pages of ${recorded.id} did not open: ${trajectory.error}`);
  return { ...seenBy(witness), trajectory, score: trajectory.score };
}

function seenBy({ seen }: Witness): SeenEpisode {
  if (seen === null) throw new RecordingError("Expected an episode that ended, got none.");
  return seen;
}

export const playOf = ({ trajectory, outcome }: Repeated): Play => ({ trajectory, outcome });
