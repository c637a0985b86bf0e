/** The record of an episode. The next state of a transition is the next transition's observation. */

import { z } from "zod";
import { ActionSchema } from "./action.ts";
import { ObservationSchema } from "./observation.ts";
import { ScoreSchema } from "./score.ts";
import { PageSnapshotSchema, SiteRequestSchema } from "./site-request.ts";

export const TransitionSchema = z.strictObject({
  observation: ObservationSchema,
  action: ActionSchema,
  reward: z.number(),
  /** log π(action) at collection time. */
  logprob: z.number().exactOptional(),
  /** The policy's reasoning in words, of policies that have any. */
  thought: z.string().exactOptional(),
  /** The requests that the action caused. */
  requests: z.array(SiteRequestSchema),
  /** The page before the action; absent where nobody asked for recording. */
  page: PageSnapshotSchema.exactOptional(),
});
export type Transition = z.infer<typeof TransitionSchema>;

/** `env`: the infrastructure (browser, site); `policy`: whoever decides threw, hung, or gave no action. */
const FailedPartSchema = z.enum(["env", "policy"]);
export type FailedPart = z.infer<typeof FailedPartSchema>;

export const TrajectorySchema = z.strictObject({
  id: z.string(),
  taskId: z.string(),
  goal: z.string(),
  templateId: z.int(),
  world: z.string(),
  source: z.enum(["real", "synthetic", "human"]),
  /** Who acted: `demonstrator`, `noisy-demonstrator`, `random`, a policy's name. */
  actor: z.string(),
  seed: z.int(),
  transitions: z.array(TransitionSchema),
  finalObservation: ObservationSchema,
  finalPage: PageSnapshotSchema.exactOptional(),
  /** Requests of the start pages. */
  startRequests: z.array(SiteRequestSchema),
  /** `error`: something failed, see `failedPart`; such a trajectory is counted apart and kept out of training. */
  stopReason: z.enum(["terminated", "truncated", "error"]),
  score: ScoreSchema.nullable(),
  /** What went wrong, in words; null unless `stopReason` is `error`. */
  error: z.string().nullable(),
  /** Whose failure `error` is. Absent: the environment's, in files from before policies were kept apart. */
  failedPart: FailedPartSchema.exactOptional(),
});
export type Trajectory = z.infer<typeof TrajectorySchema>;

/** Why an episode did not end. */
export interface EpisodeFailure {
  part: FailedPart;
  /** In words. */
  reason: string;
}

/** Null for an episode that ended, scored or not. */
export function failureOf(
  trajectory: Pick<Trajectory, "stopReason" | "error" | "failedPart">,
): EpisodeFailure | null {
  if (trajectory.stopReason !== "error") return null;
  return { part: trajectory.failedPart ?? "env", reason: trajectory.error ?? "unknown" };
}
